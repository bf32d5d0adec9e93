//! `#[instrument_pool]` in programs that run: places, pools, names, sizes, and scopes that make it hard.
#![forbid(unsafe_code)]
#![deny(warnings)]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "code as applications write it")]

#[expect(clippy::manual_async_fn, reason = "it looks at what blocks capture")]
mod captures;
mod entry;
mod inner;
mod makes;
mod names;
mod owners;
mod places;
mod pools;
mod scopes;
mod shapes;
mod support;
