//! tokio, with what the agent instruments replaced: same names, signatures, semantics and errors.
//!
//! Put `use taskscope::tokio;` at the top of a file, and plain tokio code there is instrumented. Everything that is not
//! replaced is tokio's own.

pub mod sync;

pub use ::tokio::*;
