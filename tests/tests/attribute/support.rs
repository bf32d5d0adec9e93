//! Runtimes to run on, and looks at the snapshot.

use std::future::Future;
use std::time::Duration;
use taskscope::snapshot::{Detail, Snapshot, Task, TaskState};
use taskscope::tokio::runtime::Builder;

/// Runs `future` on a runtime of its own.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(future)
}

/// Looks at the program again and again until `seen` says so. The tasks run meanwhile.
pub(crate) async fn until<R>(seen: impl Fn(&Snapshot) -> Option<R>) -> R {
    for _ in 0..30_000 {
        let snapshot = Snapshot::read(Detail::Full);
        if let Some(found) = seen(&snapshot) {
            return found;
        }
        taskscope::tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("not seen: {:#?}", Snapshot::read(Detail::Full));
}

/// The live tasks of a pool.
pub(crate) fn of_pool<'a>(snapshot: &'a Snapshot, pool: &str) -> Vec<&'a Task> {
    snapshot.tasks.iter().filter(|task| snapshot.pool_name(snapshot.group_of(task).pool) == pool).collect()
}

/// What the one waiting task of a pool waits in, outermost first: `line:column text` each.
pub(crate) async fn waits_in(pool: &str) -> Vec<String> {
    until(|snapshot| {
        let [task] = of_pool(snapshot, pool)[..] else { return None };
        let awaits = snapshot.backtrace(task);
        let parked = task.state == TaskState::Waiting && !awaits.is_empty();
        parked.then(|| {
            awaits
                .iter()
                .map(|site| format!("{}:{} {}", site.place.line, site.place.column, site.label))
                .collect()
        })
    })
    .await
}

/// `kind name` of the groups of tasks and resources of a pool that were made in `file`, by line.
pub(crate) fn names(pool: &str, file: &str) -> Vec<(u32, u32, String)> {
    let snapshot = Snapshot::read(Detail::Full);
    let tasks = snapshot.task_groups.iter().map(|g| (g.pool, g.place, format!("task {}", g.label)));
    let resources =
        snapshot.resource_groups.iter().map(|g| (g.pool, g.place, format!("{:?} {}", g.kind, g.name)));
    let mut found: Vec<_> = tasks
        .chain(resources)
        .filter(|(own, place, _)| snapshot.pool_name(*own) == pool && place.file.ends_with(file))
        .map(|(_, place, name)| (place.line, place.column, name))
        .collect();
    found.sort();
    found
}
