//! What the models have in common.

use crate::poll::Wakes;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use taskscope::snapshot::{Detail, Resource, Snapshot, Wait};

/// Polls a future once, with a waker that counts.
pub(crate) fn now_or_not<F: Future>(future: Pin<&mut F>, wakes: &Arc<Wakes>) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(&Waker::from(wakes.clone()))) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// Shows `check` the only live resource that was made in this file, and the waits for it.
pub(crate) fn compare(file: &str, check: impl FnOnce(&Resource, &[Wait])) {
    compare_if_alive(file, true, check);
}

/// [`compare`], unless the resource should be gone.
pub(crate) fn compare_if_alive(file: &str, alive: bool, check: impl FnOnce(&Resource, &[Wait])) {
    let snapshot = Snapshot::read(Detail::Light);
    let here = |resource: &&Resource| snapshot.group_of_resource(resource).place.file.ends_with(file);
    let live: Vec<&Resource> = snapshot.resources.iter().filter(here).collect();
    if !alive {
        assert!(live.is_empty(), "a slot was not freed: {live:#?}");
        return;
    }
    let [resource] = live[..] else { panic!("not one resource: {live:#?}") };
    let for_it = |wait: &&Wait| wait.resource == Some(resource.id);
    let waits: Vec<Wait> = snapshot.waits.iter().filter(for_it).cloned().collect();
    check(resource, &waits);
}
