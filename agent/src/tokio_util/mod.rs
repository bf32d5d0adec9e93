//! tokio-util, with what the agent instruments replaced: same names, signatures, semantics and errors.
//!
//! Put `use taskscope::tokio_util;` at the top of a file, with the feature `tokio-util` of this crate. Everything that is
//! not replaced is tokio-util's own, with the features that the program has turned on there.

pub mod sync;
pub mod task;

pub use ::tokio_util::*;
