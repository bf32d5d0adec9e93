//! Which tasks can never run again.
//!
//! A task is *closed* if it waits, nobody woke it, and every live clone of its waker is accounted for by a wait that
//! the agent sees and that was polled with the task's own waker: then nothing but those waits can wake it. A task
//! without any live clone is closed for good. A thread is closed while it is blocked in a wait that is seen. The stuck
//! tasks are the largest set of closed tasks in which every wait of every member can only be ended by members: by the
//! holder of a lock, by the holders of all permits, by the task that is joined. Whatever can come from outside (a timer,
//! a socket, a sender somewhere) keeps a task out of the set, and with it everyone it could help. A local task whose
//! thread is blocked in the poll of a member is a member, whatever it waits for.

use super::ends::Tier;
use super::index::Index;
use crate::id::TaskId;
use crate::snapshot::graph::{Edge, EdgeKind, Graph, Node};
use crate::snapshot::{Snapshot, Task};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The stuck tasks, each with the stuck tasks that it waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stuck {
    waits_for: BTreeMap<TaskId, Vec<TaskId>>,
}

impl Stuck {
    /// The tasks that were stuck in both snapshots, by the waits and holds of each, and in the same poll.
    pub fn confirmed(before: &Snapshot, now: &Snapshot) -> Stuck {
        Self::at(Some(&Index::of(before)), &Index::of(now), Tier::Certain)
    }

    /// The tasks that are stuck as far as this snapshot can tell: a suspicion.
    pub fn suspected(now: &Snapshot) -> Stuck {
        Self::at(None, &Index::of(now), Tier::Certain)
    }

    /// The stuck tasks of a look, and of the one before if there was one.
    pub(super) fn at(before: Option<&Index<'_>>, now: &Index<'_>, tier: Tier) -> Stuck {
        Self::among(&helped(now), before, now, tier)
    }

    /// The stuck tasks of a look, given those whom only other tasks can help.
    pub(super) fn among(
        helped: &[Helped<'_>],
        before: Option<&Index<'_>>,
        now: &Index<'_>,
        tier: Tier,
    ) -> Stuck {
        let same =
            helped.iter().filter(|(task, _)| before.is_none_or(|before| is_unmoved(before, now, task)));
        // Whoever gave up its reference between the looks may have notified before.
        let settled =
            |task: &Task| before.is_none_or(|before| before.shares_of(task.id) == now.shares_of(task.id));
        // What the look before read of waits and holds lies between two readings of the tasks which show that none of them
        // moved meanwhile. What this one reads of them comes after its tasks, which may go on before that.
        let helpers = |task: &Task, helpers: Option<Vec<TaskId>>| {
            let Some(before) = before else { return helpers };
            let earlier = before.snapshot.task(task.id)?;
            let mut both = before.helpers(earlier, tier)?;
            both.extend(helpers?);
            both.sort_unstable();
            both.dedup();
            Some(both)
        };
        match tier {
            Tier::Certain => {
                largest_set(same.map(|(task, _)| (task.id, helpers(task, now.helpers(task, tier)))))
            }
            Tier::Attributed => {
                let settled = same.filter(|(task, _)| settled(task));
                largest_set(settled.map(|(task, all)| (task.id, helpers(task, Some(all.clone())))))
            }
        }
    }

    /// Whether nobody is stuck.
    pub fn is_empty(&self) -> bool {
        self.waits_for.is_empty()
    }

    /// Whether this task is stuck.
    pub fn contains(&self, task: TaskId) -> bool {
        self.waits_for.contains_key(&task)
    }

    /// All stuck tasks.
    pub fn tasks(&self) -> impl Iterator<Item = TaskId> + '_ {
        self.waits_for.keys().copied()
    }

    /// The stuck tasks that this one waits for; none if it has no waker left.
    pub fn waits_for(&self, task: TaskId) -> &[TaskId] {
        self.waits_for.get(&task).map_or(&[], Vec::as_slice)
    }

