//! The standard library, with what the agent instruments replaced: [`thread`].
//!
//! Everything else is std's own, macros included.

pub mod thread;

pub use ::std::*;
