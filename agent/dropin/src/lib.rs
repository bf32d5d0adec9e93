//! tokio with taskscope's drop-ins, for a whole crate at once: all its modules and `::tokio::` paths.
//!
//! ```
//! extern crate taskscope_tokio as tokio;
//! # fn main() {}
//! ```
#![forbid(unsafe_code)]

#[doc(hidden)]
pub use taskscope::__private;
pub use taskscope::__private::{dropin_main as main, dropin_test as test};
pub use taskscope::tokio::*;
