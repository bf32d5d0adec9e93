//! Tasks, their handles and sets, and room in a queue.

use crate::find::{At, group_of_tasks, next_line, resource_at, run, task_at, until, waits_of};
use std::future::pending;
use taskscope::snapshot::{Finished, Op};
use taskscope::tokio;
use taskscope::tokio::runtime::Handle;
use taskscope::tokio::sync::mpsc;
use taskscope::tokio::task::{AbortHandle, JoinHandle, JoinSet, LocalSet};

/// How the one task that was spawned in this line ended, once it has.
fn end_of(spawned: At) -> Finished {
    until(|s| group_of_tasks(s, spawned).map(|group| group.finished).filter(|ends| ends.total() == 1))
}

/// Until the task that was spawned in this line was polled.
fn begun(spawned: At) {
    until(|snapshot| (task_at(snapshot, spawned)?.polls > 0).then_some(()));
}

#[test]
fn a_set() {
    run(2, async {
        let mut set = JoinSet::new();
        set.spawn(async { 1 });
        let mut set: ::tokio::task::JoinSet<i32> = set.into();
        set.spawn(async { 2 });
        let mut set = JoinSet::from(set);
        set.spawn(async { 3 });
        assert_eq!(set.len(), 3);
        let mut ends = set.join_all().await;
        ends.sort_unstable();
        assert_eq!(ends, [1, 2, 3]);
    });
}

#[test]
fn a_task_of_a_set_that_left_is_not_aborted_by_it() {
    run(2, async {
        let mut set = JoinSet::new();
        let spawned = next_line!();
        set.spawn(pending::<()>());
        begun(spawned);
        drop(set.into_inner());
        // An abort that is not seen: the task was dropped, by whomever.
        let ends = end_of(spawned);
        assert_eq!((ends.aborted, ends.dropped), (0, 1));

        let mut set = JoinSet::from_inner(::tokio::task::JoinSet::new());
        let spawned = next_line!();
        set.spawn(pending::<()>());
        begun(spawned);
        drop(set);
        assert_eq!(end_of(spawned).aborted, 1);
    });
}

#[test]
fn a_wait_for_a_set_from_outside_names_nobody() {
    run(2, async {
        let mut plain = ::tokio::task::JoinSet::new();
        plain.spawn(pending::<()>());
        let spawned = next_line!();
        let waiter = tokio::spawn(async move {
            let mut set = JoinSet::from(plain);
            set.spawn(pending());
            set.join_next().await
        });
        let wait = until(|snapshot| waits_of(snapshot, &task_at(snapshot, spawned)?).pop());
        assert_eq!((wait.op, wait.target, wait.children), (Op::Join, None, false));
        waiter.abort();
    });
}

#[test]
fn handles() {
    run(2, async {
        let handle: JoinHandle<i32> = ::tokio::spawn(async { 1 }).into();
        assert_eq!(handle.into_inner().await.unwrap(), 1);
        let handle: ::tokio::task::JoinHandle<i32> = tokio::spawn(async { 2 }).into();
        assert_eq!(JoinHandle::from_inner(handle).await.unwrap(), 2);

        let spawned = next_line!();
        let task = tokio::spawn(pending::<()>());
        begun(spawned);
        let abort: ::tokio::task::AbortHandle = task.abort_handle().into();
        AbortHandle::from_inner(abort).into_inner().abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(end_of(spawned).dropped, 1);

        let handle: Handle = ::tokio::runtime::Handle::current().into();
        let handle: ::tokio::runtime::Handle = handle.into();
        let spawned = next_line!();
        Handle::from_inner(handle).spawn(async {}).await.unwrap();
        assert_eq!(end_of(spawned).completed, 1);
    });
}

#[test]
fn a_set_of_local_tasks() {
    let plain: ::tokio::task::LocalSet = LocalSet::new().into();
    let local = LocalSet::from_inner(plain);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let spawned = next_line!();
    let task = local.spawn_local(async { 1 });
    assert_eq!(local.block_on(&runtime, task).unwrap(), 1);
    assert_eq!(end_of(spawned).completed, 1);
    drop(LocalSet::from(local.into_inner()));
}

#[test]
fn room_in_a_queue() {
    run(2, async {
        let made = next_line!();
        let (tx, mut rx) = mpsc::channel(1);
        let permit = tx.reserve().await.unwrap();
        assert!(resource_at(made).unwrap().covered);
        let plain: ::tokio::sync::mpsc::Permit<'_, i32> = permit.into();
        assert!(!resource_at(made).unwrap().covered);
        mpsc::Permit::from(plain).send(1);
        assert_eq!(rx.recv().await, Some(1));
        drop(mpsc::Permit::from_inner(tx.reserve().await.unwrap().into_inner()));
        assert_eq!(tx.capacity(), 1);
    });
}
