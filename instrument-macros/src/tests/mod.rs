//! What the attributes write, by example.

mod arguments;
mod awaits;
mod expansions;
mod guards;
mod handles;
mod labels;
mod owned;
