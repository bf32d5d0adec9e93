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

/// The use of all resources of a snapshot, in their order.
#[derive(Debug)]
pub(crate) struct Usage<'a>(&'a Snapshot, Vec<Use>);

impl<'a> Usage<'a> {
    /// One pass over the waits and holds.
    pub(crate) fn of(snapshot: &'a Snapshot) -> Self {
        let mut usage = Usage(snapshot, vec![Use::default(); snapshot.resources.len()]);
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
        self.0.place_of_resource(id).map_or_else(Use::default, |place| self.1[place])
    }

    fn entry(&mut self, id: ResourceId) -> Option<&mut Use> {
        self.0.place_of_resource(id).map(|place| &mut self.1[place])
    }
}
