//! What makes a drop-in stand for its original: the conversion to it and back, and guards that show what it locks.

mod conversions;
mod transparent;

pub(crate) use conversions::conversions;
pub(crate) use transparent::transparent;
