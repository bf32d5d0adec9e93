//! Queues in a snapshot, found by the line that made them.

#[path = "../support/seen.rs"]
mod seen;

pub(crate) use seen::{At, next_line, until};
use std::future::Future;
use taskscope::snapshot::{Detail, Resource, ResourceGroup, Snapshot, Wait};
use taskscope::tokio;

pub(crate) fn run<F: Future>(workers: usize, f: F) -> F::Output {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(workers).enable_all().build().unwrap().block_on(f)
}

/// The group of the queues that are made in this line.
pub(crate) fn group_at(snapshot: &Snapshot, at: At) -> &ResourceGroup {
    let here = |group: &&ResourceGroup| (group.place.file, group.place.line) == (at.0, at.1);
    snapshot.resource_groups.iter().find(here).unwrap()
}

/// The queue that was made in this line.
pub(crate) fn queue_at(snapshot: &Snapshot, at: At) -> Option<&Resource> {
    let group = std::ptr::from_ref(group_at(snapshot, at));
    snapshot.resources.iter().find(|resource| std::ptr::eq(snapshot.group_of_resource(resource), group))
}

pub(crate) fn look(at: At) -> Resource {
    queue_at(&Snapshot::read(Detail::Full), at).unwrap().clone()
}

pub(crate) fn waits_at(snapshot: &Snapshot, at: At) -> Vec<Wait> {
    let Some(queue) = queue_at(snapshot, at) else { return Vec::new() };
    snapshot.waits.iter().filter(|wait| wait.resource == Some(queue.id)).cloned().collect()
}
