//! What the attributes write, by example.

mod arguments;
mod awaits;
mod expansions;
mod labels;
mod owned;
