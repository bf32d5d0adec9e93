//! Queues whose receiver has been at work since a while, and whether their messages stand meanwhile.

use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Known, Op, Resource, Snapshot};
use std::collections::{HashMap, HashSet};

/// How many queues are tracked at most.
const MOST: usize = 1000;

/// A queue for whose messages nobody has waited since some look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::detect) struct Standing {
    /// That look.
    pub(in crate::detect) busy_since: u64,
    /// Messages that had been received then.
    received: u64,
    /// Messages that were received at the last look.
    pub(in crate::detect) last: u64,
    /// The task that had the receiver for certain when that was seen last: while a poll is in progress it is not.
    pub(in crate::detect) owner: Option<TaskId>,
    /// Since which look there are messages of which none was received; `None` if there is none now.
    pub(in crate::detect) stands_since: Option<u64>,
}

impl Standing {
    /// How many messages were received since nobody waits for one.
    pub(in crate::detect) fn taken(&self) -> u64 {
        self.last.saturating_sub(self.received)
    }
}

/// Queues with one receiver that is at work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::detect) struct Stands {
    queues: HashMap<ResourceId, Standing>,
}

impl Stands {
    /// Takes in a look.
    pub(in crate::detect) fn push(&mut self, now: &Snapshot) {
        let awaited: HashSet<ResourceId> =
            now.waits.iter().filter(|wait| wait.op == Op::Recv).filter_map(|wait| wait.resource).collect();
        let of_one = |resource: &&Resource| {
            resource.receivers == Some(1) && resource.covered && !awaited.contains(&resource.id)
        };
        let mut queues = HashMap::new();
        for resource in now.resources.iter().filter(of_one) {
            let (Some(depth), Some(received)) = (resource.depth, resource.received) else { continue };
            let known = self.queues.get(&resource.id).copied();
            // What was never sent to is not at work.
            if queues.len() >= MOST || resource.sent == Some(0) {
                continue;
            }
            let since = known.filter(|known| known.last == received).and_then(|known| known.stands_since);
            let standing = Standing {
                busy_since: known.map_or(now.at, |known| known.busy_since),
                received: known.map_or(received, |known| known.received),
                last: received,
                owner: owner(now, resource.id).or(known.and_then(|known| known.owner)),
                stands_since: (depth > 0).then(|| since.unwrap_or(now.at)),
            };
            queues.insert(resource.id, standing);
        }
        self.queues = queues;
    }

    /// All of them.
    pub(in crate::detect) fn all(&self) -> impl Iterator<Item = (ResourceId, &Standing)> {
        self.queues.iter().map(|(id, standing)| (*id, standing))
    }
}

/// The one task that has the receiver of a queue, as the source shows.
fn owner(now: &Snapshot, queue: ResourceId) -> Option<TaskId> {
    let owners = now.receivers_of(queue).filter(|owners| owners.known == Known::Shown)?;
    if let [task] = owners.tasks.as_slice() { Some(*task) } else { None }
}
