//! What is remembered from look to look, for the verdicts that one pair of snapshots does not show.
//!
//! Each track is fed with snapshots and nothing else, so judging the same ones again gives the same findings. It keeps
//! only what is out of the ordinary now, and a bounded number of that.

mod delays;
mod polls;
mod queues;
mod refusals;
mod spins;
mod standing;

pub(super) use delays::{Delays, stretch};
pub(super) use polls::{LongPoll, Polls};
pub(super) use queues::{Point, Queues, parts};
pub(super) use refusals::{Refusals, Rows};
pub(super) use spins::{Spin, Spins};
pub(super) use standing::{Standing, Stands};
