//! Who fills a cell, who waits for it, and who has arrived at a barrier.

use crate::find::{exists, hold_at, holds_at, holds_in, resource_at};
use crate::look::{group_at, next_line, run, until, waits_at};
use crate::poll::{now, polled};
use std::future::{pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use taskscope::snapshot::{Detail, Op, ResourceKind, Snapshot};
use taskscope::tokio;
use tokio::sync::{Barrier, Notify, OnceCell, SetOnce};

#[test]
fn who_fills_it_is_the_holder_and_the_others_wait() {
    run(2, async {
        let made = next_line!();
        let cell = Arc::new(OnceCell::new());
        let (go, other) = (Arc::new(Notify::new()), cell.clone());
        let gone = go.clone();
        let first = tokio::spawn(async move {
            other.get_or_init(|| async move { gone.notified().await }).await;
        });
        let line = line!() - 2;
        let hold = until(|s| holds_in(s, made).pop());
        assert_eq!((hold.op, hold.place.line, hold.movable), (Op::Init, line, false));
        assert!(hold.since.is_some());
        // Its own wait is for what it does, not for the cell.
        let own = until(|s| s.waits.iter().find(|wait| wait.task == hold.task && wait.current).cloned());
        assert_eq!(own.op, Op::Notified);
        let other = cell.clone();
        let second = tokio::spawn(async move { *other.get_or_init(|| ready(())).await });
        let line = line!() - 1;
        let wait = until(|s| waits_at(s, made).into_iter().find(|wait| wait.current));
        assert_eq!((wait.op, wait.place.line, wait.own_waker), (Op::Init, line, true));
        assert_ne!(wait.task, hold.task);
        go.notify_one();
        first.await.unwrap();
        second.await.unwrap();
        let snapshot = Snapshot::read(Detail::Full);
        assert_eq!((waits_at(&snapshot, made), holds_in(&snapshot, made)), (vec![], vec![]));
        let group = group_at(&snapshot, made);
        assert_eq!((group.kind, group.acquired), (ResourceKind::OnceCell, 1));
        assert_eq!((group.wait.count(), group.hold.count()), (1, 1));
        drop(cell);
        assert!(!exists(made));
    });
}

#[test]
fn who_does_not_fill_it_holds_it_no_more() {
    let made = next_line!();
    let cell = OnceCell::new();
    let mut first = polled(cell.get_or_init(pending::<i32>));
    first.pending();
    let line = line!() - 2;
    assert_eq!((hold_at(made).place.line, hold_at(made).task), (line, None));
    let mut second = polled(cell.get_or_try_init(|| ready(Err::<i32, _>(()))));
    second.pending();
    assert_eq!(waits_at(&Snapshot::read(Detail::Full), made).len(), 1);
    drop(first);
    // It is its turn, and it does not know.
    let snapshot = Snapshot::read(Detail::Full);
    assert_eq!((waits_at(&snapshot, made).len(), holds_in(&snapshot, made).len()), (1, 0));
    assert!(second.ready().is_err());
    let panics = || now(cell.get_or_init(|| async { panic!() }));
    assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
    let snapshot = Snapshot::read(Detail::Full);
    assert_eq!((waits_at(&snapshot, made), holds_in(&snapshot, made)), (vec![], vec![]));
    assert_eq!(cell.set(1), Ok(()));
    assert_eq!(holds_at(made), []);
    assert!(resource_at(made).covered && cell.as_tokio().initialized());
    assert!(!resource_at(made).covered);
}

#[test]
fn a_value_that_is_waited_for() {
    run(2, async {
        let made = next_line!();
        let cell = Arc::new(SetOnce::new());
        let other = cell.clone();
        let task = tokio::spawn(async move { *other.wait().await });
        let line = line!() - 1;
        let wait = until(|s| waits_at(s, made).into_iter().find(|wait| wait.current));
        assert_eq!((wait.op, wait.place.line, wait.own_waker), (Op::Init, line, true));
        cell.set(3).unwrap();
        assert_eq!(task.await.unwrap(), 3);
        let snapshot = Snapshot::read(Detail::Full);
        assert_eq!(waits_at(&snapshot, made), []);
        assert_eq!(group_at(&snapshot, made).wait.count(), 1);
    });
}

#[test]
fn who_has_arrived() {
    run(2, async {
        let made = next_line!();
        let barrier = Arc::new(Barrier::new(3));
        let counts = || (resource_at(made).parties, resource_at(made).arrived);
        assert_eq!(counts(), (Some(3), Some(0)));
        let other = barrier.clone();
        let task = tokio::spawn(async move { other.wait().await.is_leader() });
        let line = line!() - 1;
        let wait = until(|s| waits_at(s, made).into_iter().find(|wait| wait.current));
        assert_eq!((wait.op, wait.place.line, wait.own_waker), (Op::Wait, line, true));
        assert_eq!(counts(), (Some(3), Some(1)));
        let mut gone = polled(barrier.wait());
        gone.pending();
        drop(gone);
        assert_eq!(counts(), (Some(3), Some(2)));
        assert_eq!(waits_at(&Snapshot::read(Detail::Full), made).len(), 1);
        assert!(barrier.wait().await.is_leader());
        assert_eq!(counts(), (Some(3), Some(0)));
        assert!(!task.await.unwrap());
        assert_eq!(waits_at(&Snapshot::read(Detail::Full), made), []);
        drop(barrier);
        let made = next_line!();
        let barrier = Barrier::from_inner(::tokio::sync::Barrier::new(1));
        assert!(barrier.wait().await.is_leader());
        let resource = resource_at(made);
        assert_eq!((resource.covered, resource.parties, resource.arrived), (false, None, None));
        assert!(::tokio::sync::Barrier::from(barrier).wait().await.is_leader());
        assert!(!exists(made));
    });
}
