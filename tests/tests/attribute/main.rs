//! `#[instrument_pool]` in programs that run: places, pools, names, sizes, and scopes that make it hard.
#![forbid(unsafe_code)]
#![deny(warnings)]

mod entry;
mod names;
mod places;
mod pools;
mod scopes;
mod shapes;
mod support;
