//! How a task begins: a slot is taken and filled.

use crate::clock;
use crate::recorder::{self, Local, Shard, bump};
use crate::registry::{self, Dropped, TASKS, TaskSlot, groups};
use std::panic::Location;
use std::ptr;
use std::sync::atomic::Ordering::{Relaxed, Release};

/// What a task is; the numbers are those of the snapshot's `TaskKind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Task = 0,
    Local = 1,
    Blocking = 2,
    Thread = 3,
    Root = 4,
}

/// Records the spawn of a task at `location` by the current one. `None` if recording is off or there is no room:
/// the task then runs without being seen.
#[inline(always)]
pub(crate) fn begin(kind: Kind, location: &'static Location<'static>) -> Option<&'static TaskSlot> {
    if !registry::enabled() {
        return None;
    }
    recorder::with(|shard, local| take(shard, local, kind, location))?
}

#[inline]
fn take(
    shard: &Shard,
    local: &Local,
    kind: Kind,
    location: &'static Location<'static>,
) -> Option<&'static TaskSlot> {
    // SAFETY: null, or a slot, which is never unmapped.
    let parent = unsafe { local.task.get().as_ref() };
    let (parent_id, parent_group) = match parent {
        Some(slot) => (slot.id().pack(), u64::from(slot.group_id()) + 1),
        None => (0, 0),
    };
    let context = parent_group << 3 | kind as u64;
    let group = shard.group(location, context, || {
        groups().task(location, kind as u8, (parent_group as u32).checked_sub(1)).0
    });
    let Some((index, slot)) = shard.free_tasks.pop(&TASKS).and_then(|i| Some((i, TASKS.get(i)?))) else {
        Dropped::Task.count();
        return None;
    };
    let now = clock::ticks();
    // Generations start at 1, so that a packed id is never 0. A slot that was used before keeps its generation, which
    // its end has advanced.
    let generation = (slot.refs.load(Relaxed) >> 32).max(1);
    slot.refs.store(generation << 32 | 1, Relaxed);
    slot.waker_vtable.store(ptr::null_mut(), Relaxed);
    slot.polls.store(0, Relaxed);
    slot.woken.store(1, Relaxed);
    slot.woken_at.store(now, Relaxed);
    slot.since.store(now, Relaxed);
    slot.busy.store(0, Relaxed);
    slot.scheduled.store(0, Relaxed);
    slot.spawned_at.store(now, Relaxed);
    slot.index.store(index, Relaxed);
    slot.parent.store(parent_id, Relaxed);
    slot.await_len.store(0, Relaxed);
    slot.awaits_lost.store(0, Relaxed);
    slot.polls_high.store(0, Relaxed);
    // Release: a reader that sees the live bit sees all of the above.
    slot.group.store(group | TaskSlot::LIVE, Release);
    if let Some(block) = shard.tasks.own(group | TaskSlot::LIVE) {
        bump(&block.spawned, 1);
    }
    Some(slot)
}
