//! What the code that the attributes write refers to. No part of the public interface: only the macros of the same
//! version use it.

pub use ::tokio;
#[cfg(feature = "macros")]
pub use taskscope_macros::{dropin_main, dropin_test};

/// Gives an `.await` nothing. The lines of the attribute name it.
pub trait AwaitAt {}

/// Does nothing. A scope that has it imported has the lines of the attribute.
#[doc(hidden)]
pub const fn __taskscope_at() {}
