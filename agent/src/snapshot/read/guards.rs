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
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// How much earlier a task may seem to be spawned than a guard that it was given was taken, in nanoseconds: the counters of
/// two cores may be a little apart.
const SLACK: u64 = 1_000_000;
/// A guard that may be with more tasks than this may be anywhere.
const MOST: usize = 1_000;

/// Notes of each guard that stays with a task, as far as its type tells, who else may have it.
pub(super) fn locate(holds: &mut [Hold]) {
    let lent: Vec<&mut Hold> = holds.iter_mut().filter(|hold| may_be_lent(hold)).collect();
    if lent.is_empty() {
        return;
    }
    let families = Families::read();
    // Most guards of one task have the same answer.
    let mut known: HashMap<(TaskId, u64), Option<Arc<[TaskId]>>> = HashMap::new();
    for hold in lent {
        let Some(taker) = hold.task else { continue };
        let since = hold.since.map_or(0, |since| since.saturating_sub(SLACK));
        let found = known.entry((taker, since)).or_insert_with(|| families.spawned_since(taker, since));
        match found {
            Some(tasks) => hold.may_be_with = tasks.clone(),
            None => hold.movable = true,
        }
    }
}

/// Whether this is a guard of a task: those that threads have cannot leave them.
fn may_be_lent(hold: &Hold) -> bool {
    let is_guard = matches!(hold.op, Op::Lock | Op::Read | Op::Write | Op::Acquire);
    let taker = hold.task.filter(|_| is_guard && !hold.movable).and_then(|task| TASKS.get(task.index()));
    taker.is_some_and(|slot| slot.group.load(Relaxed) & TaskSlot::THREAD == 0)
}

/// Which task spawned which: the places of parents and children, by parents.
struct Families(Vec<(u32, u32)>);

impl Families {
    /// One pass over all slots.
    fn read() -> Self {
        let mut all = Vec::new();
        TASKS.for_each(|place, slot| {
            let parent = TaskId::unpack(slot.parent.load(Relaxed));
            all.extend(parent.map(|parent| (parent.index(), place)));
        });
        all.sort_unstable();
        Self(all)
    }

    /// The live tasks that this one has spawned since then, and those that they have, and so on; `None` if they are too many
    /// to be told.
    fn spawned_since(&self, taker: TaskId, since: u64) -> Option<Arc<[TaskId]>> {
        let (mut all, mut open) = (HashSet::new(), vec![taker]);
        while let Some(parent) = open.pop() {
            let start = self.0.partition_point(|(of, _)| *of < parent.index());
            let own = self.0[start..].iter().take_while(|(of, _)| *of == parent.index());
            for (of, child, at) in own.filter_map(|(_, place)| TASKS.get(*place).and_then(child)) {
                if of == parent && at >= since && all.insert(child) {
                    open.push(child);
                }
                if all.len() > MOST {
                    return None;
                }
            }
        }
        let mut all: Vec<TaskId> = all.into_iter().collect();
        all.sort_unstable();
        Some(all.into())
    }
}

/// A live task: who spawned it, itself, and when it was spawned.
fn child(slot: &TaskSlot) -> Option<(TaskId, TaskId, u64)> {
    let read = slot.read(|id, _| (slot.parent.load(Relaxed), id, slot.spawned_at.load(Relaxed)));
    let (parent, id, at) = read?;
    Some((TaskId::unpack(parent)?, id, clock::time_of(at)))
}
