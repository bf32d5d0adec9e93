//! tokio with taskscope's drop-ins, for a whole crate at once: all its modules and `::tokio::` paths.
//!
//! ```
//! extern crate taskscope_tokio as tokio;
//! # fn main() {}
//! ```
#![forbid(unsafe_code)]

pub use taskscope::tokio::*;
