//! How a task ends, and how its slot is given back.

use super::waker::{self, Tasks};
use crate::clock;
use crate::id::TaskId;
use crate::recorder::trace::{self, What};
use crate::recorder::{self, bump};
use crate::registry::{TASKS, TaskSlot};
use std::ptr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

/// How a task ended; the numbers index `TaskBlock::ended`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Completed = 0,
    Panicked = 1,
    Aborted = 2,
    Shutdown = 3,
    Unpolled = 4,
    Dropped = 5,
}

/// Notes that somebody asked for the abort of a task, if it is still alive.
pub(crate) fn mark_aborted(id: TaskId) {
    mark(id, TaskSlot::ABORTED);
}

/// Notes that somebody has a handle that can abort a task, if it is still alive.
pub(crate) fn mark_abortable(id: TaskId) {
    mark(id, TaskSlot::ABORTABLE);
}

/// Notes that the handle is gone that the spawn of a task returned, if the task is still alive.
pub(crate) fn mark_detached(id: TaskId) {
    mark(id, TaskSlot::DETACHED);
}

fn mark(id: TaskId, bit: u32) {
    if let Some(slot) = TASKS.get(id.index()) {
        mark_in(slot, id, bit);
    }
}

pub(super) fn mark_in(slot: &TaskSlot, id: TaskId, bit: u32) {
    let mut word = slot.group.load(Acquire);
    while word & TaskSlot::LIVE != 0 && slot.id() == id {
        // Only if the slot was not given to another task since: the word would differ in `LIVE` or be refused here
        // at worst when the same group took the slot again, which the second look excludes. Another mark may have come
        // in between, which is kept.
        match slot.group.compare_exchange(word, word | bit, AcqRel, Acquire) {
            Ok(_) => {
                if slot.id() != id {
                    slot.group.fetch_and(!bit, AcqRel);
                }
                return;
            }
            Err(now) => word = now,
        }
    }
}

/// Why a task is dropped that has neither returned nor panicked.
pub(crate) fn reason_of_drop(slot: &TaskSlot) -> End {
    // SAFETY: null, or a record that lives as long as its runtime, whose thread this is.
    let closing = unsafe { recorder::local().runtime.get().as_ref() }.is_some_and(|r| r.is_closing());
    if slot.group.load(Relaxed) & TaskSlot::ABORTED != 0 {
        End::Aborted
    } else if closing {
        End::Shutdown
    } else if slot.polls.load(Relaxed) == 0 {
        End::Unpolled
    } else {
        End::Dropped
    }
}

/// Records the end of a task and gives up its own reference to the slot.
#[inline(always)]
pub(crate) fn end(slot: &'static TaskSlot, how: End) {
    let word = slot.group.load(Relaxed);
    let now = clock::ticks();
    recorder::with(|shard, _| {
        let lifetime = now.wrapping_sub(slot.spawned_at.load(Relaxed));
        match shard.often_at_hand(word) {
            Some(often) => {
                bump(&often.ended[how as usize], 1);
                often.lifetime.record(lifetime);
            }
            None => {
                bump(&shard.tasks.own(word).ended[how as usize], 1);
                shard.tasks.record(word, |block| &block.lifetime, lifetime, 1);
            }
        }
    });
    if trace::is_on() {
        trace::note_of(What::Ended, slot.id().pack(), how as u64, 0, ptr::null());
    }
    slot.group.store(word & TaskSlot::GROUP, Release);
    waker::unref::<Tasks>(slot);
}

/// Whether the task with this id has not ended.
pub(crate) fn is_alive(id: TaskId) -> bool {
    TASKS
        .get(id.index())
        .is_some_and(|slot| slot.group.load(Acquire) & TaskSlot::LIVE != 0 && slot.id() == id)
}
