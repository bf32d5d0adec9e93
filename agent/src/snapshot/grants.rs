//! Who in a queue has been served, and may not know it yet.

use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Hold, Op, Resource, ResourceKind, Snapshot, TaskState, Wait};
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

/// How much later the wait may seem to begin that comes first in a queue, in nanoseconds.
pub(crate) const QUEUE_SLACK: u64 = 50_000_000;

impl Snapshot {
    /// Whether the oldest wait for a resource has been given what it asked for, as what `holds` has of it, all that is out,
    /// leaves enough: its future has only to be polled to take it. `None` if that is not known, as of a thread that waits:
    /// it is not in a queue that is served in order.
    pub(crate) fn is_granted(&self, oldest: &Wait, holds: &[&Hold]) -> Option<bool> {
        self.is_given(oldest, holds, u64::from(oldest.amount))
    }

    /// The same of any wait, whose turn has come once so much was given.
    fn is_given(&self, wait: &Wait, holds: &[&Hold], given: u64) -> Option<bool> {
        if wait.blocking {
            return None;
        }
        if self.room(self.resource(wait.resource?)?, wait.op, holds)? < given {
            return Some(false);
        }
        // Without every hold on record, nothing is known to be free.
        let lost = |(what, n): &(&str, u64)| matches!(*what, "hold" | "wait") && *n > 0;
        (!self.agent.dropped.iter().any(lost)).then_some(true)
    }

    /// What is neither out nor in use, as far as this operation is concerned; `None` if that is not known.
    pub(crate) fn room(&self, resource: &Resource, op: Op, holds: &[&Hold]) -> Option<u64> {
        if !resource.covered || resource.closed || resource.is_resized() {
            return None;
        }
        let held: u64 = holds.iter().map(|hold| u64::from(hold.amount)).sum();
        match (self.group_of_resource(resource).kind, op) {
            (ResourceKind::Mutex, _) => Some(1_u64.saturating_sub(held)),
            (ResourceKind::RwLock, _) => Some(u64::from(held == 0)),
            (ResourceKind::Semaphore, _) => resource.permits?.checked_sub(held),
            (ResourceKind::Mpsc, Op::Send) => {
                resource.capacity?.checked_sub(resource.depth? + resource.permits_out.unwrap_or(held))
            }
            _ => None,
        }
    }
}

/// Who was served while its task did not poll it any more, and was not woken since: it does not know.
#[derive(Debug)]
pub(crate) struct Unseen<'a> {
    snapshot: &'a Snapshot,
    /// The tasks of which every future that they only keep was woken.
    used_up: OnceCell<HashSet<TaskId>>,
}

impl<'a> Unseen<'a> {
    /// Those of a snapshot.
    pub(crate) fn of(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, used_up: OnceCell::new() }
    }

    /// Those of all queues, in the order of the resources.
    pub(crate) fn in_all(&self) -> Vec<&'a Wait> {
        let kept = self.snapshot.waits.iter().filter(|wait| is_kept(wait));
        let mut queues: BTreeMap<ResourceId, (Vec<&Wait>, Vec<&Hold>)> =
            kept.filter_map(|wait| Some((wait.resource?, Default::default()))).collect();
        for wait in &self.snapshot.waits {
            if let Some((queue, _)) = wait.resource.and_then(|resource| queues.get_mut(&resource)) {
                queue.push(wait);
            }
        }
        for hold in &self.snapshot.holds {
            if let Some((_, holds)) = queues.get_mut(&hold.resource) {
                holds.push(hold);
            }
        }
        let served = queues.into_values().flat_map(|(mut queue, holds)| {
            queue.sort_by_key(|wait| wait.since);
            self.in_queue(&queue, &holds)
        });
        served.collect()
    }

    /// Those of a queue, all waits for one resource and the oldest first; `holds` is all that is out of it.
    pub(crate) fn in_queue(&self, queue: &[&'a Wait], holds: &[&Hold]) -> Vec<&'a Wait> {
        if !queue.iter().any(|wait| is_kept(wait)) {
            return Vec::new();
        }
        let queue = queue.iter().copied().filter(|wait| wait.op.is_served_in_order());
        // Of some it is certain, wherever they stand; the others are served in order.
        let (woken, others): (Vec<&Wait>, Vec<&Wait>) = queue.partition(|wait| self.was_woken(wait));
        let mut given = 0;
        let served = woken.iter().chain(&others).copied().take_while(|wait| {
            given += u64::from(wait.amount);
            self.may_be_served(wait, holds, given)
        });
        let mut served: Vec<&Wait> = served.collect();
        while served.len() > woken.len()
            && let Some(last) = served.last()
            && self.may_be_passed(last, &others[served.len() - woken.len()..])
        {
            served.pop();
        }
        served
    }

    /// Whether there is enough for a future that its task does not poll, and nobody has told the task.
    fn may_be_served(&self, wait: &Wait, holds: &[&Hold], given: u64) -> bool {
        let unseen = is_kept(wait) && wait.unpolled.is_some();
        unseen && self.is_parked(wait) && self.snapshot.is_given(wait, holds, given) == Some(true)
    }

    /// Whether nobody has woken the task of a wait.
    fn is_parked(&self, wait: &Wait) -> bool {
        let task = wait.task.and_then(|id| self.snapshot.task(id));
        task.is_some_and(|task| task.state == TaskState::Waiting)
    }

    /// Whether the waker of a kept future was used: the task has clones for the futures that it polls, and no other. A queue
    /// keeps the waker of a future until that is served.
    fn was_woken(&self, wait: &Wait) -> bool {
        let used_up = || self.used_up.get_or_init(|| used_up(self.snapshot));
        is_kept(wait) && wait.task.is_some_and(|task| used_up().contains(&task))
    }

    /// Whether one of those behind a wait may be in front of it: when a wait began is noted after it has its place in the
    /// queue. Not one of the same task, and not one whose task would have been woken when it was served.
    fn may_be_passed(&self, wait: &Wait, behind: &[&Wait]) -> bool {
        let end = wait.since.saturating_add(QUEUE_SLACK);
        let would_know = |other: &Wait| other.current && other.own_waker && self.is_parked(other);
        let mut near = behind.iter().take_while(|other| other.since <= end);
        near.any(|other| other.task != wait.task && !would_know(other))
    }
}

/// Whether the future of a wait exists and was not polled in the last poll of its task.
fn is_kept(wait: &Wait) -> bool {
    !wait.current && !wait.blocking
}

/// The tasks that wait and have kept futures, and as many clones of their waker as futures that they polled last.
fn used_up(snapshot: &Snapshot) -> HashSet<TaskId> {
    let kept = snapshot.waits.iter().filter(|wait| is_kept(wait)).filter_map(|wait| wait.task);
    // Of each, how many were polled last; `None` if one of its waits is not of its own waker.
    let mut polled: HashMap<TaskId, Option<u32>> = kept.map(|task| (task, Some(0))).collect();
    for wait in &snapshot.waits {
        if let Some(known) = wait.task.and_then(|task| polled.get_mut(&task)) {
            let own = wait.own_waker && !wait.blocking;
            *known = known.filter(|_| own).map(|polled| polled + u32::from(wait.current));
        }
    }
    let balanced = |(task, polled): (TaskId, Option<u32>)| {
        let task = snapshot.task(task).filter(|task| task.state == TaskState::Waiting && task.covered)?;
        (polled? == task.wakers).then_some(task.id)
    };
    polled.into_iter().filter_map(balanced).collect()
}
