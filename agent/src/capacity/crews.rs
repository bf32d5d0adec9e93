//! Who works at which queue, and what these tasks do now: the closer look.

use crate::id::{ResourceGroupId, ResourceId, TaskId};
use crate::snapshot::{Op, Snapshot};
use std::collections::{BTreeSet, HashMap};

/// The workers of the queues of one place, as one look shows them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Crew {
    /// Those who wait for a message, or for their turn to wait for one, and since when.
    pub(super) idle: HashMap<TaskId, u64>,
    /// Those who wait for a lock, permits, or room in another queue.
    pub(super) blocked: BTreeSet<TaskId>,
    /// The groups of the locks under which messages are waited for: workers take turns by them.
    pub(super) turns: BTreeSet<ResourceGroupId>,
    /// Senders that wait for room.
    pub(super) senders: u64,
}

/// What is known before a look: the queues and workers that are watched, by the number of their crew.
#[derive(Clone, Debug, Default)]
pub(super) struct Watched {
    pub(super) queues: HashMap<ResourceId, usize>,
    pub(super) workers: HashMap<TaskId, usize>,
    pub(super) turns: HashMap<ResourceGroupId, usize>,
}

/// The crews that are watched, in the order of their numbers.
pub(super) fn crews(now: &Snapshot, mut watched: Watched, crews: usize) -> Vec<Crew> {
    let mut crews = vec![Crew::default(); crews];
    let mut receive: HashMap<TaskId, usize> = HashMap::new();
    for wait in &now.waits {
        let (Some(task), Some(resource)) = (wait.task, wait.resource) else { continue };
        match (wait.op, watched.queues.get(&resource)) {
            (Op::Recv, Some(crew)) => {
                crews[*crew].idle.insert(task, wait.since);
                receive.insert(task, *crew);
            }
            (Op::Send, Some(crew)) => crews[*crew].senders += 1,
            _ => {}
        }
        if wait.op.contends()
            && let Some(crew) = watched.workers.get(&task)
        {
            crews[*crew].blocked.insert(task);
        }
    }
    for hold in now.holds.iter().filter(|hold| hold.op == Op::Lock) {
        let crew = hold.task.and_then(|task| receive.get(&task));
        if let Some((crew, lock)) = crew.zip(now.resource(hold.resource)) {
            watched.turns.insert(lock.group, *crew);
        }
    }
    for (group, crew) in &watched.turns {
        crews[*crew].turns.insert(*group);
    }
    if watched.turns.is_empty() {
        return crews;
    }
    for wait in now.waits.iter().filter(|wait| wait.op == Op::Lock) {
        let Some((task, lock)) = wait.task.zip(wait.resource.and_then(|id| now.resource(id))) else {
            continue;
        };
        if let Some(crew) = watched.turns.get(&lock.group) {
            crews[*crew].idle.insert(task, wait.since);
            crews[*crew].blocked.remove(&task);
        }
    }
    crews
}
