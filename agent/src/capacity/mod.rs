//! Queueing: how busy the workers of a queue are, how long messages wait for them, and what more workers would change.
//!
//! Everything here is computed from snapshots and the sums of histograms, and from nothing else. [`Capacity`] is fed at
//! each look and closes a *step* from time to time; the [`Facts`] are those of the last few steps, the *window*. What is
//! measured and what is a model is kept apart: rates, times and utilization are measured; only the advice rests on a
//! model, which is judged by what it foretold before (`foresight`). `docs/capacity.md` has the definitions.

mod advice;
mod crews;
mod erlang;
mod facts;
mod flows;
mod foresight;
mod tally;
mod text;
mod track;
mod tracks;

#[cfg(test)]
mod tests;

pub use advice::Advice;
pub use facts::{Facts, PoolFacts, QueueFacts};
pub use tracks::Capacity;
