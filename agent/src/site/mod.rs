//! Sites: places in the source, and what the attribute wrote down about them when the program was compiled.
//!
//! There are two kinds. An await has a [`Site`], a static that the attribute puts beside it and that gets its id the
//! first time a task is pending there. A spawn or a creation has no static: it is known by its
//! [`Location`](std::panic::Location), and [`lookup`] finds the pool and the label that the [`Item`] around it
//! gives to this place.

mod await_kind;
mod await_site;
mod body;
mod item;
mod lexical;
mod place;
mod plain;
#[cfg(test)]
mod tests;
mod unseen;

pub use await_kind::AwaitKind;
pub(crate) use await_site::parts;
pub use await_site::{Site, sites};
pub use body::{Body, Keeps};
pub use item::{Item, Label, Uncovered};
pub use lexical::{Lexical, lookup, uncovered};
pub use place::Place;
