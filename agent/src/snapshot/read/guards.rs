//! Where the guards of locks may be that borrow them.
//!
//! Such a guard can leave the task that took it if its lock is borrowed for ever: if it lies in a `static`, or on the heap
//! and is leaked or owned by a `static`. Nothing tells. The way out of the task is then a task that it has spawned since, as
//! that of a server which gives each connection a permit.

use crate::clock;
use crate::id::TaskId;
use crate::registry::{TASKS, TaskSlot};
use crate::snapshot::{Hold, Op};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering::Relaxed;

/// How much earlier a task may seem to be spawned than a guard that it was given was taken, in nanoseconds: the counters of
/// two cores may be a little apart.
const SLACK: u64 = 1_000_000;

/// Notes of each guard that stays with a task, as far as its type tells, who else may have it.
pub(super) fn locate(holds: &mut [Hold]) {
    let mut lent: Vec<&mut Hold> = holds.iter_mut().filter(|hold| may_be_lent(hold)).collect();
    let children = children(lent.iter().filter_map(|hold| hold.task));
    if children.is_empty() {
        return;
    }
    for hold in &mut lent {
        hold.may_be_with = spawned_since(&children, hold);
    }
}

/// Whether this is a guard of a task: those that threads have cannot leave them.
fn may_be_lent(hold: &Hold) -> bool {
    let is_guard = matches!(hold.op, Op::Lock | Op::Read | Op::Write | Op::Acquire);
    let taker = hold.task.filter(|_| is_guard && !hold.movable).and_then(|task| TASKS.get(task.index()));
    taker.is_some_and(|slot| slot.group.load(Relaxed) & TaskSlot::THREAD == 0)
}

/// Live tasks, each with the time of its spawn, by the task that spawned them.
type Children = HashMap<TaskId, Vec<(TaskId, u64)>>;

/// The live tasks that these have spawned, and those that they have, and so on.
fn children(of: impl Iterator<Item = TaskId>) -> Children {
    let mut children = Children::new();
    let mut asked: HashSet<TaskId> = of.collect();
    let mut places = vec![false; TASKS.high() as usize];
    let mut fresh: Vec<TaskId> = asked.iter().copied().collect();
    while !fresh.is_empty() {
        places.fill(false);
        for place in fresh.drain(..).filter_map(|task| usize::try_from(task.index()).ok()) {
            if let Some(place) = places.get_mut(place) {
                *place = true;
            }
        }
        let mut found = Vec::new();
        TASKS.for_each(|_, slot| {
            let parent = slot.parent.load(Relaxed);
            if places.get(parent as u32 as usize).is_some_and(|asked| *asked)
                && let Some(child) = child(slot)
            {
                found.push(child);
            }
        });
        for (parent, task, at) in found {
            let siblings = children.entry(parent).or_default();
            if !siblings.contains(&(task, at)) {
                siblings.push((task, at));
                fresh.extend(asked.insert(task).then_some(task));
            }
        }
    }
    children
}

/// A live task: who spawned it, itself, and when it was spawned.
fn child(slot: &TaskSlot) -> Option<(TaskId, TaskId, u64)> {
    let read = slot.read(|id, _| (slot.parent.load(Relaxed), id, slot.spawned_at.load(Relaxed)));
    let (parent, id, at) = read?;
    Some((TaskId::unpack(parent)?, id, clock::time_of(at)))
}

/// The tasks that were spawned by whoever took this since, and by those, in ascending order.
fn spawned_since(children: &Children, hold: &Hold) -> Vec<TaskId> {
    let since = hold.since.map_or(0, |since| since.saturating_sub(SLACK));
    let (mut all, mut open): (Vec<TaskId>, Vec<TaskId>) = (Vec::new(), hold.task.into_iter().collect());
    while let Some(task) = open.pop() {
        for (child, at) in children.get(&task).into_iter().flatten() {
            if *at >= since && !all.contains(child) {
                all.push(*child);
                open.push(*child);
            }
        }
    }
    all.sort_unstable();
    all
}
