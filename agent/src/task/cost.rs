//! What recording costs on this machine, found out by doing it.

use super::poll::{start, stop};
use crate::clock;
use crate::recorder::{self, OftenBlock, trace};
use crate::registry::TaskSlot;
use std::hint::black_box;
use std::sync::atomic::Ordering::Relaxed;

/// Polls in a batch.
const BATCH: u64 = 64;
/// Batches; the quickest one counts, since whatever disturbs it adds to it.
const BATCHES: usize = 32;

/// Nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cost {
    /// To read the clock once.
    pub stamp: f64,
    /// To record one poll and the wake that asked for it, without reading the clock.
    pub poll: f64,
    /// To note an event for a trace.
    pub note: f64,
}

/// Measures for a fraction of a millisecond. What it records goes nowhere.
pub(crate) fn measure() -> Cost {
    let stamp = quickest(|| {
        black_box(clock::ticks());
    });
    let slot = TaskSlot::default();
    let often = OftenBlock::unread();
    let poll = quickest(|| {
        let slot = black_box(&slot);
        slot.woken_at.store(recorder::exact(clock::ticks()), Relaxed);
        slot.woken.store(slot.polls.load(Relaxed) | 1, Relaxed);
        if let Some(delay) = start(slot, clock::ticks()) {
            often.delay.record(delay);
        }
        often.poll.record(stop(slot, clock::ticks()));
    });
    let entry = trace::Entry::default();
    let note = quickest(|| trace::rehearse(black_box(&entry)));
    Cost { stamp, poll: (poll - 3.0 * stamp).max(0.0), note }
}

/// Nanoseconds of one call.
fn quickest(mut call: impl FnMut()) -> f64 {
    let batch = |_| {
        let start = clock::ticks();
        (0..BATCH).for_each(|_| call());
        clock::between(start, clock::ticks())
    };
    (0..BATCHES).map(batch).min().unwrap_or(0) as f64 / BATCH as f64
}
