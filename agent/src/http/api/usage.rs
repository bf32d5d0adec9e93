//! How many wait for each resource and hold it, for all resources at once.

use crate::id::ResourceId;
use crate::snapshot::Snapshot;

/// What the waits and holds of a snapshot say of one resource.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Use {
    /// Who waits for it, whatever for.
    pub(crate) waiters: u32,
    /// Who waits to lock, to acquire or for room.
    pub(crate) contending: u32,
    /// Guards and permits that are out, by whom they were taken.
    pub(crate) holders: u32,
    /// When the oldest wait began; 0 if none lasts.
    pub(crate) oldest: u64,
}

/// The use of all resources, by slot.
#[derive(Debug)]
pub(crate) struct Usage(Vec<Use>);

impl Usage {
    /// One pass over the waits and holds.
    pub(crate) fn of(snapshot: &Snapshot) -> Usage {
        let slots = snapshot.resources.iter().map(|r| r.id.index() as usize + 1).max().unwrap_or(0);
        let mut usage = Usage(vec![Use::default(); slots]);
        for wait in &snapshot.waits {
            let Some(entry) = wait.resource.and_then(|id| usage.entry(id)) else { continue };
            entry.waiters += 1;
            entry.contending += u32::from(wait.op.contends());
            entry.oldest = if entry.oldest == 0 { wait.since } else { entry.oldest.min(wait.since) };
        }
        for hold in &snapshot.holds {
            if let Some(entry) = usage.entry(hold.resource) {
                entry.holders += 1;
            }
        }
        usage
    }

    /// The use of one resource.
    pub(crate) fn get(&self, id: ResourceId) -> Use {
        self.0.get(id.index() as usize).copied().unwrap_or_default()
    }

    /// A slot holds one resource at a time, so its index says enough within one snapshot.
    fn entry(&mut self, id: ResourceId) -> Option<&mut Use> {
        self.0.get_mut(id.index() as usize)
    }
}
