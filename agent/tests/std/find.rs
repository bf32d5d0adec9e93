//! Threads and resources in a snapshot, found by the line that made them.

#[path = "../support/seen.rs"]
mod seen;

pub(crate) use seen::{At, next_line, until};
use std::future::Future;
use taskscope::snapshot::{Detail, Hold, Resource, Snapshot, Task, TaskGroup, TaskState, Wait};
use taskscope::tokio;

pub(crate) fn run<F: Future>(workers: usize, f: F) -> F::Output {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(workers).enable_all().build().unwrap().block_on(f)
}

/// The group of what is spawned in this line.
pub(crate) fn group_of_tasks(snapshot: &Snapshot, at: At) -> Option<&TaskGroup> {
    snapshot.task_groups.iter().find(|group| (group.place.file, group.place.line) == (at.0, at.1))
}

/// The live task that was spawned in this line.
pub(crate) fn task_at(snapshot: &Snapshot, at: At) -> Option<Task> {
    let here = |task: &&Task| {
        let place = snapshot.group_of(task).place;
        (place.file, place.line) == (at.0, at.1)
    };
    snapshot.tasks.iter().find(here).cloned()
}

/// What the task waits for.
pub(crate) fn waits_of(snapshot: &Snapshot, task: &Task) -> Vec<Wait> {
    snapshot.waits.iter().filter(|wait| wait.task == Some(task.id)).cloned().collect()
}

/// The resource that was made in this line.
pub(crate) fn resource_in(snapshot: &Snapshot, at: At) -> Option<Resource> {
    let here = |resource: &&Resource| {
        let place = snapshot.group_of_resource(resource).place;
        (place.file, place.line) == (at.0, at.1)
    };
    snapshot.resources.iter().find(here).cloned()
}

/// The same, now.
pub(crate) fn resource_at(at: At) -> Option<Resource> {
    resource_in(&Snapshot::read(Detail::Light), at)
}

/// Who holds what was made in this line; a condition may be there beside its lock.
pub(crate) fn holds_at(at: At) -> Vec<Hold> {
    let snapshot = Snapshot::read(Detail::Light);
    let here = |hold: &&Hold| {
        let resource = snapshot.resource(hold.resource);
        let place = resource.map(|resource| snapshot.group_of_resource(resource).place);
        place.is_some_and(|place| (place.file, place.line) == (at.0, at.1))
    };
    snapshot.holds.iter().filter(here).cloned().collect()
}

/// The wait for the resource of the line `made` by the thread that was spawned at `spawned`, once it is in it.
pub(crate) fn thread_waits(made: At, spawned: At) -> (Snapshot, Task, Wait) {
    until(|snapshot| {
        let (resource, task) = (resource_in(snapshot, made)?, task_at(snapshot, spawned)?);
        let [wait] = &waits_of(snapshot, &task)[..] else { return None };
        let waits = task.state == TaskState::Waiting && wait.current && wait.resource == Some(resource.id);
        waits.then(|| (snapshot.clone(), task, wait.clone()))
    })
}
