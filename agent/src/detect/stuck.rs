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
use super::memo::Memo;
use super::net::Net;
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Op, Snapshot, Task, TaskList};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// The stuck tasks, each with the stuck tasks that it waits for.
#[derive(Clone, Debug, Default)]
pub struct Stuck {
    waits_for: BTreeMap<TaskId, Vec<TaskList>>,
    net: OnceCell<Net>,
}

impl PartialEq for Stuck {
    fn eq(&self, other: &Self) -> bool {
        self.tasks().eq(other.tasks())
            && self.tasks().all(|task| self.waits_for(task) == other.waits_for(task))
    }
}

impl Eq for Stuck {}

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
        let kept: Memo<(ResourceId, Op), bool> = Memo::default();
        let settled = |task: &Task| {
            before.is_none_or(|before| {
                let (earlier, shares) = (before.shares_of(task.id), now.shares_of(task.id));
                let is_kept = |at: (ResourceId, Op)| {
                    kept.get(at, || before.share_of(at.0, at.1) == now.share_of(at.0, at.1))
                };
                earlier == shares && shares.into_iter().all(is_kept)
            })
        };
        // What the look before read of waits and holds lies between two readings of the tasks which show that none of them
        // moved meanwhile. What this one reads of them comes after its tasks, which may go on before that.
        let helpers = |task: &Task, helpers: Option<Vec<TaskList>>| {
            let Some(before) = before else { return helpers };
            let earlier = before.snapshot.task(task.id)?;
            let mut both = before.helpers(earlier, tier)?;
            both.extend(helpers?);
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

    /// The stuck tasks that this one waits for, each once, in ascending order; none if it has no waker left.
    pub fn waits_for(&self, task: TaskId) -> Vec<TaskId> {
        let lists = self.waits_for.get(&task).map_or(&[][..], Vec::as_slice);
        let mut all: Vec<TaskId> = lists.iter().flat_map(|list| list.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether there is nobody whom this stuck task waits for.
    pub(super) fn waits_for_nobody(&self, task: TaskId) -> bool {
        self.waits_for.get(&task).is_none_or(|lists| lists.iter().all(|list| list.is_empty()))
    }

    /// Who waits for whom.
    pub(super) fn net(&self) -> &Net {
        self.net.get_or_init(|| Net::of(&self.waits_for))
    }

    /// The stuck tasks that wait for these, directly or through others.
    pub fn victims_of(&self, tasks: &[TaskId]) -> Vec<TaskId> {
        self.net().victims_of(tasks)
    }
}

/// A task that may be stuck, with those who can help it as far as they are known or attributed.
pub(super) type Helped<'a> = (&'a Task, Vec<TaskList>);

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
fn largest_set(tasks: impl Iterator<Item = (TaskId, Option<Vec<TaskList>>)>) -> Stuck {
    let helped = tasks.filter_map(|(task, helpers)| Some((task, helpers?)));
    let mut waits_for: BTreeMap<TaskId, Vec<TaskList>> = helped.collect();
    // Whoever can be helped from outside of the set can help those who wait for it, and so on.
    let mut closed = Net::of(&waits_for).closed().into_iter();
    waits_for.retain(|_, _| closed.next().unwrap_or(false));
    Stuck { waits_for, net: OnceCell::new() }
}
