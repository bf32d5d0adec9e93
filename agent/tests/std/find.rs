//! Threads and resources in a snapshot, found by the line that made them.

use std::future::Future;
use std::time::{Duration, Instant};
use taskscope::snapshot::{Detail, Snapshot, Task, TaskGroup, Wait};
use taskscope::tokio;

/// A line of a test.
#[derive(Clone, Copy)]
pub(crate) struct At(pub(crate) &'static str, pub(crate) u32);

/// The line after this one.
macro_rules! next_line {
    () => {
        crate::find::At(file!(), line!() + 1)
    };
}

pub(crate) use next_line;

pub(crate) fn run<F: Future>(workers: usize, f: F) -> F::Output {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(workers).enable_all().build().unwrap().block_on(f)
}

/// Looks again and again until `seen` says so.
pub(crate) fn until<R>(mut seen: impl FnMut(&Snapshot) -> Option<R>) -> R {
    let start = Instant::now();
    loop {
        let snapshot = Snapshot::read(Detail::Full);
        if let Some(found) = seen(&snapshot) {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "not seen: {snapshot:#?}");
        std::thread::sleep(Duration::from_millis(1));
    }
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
