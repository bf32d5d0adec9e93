//! Locks and semaphores in a snapshot, found by the line that made them.

pub(crate) use crate::look::look as resource_at;
use crate::look::{At, queue_at};
use taskscope::snapshot::{Detail, Hold, Snapshot};

/// What is held of the resource that was made in this line.
pub(crate) fn holds_in(snapshot: &Snapshot, at: At) -> Vec<Hold> {
    let Some(resource) = queue_at(snapshot, at) else { return Vec::new() };
    snapshot.holds.iter().filter(|hold| hold.resource == resource.id).cloned().collect()
}

/// The same, now.
pub(crate) fn holds_at(at: At) -> Vec<Hold> {
    holds_in(&Snapshot::read(Detail::Full), at)
}

/// The one hold there is, now.
pub(crate) fn hold_at(at: At) -> Hold {
    let [hold] = &holds_at(at)[..] else { panic!("not one hold: {:?}", holds_at(at)) };
    hold.clone()
}

/// Whether all of it was given back.
pub(crate) fn exists(at: At) -> bool {
    queue_at(&Snapshot::read(Detail::Full), at).is_some()
}
