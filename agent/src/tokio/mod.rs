//! tokio, with what the agent instruments replaced: same names, signatures, semantics and errors.
//!
//! Put `use taskscope::tokio;` at the top of a file, and plain tokio code there is instrumented. Everything that is not
//! replaced is tokio's own. A replaced type holds tokio's value and converts both ways.

#[cfg(feature = "rt")]
pub mod runtime;
#[cfg(feature = "sync")]
pub mod sync;
#[cfg(feature = "rt")]
pub mod task;

pub use ::tokio::*;
#[cfg(feature = "macros")]
pub use taskscope_macros::{main, test};

#[cfg(feature = "rt")]
pub use task::spawn;
