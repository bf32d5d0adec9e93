//! Profiles: weighted stacks, and the forms in which people read them.
//!
//! Everything here is a plain value or a pure function: where the stacks come from is the business of others.

mod builder;
mod folded;
mod frame;
mod model;
mod name;
mod svg;
mod timeline;

pub use builder::{Builder, MAX_STACKS};
pub use folded::folded;
pub(crate) use frame::Frame;
pub use model::{Facts, Kind, Profile, Stack};
pub use name::{owner, plain, readable};
pub use svg::svg;
pub use timeline::{Arrow, ArrowKind, Slice, SliceKind, Span, Timeline};
