//! Who in a queue has been served, and may not know it yet.

use crate::id::ResourceId;
use crate::snapshot::{Hold, Op, Resource, ResourceKind, Snapshot, TaskState, Wait};
use std::collections::HashMap;

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
        let waits = || {
            let task = wait.task.and_then(|id| self.task(id));
            task.is_some_and(|task| task.state == TaskState::Waiting)
        };
        !wait.current && waits() && self.is_given(wait, holds, given) == Some(true)
    }

    /// The first waits of a queue of which this holds; the oldest comes first.
    pub(crate) fn served_unseen<'a>(&self, queue: &[&'a Wait], holds: &[&Hold]) -> Vec<&'a Wait> {
        let mut given = 0;
        let served = queue.iter().copied().take_while(|wait| {
            given += u64::from(wait.amount);
            self.is_granted_unseen(wait, holds, given)
        });
        served.collect()
    }

    /// The oldest waits of all queues of which this holds.
    pub(crate) fn granted_unseen(&self) -> Vec<&Wait> {
        let mut oldest: HashMap<ResourceId, &Wait> = HashMap::new();
        for wait in &self.waits {
            if let Some(resource) = wait.resource {
                let first = oldest.entry(resource).or_insert(wait);
                if wait.since < first.since {
                    *first = wait;
                }
            }
        }
        oldest.retain(|_, wait| !wait.current && !wait.blocking);
        let mut holds: HashMap<ResourceId, Vec<&Hold>> = HashMap::new();
        for hold in self.holds.iter().filter(|hold| oldest.contains_key(&hold.resource)) {
            holds.entry(hold.resource).or_default().push(hold);
        }
        let holds_of = |resource| holds.get(resource).map_or(&[][..], Vec::as_slice);
        let mut granted: Vec<&Wait> = oldest
            .iter()
            .filter(|(resource, wait)| {
                self.is_granted_unseen(wait, holds_of(resource), u64::from(wait.amount))
            })
            .map(|(_, wait)| *wait)
            .collect();
        granted.sort_by_key(|wait| wait.resource);
        granted
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
