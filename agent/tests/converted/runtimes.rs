//! Runtimes and what builds them.

use crate::find::{group_of_tasks, next_line};
use taskscope::snapshot::{Detail, Runtime as Shown, Snapshot};
use taskscope::tokio;
use taskscope::tokio::runtime::{Builder, LocalOptions, LocalRuntime, Runtime};

/// The runtimes of this name, as they are shown.
fn shown(name: &str) -> Vec<Shown> {
    let snapshot = Snapshot::read(Detail::Light);
    snapshot.runtimes.into_iter().filter(|runtime| runtime.name == name).collect()
}

#[test]
fn a_runtime_that_left_is_shown_no_more() {
    let runtime = Builder::new_multi_thread().worker_threads(1).name("left").build().unwrap();
    assert_eq!(shown("left").len(), 1);
    let plain: ::tokio::runtime::Runtime = runtime.into();
    assert!(shown("left").is_empty());
    let spawned = next_line!();
    let task = plain.block_on(async { tokio::spawn(async { 1 }).await });
    assert_eq!(task.unwrap(), 1);
    let snapshot = Snapshot::read(Detail::Light);
    assert_eq!(group_of_tasks(&snapshot, spawned).unwrap().finished.completed, 1);

    let runtime = Runtime::from(plain);
    assert_eq!(shown("left").len(), 1);
    assert_eq!(runtime.block_on(runtime.spawn(async { 2 })).unwrap(), 2);
    runtime.shutdown_background();
    assert!(shown("left").is_empty());
}

#[test]
fn a_shutdown_of_a_runtime_from_outside_is_seen() {
    let plain = ::tokio::runtime::Builder::new_current_thread().name("outside").build().unwrap();
    let runtime = Runtime::from_inner(plain);
    let [one] = &shown("outside")[..] else { panic!("not one runtime") };
    assert_eq!(one.workers, 1);
    let spawned = next_line!();
    let task = runtime.spawn(std::future::pending::<()>());
    runtime.block_on(tokio::task::yield_now());
    drop(runtime);
    drop(task);
    let snapshot = Snapshot::read(Detail::Light);
    assert_eq!(group_of_tasks(&snapshot, spawned).unwrap().finished.shutdown, 1);
}

#[test]
fn a_local_runtime() {
    let local = Builder::new_current_thread().name("local").build_local(LocalOptions::default()).unwrap();
    assert_eq!(shown("local").len(), 1);
    let spawned = next_line!();
    let task = local.spawn_local(std::future::pending::<()>());
    local.block_on(tokio::task::yield_now());
    assert_eq!(shown("local")[0].alive_tasks, 1);
    let plain: ::tokio::runtime::LocalRuntime = local.into();
    assert!(shown("local").is_empty());
    let local = LocalRuntime::from(plain);
    assert_eq!(local.block_on(local.spawn_blocking(|| 3)).unwrap(), 3);
    drop(local);
    drop(task);
    let snapshot = Snapshot::read(Detail::Light);
    let group = group_of_tasks(&snapshot, spawned).unwrap();
    assert_eq!(group.finished.shutdown, 1);
}

#[test]
fn builders() {
    let mut plain = ::tokio::runtime::Builder::new_current_thread();
    plain.enable_all();
    let built = Builder::from(plain).name("built").build().unwrap();
    assert_eq!(shown("built").len(), 1);
    drop(built);
    let mut ours = Builder::new_current_thread();
    ours.name("not built");
    let mut plain: ::tokio::runtime::Builder = ours.into();
    let runtime = plain.build().unwrap();
    assert!(shown("not built").is_empty());
    assert_eq!(runtime.block_on(async { 1 }), 1);
}
