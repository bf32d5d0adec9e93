//! Who reads, who writes, and who waits for which of the two.

use crate::find::{exists, hold_at, holds_at, resource_at};
use crate::look::{group_at, next_line, run, until, waits_at};
use crate::poll::now;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use taskscope::snapshot::{Detail, Op, ResourceKind, Snapshot};
use taskscope::tokio;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

#[test]
fn each_reader_is_a_holder_and_so_is_the_writer() {
    run(2, async {
        let made = next_line!();
        let lock = Arc::new(RwLock::new(0));
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let tasks: Vec<_> = (0..3)
            .map(|_| {
                let (lock, mut stopped) = (lock.clone(), stopped.clone());
                tokio::spawn(async move {
                    let _guard = lock.read().await;
                    stopped.wait_for(|stop| *stop).await.unwrap();
                })
            })
            .collect();
        let line = line!() - 5;
        let holds = until(|s| Some(crate::find::holds_in(s, made)).filter(|holds| holds.len() == 3));
        let mut readers: Vec<_> = holds.iter().filter_map(|hold| hold.task).collect();
        readers.dedup();
        assert_eq!(readers.len(), 3);
        assert!(
            holds.iter().all(|h| h.op == Op::Read && h.place.line == line && h.amount == 1 && !h.movable)
        );
        assert!(holds.iter().all(|hold| hold.since.is_some()));

        let other = lock.clone();
        let writer = tokio::spawn(async move { *other.write().await += 1 });
        let line = line!() - 1;
        let wait = until(|s| waits_at(s, made).into_iter().find(|wait| wait.current));
        assert_eq!((wait.op, wait.place.line, wait.own_waker), (Op::Write, line, true));
        let other = lock.clone();
        let late = tokio::spawn(async move { *other.read_owned().await });
        let line = line!() - 1;
        let second = until(|s| waits_at(s, made).into_iter().find(|wait| wait.op == Op::Read));
        assert!(second.since >= wait.since && second.place.line == line);
        stop.send(true).unwrap();
        for task in tasks {
            task.await.unwrap();
        }
        writer.await.unwrap();
        assert_eq!(late.await.unwrap(), 1);

        let writer = lock.write().await;
        let hold = hold_at(made);
        assert_eq!((hold.op, hold.place.line, hold.movable), (Op::Write, line!() - 2, false));
        drop(writer);
        let snapshot = Snapshot::read(Detail::Full);
        let group = group_at(&snapshot, made);
        assert_eq!((group.kind, group.acquired), (ResourceKind::RwLock, 6));
        assert_eq!((group.wait.count(), group.write_wait.count()), (1, 1));
        // Whoever waited is timed.
        assert!(group.hold.count() >= 1 && group.write_hold.count() >= 1);
        assert!(group.dwell.counts.iter().chain(&group.send_wait.counts).all(|n| *n == 0));
        assert_eq!(holds_at(made), []);
        assert!(resource_at(made).covered);
    });
}

#[test]
fn a_writer_that_becomes_a_reader() {
    run(1, async {
        let made = next_line!();
        let lock = Arc::new(RwLock::new((1, 2)));
        let task = lock.write().await;
        let before = hold_at(made);
        let reader = task.downgrade();
        let line = line!() - 1;
        let hold = hold_at(made);
        assert_eq!((hold.op, hold.place.line, hold.task), (Op::Read, line, before.task));
        assert!(hold.since > before.since);
        drop(reader);
        assert_eq!(holds_at(made), []);
        // The record is the same when a part is shared, or there is none.
        let writer = lock.write().await;
        let writer = RwLockWriteGuard::try_downgrade_map(writer, |_| None::<&u8>).unwrap_err();
        assert_eq!(hold_at(made).op, Op::Write);
        let part = RwLockWriteGuard::downgrade_map(writer, |pair| &pair.1);
        assert_eq!(hold_at(made).op, Op::Read);
        drop(RwLockReadGuard::map(part, |part| part));
        assert_eq!(holds_at(made), []);
        let owned = lock.clone().write_owned().await;
        assert!(hold_at(made).movable);
        let owned = OwnedRwLockWriteGuard::try_downgrade_map(owned, |pair| Some(&pair.1)).unwrap();
        let hold = hold_at(made);
        assert_eq!((hold.op, hold.movable), (Op::Read, true));
        drop(lock);
        drop(OwnedRwLockReadGuard::try_map(owned, |_| None::<&u8>).unwrap_err());
        assert!(!exists(made));
    });
}

#[test]
fn a_panic_takes_the_record_away() {
    let made = next_line!();
    let lock = Arc::new(RwLock::new(1));
    let panics: [fn(&Arc<RwLock<i32>>); 5] = [
        |lock| drop(RwLockReadGuard::map(now(lock.read()), |_| -> &i32 { panic!() })),
        |lock| drop(RwLockWriteGuard::map(now(lock.write()), |_| -> &mut i32 { panic!() })),
        |lock| drop(RwLockWriteGuard::downgrade_map(now(lock.write()), |_| -> &i32 { panic!() })),
        |lock| drop(RwLockWriteGuard::try_downgrade_map(now(lock.write()), |_| -> Option<&i32> { panic!() })),
        |lock| drop(OwnedRwLockReadGuard::map(now(lock.clone().read_owned()), |_| -> &i32 { panic!() })),
    ];
    for panics in panics {
        assert!(catch_unwind(AssertUnwindSafe(|| panics(&lock))).is_err());
        assert_eq!(holds_at(made), []);
    }
}

#[test]
fn outside_of_any_task() {
    let made = next_line!();
    let lock = Arc::new(RwLock::new(1));
    let reader = lock.try_read().unwrap();
    let hold = hold_at(made);
    assert_eq!((hold.op, hold.task, hold.place.line), (Op::Read, None, line!() - 2));
    drop(reader);
    let writer = lock.blocking_write();
    let hold = hold_at(made);
    assert_eq!((hold.op, hold.task, hold.place.line), (Op::Write, None, line!() - 2));
    let reader = writer.downgrade();
    assert_eq!((hold_at(made).op, hold_at(made).task), (Op::Read, None));
    std::mem::forget(reader);
    assert_eq!(holds_at(made).len(), 1);
}

#[test]
fn made_of_tokios_own() {
    let made = next_line!();
    let lock = RwLock::from_inner(::tokio::sync::RwLock::new(1));
    assert!(!resource_at(made).covered);
    assert_eq!(*now(lock.read()), 1);
    let lock: RwLock<i32> = RwLock::from(lock.into_tokio());
    assert!(lock.as_tokio().try_write().is_ok());
    let plain = lock.into_tokio();
    assert_eq!(plain.into_inner(), 1);
    let made = next_line!();
    let lock = RwLock::new(1);
    assert!(resource_at(made).covered);
    drop(lock.as_tokio().try_read());
    assert!(!resource_at(made).covered);
}
