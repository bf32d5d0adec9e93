//! tokio-stream, with what the agent instruments replaced: same names, signatures, semantics and errors.
//!
//! Put `use taskscope::tokio_stream;` at the top of a file, with the feature `tokio-stream` of this crate. Everything that
//! is not replaced is tokio-stream's own, with the features that the program has turned on there.

pub mod wrappers;

pub use ::tokio_stream::*;
