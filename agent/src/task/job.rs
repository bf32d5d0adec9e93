//! Jobs on blocking threads, and threads: tasks of one long poll.

use super::begin::{Kind, begin};
use super::end::{End, end, reason_of_drop};
use super::poll::stop;
use crate::clock;
use crate::recorder::{self, Entered};
use crate::registry::TaskSlot;
use std::panic::Location;
use std::ptr;
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

    /// Records the spawn of a thread at `location`. Of its name the first 15 bytes are kept, as the system does.
    pub(crate) fn thread(location: &'static Location<'static>, name: Option<&str>) -> Self {
        let job = Self::new(Kind::Thread, location);
        if let Some(slot) = job.slot {
            let mut bytes = [0; 2 * size_of::<usize>()];
            let name = name.map_or(&[][..], str::as_bytes);
            let len = name.len().min(15).min(bytes.len());
            bytes[..len].copy_from_slice(&name[..len]);
            let words = [&slot.waker_data, &slot.waker_vtable];
            for (word, part) in words.into_iter().zip(bytes.chunks(size_of::<usize>())) {
                let part = part.iter().rev().fold(0, |word, byte| word << 8 | usize::from(*byte));
                word.store(ptr::without_provenance_mut(part), Relaxed);
            }
        }
        job
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
            shard.tasks.record(slot.group.load(Relaxed), |block| &block.delay, delay, 1);
        });
        slot.polls.store(1, Release);
        let entered = Entered::new(recorder::local(), slot);
        let result = f();
        drop(entered);
        self.returned = true;
        let busy = stop(slot, clock::ticks());
        let group = slot.group.load(Relaxed);
        // What a thread does between two waits is no poll.
        if group & TaskSlot::THREAD == 0 {
            recorder::with(|shard, _| shard.tasks.record(group, |block| &block.poll, busy, 1));
        }
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
