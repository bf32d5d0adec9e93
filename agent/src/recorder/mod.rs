//! Where events go: the recording thread's own shard, found through one thread-local.
//!
//! A number exists once and is written by one thread with a plain load and store; readers add the shards up. Past a
//! thread's first event there is no lock, no allocation, no system call and no panic here.

mod blocks;
mod current;
mod detail;
mod histogram;
mod local;
mod often;
mod shard;
mod thread;
pub(crate) mod trace;
pub(crate) mod wakes;
mod zeroed;

pub(crate) use blocks::{Blocks, MARK, ResourceBlock, TaskBlock};
pub(crate) use current::poll_in_progress;
pub(crate) use current::{Entered, Local, OnRuntime, local, recording, with, with_current, works_for};
pub(crate) use detail::{
    MAX_LEVEL, exact, is_exact, is_full, is_timed, last_tick, mask, set_level, tick, time_of_wake,
    wakes_are_timed,
};
pub(crate) use histogram::Histogram;
pub(crate) use local::FreeList;
pub(crate) use often::OftenBlock;
pub(crate) use shard::{Shard, bump, polls, refine_clock, set_enabled, set_modes, shards};
