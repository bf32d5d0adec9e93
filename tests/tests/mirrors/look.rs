//! Runtimes to run on, and looks at the snapshot.

use std::future::Future;
use std::time::Duration;
use taskscope::snapshot::{Detail, Op, ResourceKind, Snapshot};

/// Runs `future` on a runtime of its own.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    let mut builder = taskscope::tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap().block_on(future)
}

/// Looks at the program again and again until `seen` says so. The tasks run meanwhile.
pub(crate) async fn until<R>(seen: impl Fn(&Snapshot) -> Option<R>) -> R {
    for _ in 0..30_000 {
        if let Some(found) = seen(&Snapshot::read(Detail::Full)) {
            return found;
        }
        taskscope::tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("not seen: {:#?}", Snapshot::read(Detail::Full));
}

/// The line of the task that waits, the operation, and the kind of the resource with the line where that was made.
pub(crate) type Seen = (u32, Op, Option<(ResourceKind, u32)>);

/// A wait of some task that is shown at this line of `file`, if there is one now.
pub(crate) fn wait_at(snapshot: &Snapshot, file: &str, line: u32) -> Option<Seen> {
    let at = |place: taskscope::snapshot::Place| place.file.ends_with(file).then_some(place.line);
    let wait = snapshot.waits.iter().find(|wait| wait.current && at(wait.place) == Some(line))?;
    let task = snapshot.task(wait.task?)?;
    let resource = wait.resource.and_then(|id| snapshot.resource(id)).map(|resource| {
        let group = snapshot.group_of_resource(resource);
        (group.kind, group.place.line)
    });
    Some((snapshot.group_of(task).place.line, wait.op, resource))
}

/// How many tasks were spawned at this line, and how they ended: completed, aborted, dropped.
pub(crate) fn spawned_at(snapshot: &Snapshot, file: &str, line: u32) -> (u64, [u64; 3]) {
    let here = snapshot.task_groups.iter().filter(|g| g.place.file.ends_with(file) && g.place.line == line);
    here.fold((0, [0; 3]), |(n, [completed, aborted, dropped]), group| {
        let ended = group.finished;
        (n + group.spawned, [completed + ended.completed, aborted + ended.aborted, dropped + ended.dropped])
    })
}
