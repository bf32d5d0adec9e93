//! The walk over the tokens of a body: awaits get their sites, calls their labels, modules their lines.
//!
//! Nothing is parsed but the branches of `select!` and `join!`. What the walk does not know it copies.

mod body;
mod done;
mod making;
mod outside;
mod owned;
mod scan;

pub(crate) use body::{Context, Found, Walk};
pub(crate) use done::is_ours;
pub(crate) use owned::Signature;
