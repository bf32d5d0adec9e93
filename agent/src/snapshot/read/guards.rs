//! Where the guards of locks may be that borrow them.
//!
//! Such a guard can leave the task that took it if its lock is borrowed for ever: if it lies in a `static`, or on the heap
//! and is leaked or owned by a `static`. Nothing tells, but of a semaphore that was made in a constant: its permits go their
//! ways as owned ones do. Of all others the way out of the task is a task that it has spawned since, as that of a server which
//! gives each connection a permit.

use crate::clock;
use crate::id::TaskId;
use crate::registry::{RESOURCES, ResourceSlot, TASKS, TaskSlot};
use crate::snapshot::{Hold, Op, TaskList};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering::Relaxed;

/// How much earlier a task may seem to be spawned than a guard that it was given was taken, in nanoseconds: the counters of
/// two cores may be a little apart.
const SLACK: u64 = 1_000_000;
/// A guard that may be with more tasks than this may be anywhere.
const MOST: usize = 1_000;

/// Notes of each guard that stays with a task, as far as its type tells, who else may have it.
pub(super) fn locate(holds: &mut [Hold]) {
    for hold in holds.iter_mut().filter(|hold| hold.op == Op::Acquire) {
        hold.movable |= is_of_constant(hold);
    }
    let lent: Vec<(TaskId, &mut Hold)> =
        holds.iter_mut().filter_map(|hold| Some((may_be_lent(hold)?, hold))).collect();
    if lent.is_empty() {
        return;
    }
    let families = Families::read();
    let mut offspring: HashMap<TaskId, Offspring> = HashMap::new();
    for (taker, hold) in lent {
        let spawned = offspring.entry(taker).or_insert_with(|| families.offspring(taker));
        match spawned.since(hold.since.map_or(0, |since| since.saturating_sub(SLACK))) {
            Some(tasks) => hold.may_be_with = tasks,
            None => hold.movable = true,
        }
    }
}

/// Whether the resource was made in a constant.
fn is_of_constant(hold: &Hold) -> bool {
    let slot = RESOURCES.get(hold.resource.index());
    slot.is_some_and(|slot| slot.state.load(Relaxed) & ResourceSlot::CONSTANT != 0)
}

/// Who took a guard, if it is a task: those that threads have cannot leave them.
fn may_be_lent(hold: &Hold) -> Option<TaskId> {
    let is_guard = matches!(hold.op, Op::Lock | Op::Read | Op::Write | Op::Acquire);
    let taker = hold.task.filter(|_| is_guard && !hold.movable)?;
    (TASKS.get(taker.index())?.group.load(Relaxed) & TaskSlot::THREAD == 0).then_some(taker)
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

    /// The live tasks that this one has spawned, each with when that was.
    fn children(&self, of: TaskId) -> impl Iterator<Item = (u64, TaskId)> {
        let start = self.0.partition_point(|(parent, _)| *parent < of.index());
        let own = self.0[start..].iter().take_while(move |(parent, _)| *parent == of.index());
        let read = own.filter_map(|(_, place)| TASKS.get(*place).and_then(child));
        read.filter(move |(parent, ..)| *parent == of).map(|(_, id, at)| (at, id))
    }

    /// The live tasks that a task has spawned, those that they have, and so on.
    fn offspring(&self, of: TaskId) -> Offspring {
        let mut children: Vec<(u64, TaskId)> = self.children(of).collect();
        children.sort_unstable_by(|a, b| b.cmp(a));
        let (mut all, mut known) = (Vec::new(), HashSet::from([of]));
        let mut ends = Vec::new();
        for (at, child) in children {
            let mut open: Vec<TaskId> = known.insert(child).then_some(child).into_iter().collect();
            while let Some(parent) = open.pop().filter(|_| all.len() <= MOST) {
                all.push(parent);
                open.extend(self.children(parent).map(|(_, id)| id).filter(|id| known.insert(*id)));
            }
            ends.push((at, all.len()));
            if all.len() > MOST {
                break;
            }
        }
        Offspring { all: all.into(), ends }
    }
}

/// Tasks, each with those that it has spawned behind it, the youngest child first.
struct Offspring {
    all: TaskList,
    /// When each child was spawned, and how many are in the list up to its last.
    ends: Vec<(u64, usize)>,
}

impl Offspring {
    /// The part that was spawned since then; `None` if they are too many to be told.
    fn since(&self, since: u64) -> Option<TaskList> {
        let children = self.ends.partition_point(|(at, _)| *at >= since);
        let len = children.checked_sub(1).map_or(0, |last| self.ends[last].1);
        (len <= MOST).then(|| self.all.first(len))
    }
}

/// A live task: who spawned it, itself, and when it was spawned.
fn child(slot: &TaskSlot) -> Option<(TaskId, TaskId, u64)> {
    let read = slot.read(|id, _| (slot.parent.load(Relaxed), id, slot.spawned_at.load(Relaxed)));
    let (parent, id, at) = read?;
    Some((TaskId::unpack(parent)?, id, clock::time_of(at)))
}
