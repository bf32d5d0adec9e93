//! How a task ends, and how its slot is given back.

use crate::clock;
use crate::id::TaskId;
use crate::primitive::atomic::fence;
use crate::recorder::{self, bump};
use crate::registry::{TASKS, TaskSlot};
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
    let Some(slot) = TASKS.get(id.index()) else { return };
    let word = slot.group.load(Acquire);
    if word & TaskSlot::LIVE != 0 && slot.id() == id {
        // Only if the slot was not given to another task since: the word would differ in `LIVE` or be refused here
        // at worst when the same group took the slot again, which the second look excludes.
        let _ = slot.group.compare_exchange(word, word | TaskSlot::ABORTED, AcqRel, Relaxed);
        if slot.id() != id {
            slot.group.fetch_and(!TaskSlot::ABORTED, AcqRel);
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
        if let Some(block) = shard.tasks.own(word) {
            bump(&block.ended[how as usize], 1);
            block.lifetime.record(now.saturating_sub(slot.spawned_at.load(Relaxed)));
        }
    });
    slot.group.store(word & TaskSlot::GROUP, Release);
    unref(slot);
}

/// Gives up one reference; the last one frees the slot.
#[inline(always)]
pub(crate) fn unref(slot: &'static TaskSlot) {
    // The only reference left is ours: nobody can make another one, so no read-modify-write is needed.
    // Acquire: pairs with the release of the clones that are gone.
    if slot.refs.load(Acquire) as u32 == 1 {
        return free(slot);
    }
    // Release: what was done through this reference comes before the freeing.
    if slot.refs.fetch_sub(1, Release) as u32 == 1 {
        fence(Acquire);
        free(slot);
    }
}

#[inline(always)]
fn free(slot: &'static TaskSlot) {
    super::waker::drop_inner(slot);
    let generation = (slot.refs.load(Relaxed) >> 32) as u32;
    let next = u64::from(generation.wrapping_add(1).max(1));
    slot.refs.store(next << 32, Relaxed);
    let index = slot.index.load(Relaxed);
    recorder::with(|shard, _| shard.free_tasks.push(&TASKS, index));
}

/// Whether the task with this id has not ended.
pub(crate) fn is_alive(id: TaskId) -> bool {
    TASKS
        .get(id.index())
        .is_some_and(|slot| slot.group.load(Acquire) & TaskSlot::LIVE != 0 && slot.id() == id)
}
