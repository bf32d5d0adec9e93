//! Who in a queue has been served, and may not know it yet.

use crate::id::ResourceId;
use crate::snapshot::{Hold, Op, Resource, ResourceKind, Snapshot, TaskState, Wait};
use std::collections::BTreeMap;

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

    /// The same, of a future that its task did not poll last, and of a task that was not woken since: it does not know.
    fn is_granted_unseen(&self, wait: &Wait, holds: &[&Hold], given: u64) -> bool {
        let unseen = !wait.current && wait.unpolled.is_some();
        unseen && self.is_parked(wait) && self.is_given(wait, holds, given) == Some(true)
    }

    /// Whether nobody has woken the task of a wait.
    fn is_parked(&self, wait: &Wait) -> bool {
        let task = wait.task.and_then(|id| self.task(id));
        task.is_some_and(|task| task.state == TaskState::Waiting)
    }

    /// The first waits of a queue of which this holds; the oldest comes first.
    pub(crate) fn served_unseen<'a>(&self, queue: &[&'a Wait], holds: &[&Hold]) -> Vec<&'a Wait> {
        let mut given = 0;
        let served = queue.iter().copied().take_while(|wait| {
            given += u64::from(wait.amount);
            self.is_granted_unseen(wait, holds, given)
        });
        let mut served: Vec<&Wait> = served.collect();
        while let Some(last) = served.last()
            && self.may_be_passed(last, &queue[served.len()..])
        {
            served.pop();
        }
        served
    }

    /// Whether one of those behind a wait may be in front of it: when a wait began is noted after it has its place in the
    /// queue. Not one of the same task, and not one whose task would have been woken when it was served.
    fn may_be_passed(&self, wait: &Wait, behind: &[&Wait]) -> bool {
        let end = wait.since.saturating_add(QUEUE_SLACK);
        let would_know = |other: &Wait| other.current && other.own_waker && self.is_parked(other);
        let mut near = behind.iter().take_while(|other| other.since <= end);
        near.any(|other| other.task != wait.task && !would_know(other))
    }

    /// The waits of all queues of which this holds, in the order of the resources.
    pub(crate) fn granted_unseen(&self) -> Vec<&Wait> {
        let kept = self.waits.iter().filter(|wait| !wait.current && !wait.blocking);
        let mut queues: BTreeMap<ResourceId, (Vec<&Wait>, Vec<&Hold>)> =
            kept.filter_map(|wait| Some((wait.resource?, Default::default()))).collect();
        for wait in &self.waits {
            if let Some((queue, _)) = wait.resource.and_then(|resource| queues.get_mut(&resource)) {
                queue.push(wait);
            }
        }
        for hold in &self.holds {
            if let Some((_, holds)) = queues.get_mut(&hold.resource) {
                holds.push(hold);
            }
        }
        let served = queues.into_values().flat_map(|(mut queue, holds)| {
            queue.sort_by_key(|wait| wait.since);
            self.served_unseen(&queue, &holds)
        });
        served.collect()
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
