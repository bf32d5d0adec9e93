//! The standard library, with what the agent instruments replaced: [`thread`] and [`sync`].
//!
//! Everything else is std's own, macros included.

pub mod sync;
pub mod thread;

pub use ::std::*;
