//! How a task begins: a slot is taken and filled.

use crate::clock;
use crate::recorder::trace::{self, What};
use crate::recorder::{self, Local, Shard, bump};
use crate::registry::{Dropped, TASKS, TaskSlot, groups, scopes};
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
    recorder::recording(|shard, local| take(shard, local, kind, location))?
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
    let Some(slot) = shard.free_tasks.pop(&TASKS).and_then(|index| TASKS.get(index)) else {
        Dropped::Task.count();
        return None;
    };
    let now = clock::ticks();
    // What the words of the runtime's waker are from before does not matter: they are compared before they are used.
    slot.refs.store(1, Relaxed);
    slot.polls.store(0, Relaxed);
    slot.woken.store(1, Relaxed);
    slot.woken_at.store(recorder::exact(now), Relaxed);
    slot.since.store(now, Relaxed);
    slot.busy.store(0, Relaxed);
    slot.scheduled.store(0, Relaxed);
    slot.spawned_at.store(now, Relaxed);
    slot.parent.store(parent_id, Relaxed);
    slot.list.store(0, Relaxed);
    let thread = if kind == Kind::Thread { begin_thread(slot) } else { 0 };
    // Release: a reader that sees the live bit sees all of the above.
    slot.group.store(group | TaskSlot::LIVE | thread, Release);
    bump(&shard.tasks.own(group | TaskSlot::LIVE).spawned, 1);
    if trace::is_on() {
        trace::note_of(What::Spawned, slot.id().pack(), parent_id, 0, location);
    }
    if scopes::any() {
        scopes::spawned(slot.id().pack(), parent_id);
    }
    Some(slot)
}

/// A thread has no name at first. Returns its mark.
#[cold]
fn begin_thread(slot: &TaskSlot) -> u32 {
    for word in [&slot.waker_data, &slot.waker_vtable] {
        word.store(ptr::null_mut(), Relaxed);
    }
    TaskSlot::THREAD
}
