//! tokio itself, with the attributes that know where taskscope is.

pub use ::tokio::*;
#[cfg(feature = "macros")]
pub use taskscope_macros::{main, test};
