//! Jobs on blocking threads: tasks of one long poll.

use super::begin::{Kind, begin};
use super::end::{End, end, reason_of_drop};
use crate::clock;
use crate::recorder::{self, Entered};
use crate::registry::TaskSlot;
use std::panic::Location;
use std::sync::atomic::Ordering::{Relaxed, Release};

/// A closure that is recorded as a task while it waits for a thread and while it runs.
#[derive(Debug)]
pub(crate) struct Job {
    slot: Option<&'static TaskSlot>,
    returned: bool,
}

impl Job {
    /// Records the spawn of a job at `location`.
    pub(crate) fn new(kind: Kind, location: &'static Location<'static>) -> Self {
        Self { slot: begin(kind, location), returned: false }
    }

    /// The slot, if it got one.
    pub(crate) fn slot(&self) -> Option<&'static TaskSlot> {
        self.slot
    }

    /// Runs the closure as the job.
    pub(crate) fn run<R>(mut self, f: impl FnOnce() -> R) -> R {
        let Some(slot) = self.slot else { return f() };
        let start = clock::ticks();
        let delay = start.wrapping_sub(slot.woken_at.load(Relaxed));
        slot.scheduled.store(delay, Relaxed);
        slot.since.store(start, Relaxed);
        slot.link.store(0, Relaxed);
        recorder::with(|shard, _| {
            slot.link.store(shard.number(), Relaxed);
            shard.tasks.own(slot.group.load(Relaxed)).delay.record(delay);
        });
        slot.polls.store(1, Release);
        let entered = Entered::new(recorder::local(), slot);
        let result = f();
        drop(entered);
        self.returned = true;
        let now = clock::ticks();
        let busy = now.wrapping_sub(start);
        slot.busy.store(busy, Relaxed);
        slot.since.store(now, Relaxed);
        slot.polls.store(2, Release);
        recorder::with(|shard, _| {
            shard.tasks.own(slot.group.load(Relaxed)).poll.record(busy);
        });
        result
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let Some(slot) = self.slot else { return };
        let how = if self.returned {
            End::Completed
        } else if slot.polls.load(Relaxed) & 1 == 1 {
            End::Panicked
        } else {
            reason_of_drop(slot)
        };
        end(slot, how);
    }
}
