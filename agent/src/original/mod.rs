//! What makes a drop-in stand for its original: the conversion to it and back, guards that show what it locks, ends that can be
//! had as the plain ones.

mod conversions;
mod end;
mod transparent;

pub(crate) use conversions::conversions;
pub(crate) use end::{end, escaping};
pub(crate) use transparent::transparent;