    /// The sets of tasks in which each waits, directly or through others, for each: the circles.
    pub(super) fn circles(&self) -> Vec<Vec<TaskId>> {
        let number: HashMap<TaskId, u32> = self.waits_for.keys().copied().zip(0..).collect();
        let mut edges = Vec::new();
        for (from, (_, targets)) in (0..).zip(&self.waits_for) {
            for to in targets.iter().filter_map(|target| number.get(target)) {
                let kind = EdgeKind::Holds;
                edges.push(Edge { from, to: *to, kind, place: None, since: None, binds: true });
            }
        }
        let tasks: Vec<TaskId> = self.waits_for.keys().copied().collect();
        let graph = Graph { nodes: tasks.iter().copied().map(Node::Task).collect(), edges };
        let name = |members: Vec<u32>| members.into_iter().map(|n| tasks[n as usize]).collect();
        graph.cycles().into_iter().map(name).collect()
    }

    /// The stuck tasks that wait for these, directly or through others.
    pub fn victims_of(&self, tasks: &[TaskId]) -> Vec<TaskId> {
        let mut waiters: HashMap<TaskId, Vec<TaskId>> = HashMap::new();
        for (waiter, targets) in &self.waits_for {
            for target in targets {
                waiters.entry(*target).or_default().push(*waiter);
            }
        }
        let mut seen: HashSet<TaskId> = tasks.iter().copied().collect();
        let mut open = tasks.to_vec();
        let mut victims = Vec::new();
        while let Some(task) = open.pop() {
            for waiter in waiters.get(&task).into_iter().flatten() {
                if seen.insert(*waiter) {
                    victims.push(*waiter);
                    open.push(*waiter);
                }
            }
        }
        victims.sort_unstable();
        victims
    }
}

/// A task that may be stuck, with those who can help it as far as they are known or attributed.
pub(super) type Helped<'a> = (&'a Task, Vec<TaskId>);

/// The tasks that may be stuck. What is known for certain is attributed too: nobody else is stuck for certain.
pub(super) fn helped<'a>(now: &Index<'a>) -> Vec<Helped<'a>> {
    let closed = now.snapshot.tasks.iter().filter(|task| may_be_stuck(now, task));
    closed.filter_map(|task| Some((task, now.helpers(task, Tier::Attributed)?))).collect()
}

fn may_be_stuck(index: &Index<'_>, task: &Task) -> bool {
    index.is_closed(task) || index.held_up_by(task).is_some()
}

/// Whether a task has not moved since the look before, and was as closed then.
fn is_unmoved(before: &Index<'_>, now: &Index<'_>, task: &Task) -> bool {
    let Some(earlier) = before.snapshot.task(task.id) else { return false };
    // Of a thread only the wait itself tells that it did not go on meanwhile: one that began before the look before, and
    // lasts, was there all the time. (Times of one wait differ a little as the clock's rate gets known better.)
    let lasts = now.blocking_wait(task.id).is_none_or(|wait| wait.since <= before.snapshot.at);
    earlier.polls == task.polls && may_be_stuck(before, earlier) && lasts
}

/// The largest set of these tasks whose waits can be ended by members only. Each comes with those who could help it;
/// `None` if something else could help as well.
fn largest_set(tasks: impl Iterator<Item = (TaskId, Option<Vec<TaskId>>)>) -> Stuck {
    let mut waits_for: BTreeMap<TaskId, Vec<TaskId>> = BTreeMap::new();
    waits_for.extend(tasks.filter_map(|(task, helpers)| Some((task, helpers?))));
    // Whoever can be helped from outside of the set can help those who wait for it, and so on.
    let mut helps: HashMap<TaskId, Vec<TaskId>> = HashMap::new();
    let mut helped: Vec<TaskId> = Vec::new();
    for (task, helpers) in &waits_for {
        for helper in helpers {
            if waits_for.contains_key(helper) {
                helps.entry(*helper).or_default().push(*task);
            } else {
                helped.push(*task);
            }
        }
    }
    while let Some(task) = helped.pop() {
        if waits_for.remove(&task).is_some() {
            helped.extend(helps.remove(&task).unwrap_or_default());
        }
    }
    Stuck { waits_for }
}
