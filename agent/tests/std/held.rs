//! Locks in the snapshot: who holds them, who waits for them, and where.

use crate::find::{holds_at, next_line, resource_at, run, task_at, thread_waits, until, waits_of};
use std::time::Duration;
use taskscope::detect::Stuck;
use taskscope::snapshot::{Detail, Op, ResourceKind, Snapshot, TaskState};
use taskscope::std::sync::{Arc, Condvar, Mutex, RwLock};
use taskscope::std::thread;
use taskscope::tokio;

#[test]
fn a_thread_waits_for_a_mutex_that_a_thread_holds() {
    let made = next_line!();
    let lock = Arc::new(Mutex::new(0));
    assert!(resource_at(made).is_none(), "it is recorded from its first use on");
    let (go, told) = std::sync::mpsc::channel::<()>();
    let theirs = lock.clone();
    let holder = next_line!();
    let holder_thread = thread::spawn(move || {
        let guard = theirs.lock().unwrap();
        told.recv().unwrap_err();
        drop(guard);
    });
    until(|_| (!holds_at(made).is_empty()).then_some(()));
    let theirs = lock.clone();
    let waiter = next_line!();
    let waiter_thread = thread::spawn(move || *theirs.lock().unwrap() += 1);
    let (snapshot, _, wait) = thread_waits(made, waiter);
    assert_eq!((wait.op, wait.blocking, wait.timed, wait.place.line), (Op::Lock, true, false, waiter.1));
    assert!(wait.since <= snapshot.at);
    let [hold] = &holds_at(made)[..] else { panic!("one holder") };
    assert_eq!((hold.task, hold.place.line), (task_at(&snapshot, holder).map(|task| task.id), holder.1 + 1));
    assert!(hold.since.is_some_and(|since| since <= wait.since), "the thread did not take it when it began");
    drop(go);
    holder_thread.join().unwrap();
    waiter_thread.join().unwrap();
    assert_eq!(holds_at(made), []);
    let snapshot = Snapshot::read(Detail::Full);
    let resource = resource_at(made).unwrap();
    let group = snapshot.group_of_resource(&resource);
    assert_eq!((group.kind, group.wait.count(), group.acquired), (ResourceKind::Mutex, 1, 2));
    assert_eq!(*lock.lock().unwrap(), 1);
}

#[test]
fn a_task_that_blocks_its_thread_is_seen() {
    run(2, async {
        let made = next_line!();
        let lock = Arc::new(Mutex::new(()));
        let guard = lock.lock().unwrap();
        let theirs = lock.clone();
        let spawned = next_line!();
        let task = tokio::spawn(async move { drop(theirs.lock().unwrap()) });
        let (found, wait) = until(|snapshot| {
            let task = task_at(snapshot, spawned).filter(|task| task.state == TaskState::Running)?;
            let wait = waits_of(snapshot, &task).pop()?;
            Some((task, wait))
        });
        assert_eq!((wait.op, wait.resource), (Op::Lock, resource_at(made).map(|resource| resource.id)));
        assert_eq!((wait.blocking, wait.current, wait.place.line), (true, true, spawned.1));
        assert!(found.thread.is_some());
        drop(guard);
        task.await.unwrap();
    });
}

#[test]
fn each_reader_and_the_writer_of_a_lock_are_seen() {
    let made = next_line!();
    let lock = Arc::new(RwLock::new(0));
    let readers = [lock.read().unwrap(), lock.read().unwrap()];
    assert_eq!(holds_at(made).iter().filter(|hold| hold.op == Op::Read).count(), 2);
    let theirs = lock.clone();
    let writer = next_line!();
    let thread = thread::spawn(move || *theirs.write().unwrap() = 1);
    let (_, _, wait) = thread_waits(made, writer);
    assert_eq!((wait.op, wait.blocking, wait.place.line), (Op::Write, true, writer.1));
    drop(readers);
    thread.join().unwrap();
    let guard = lock.write().unwrap();
    assert_eq!((*guard, holds_at(made)[0].op, holds_at(made).len()), (1, Op::Write, 1));
    let theirs = lock.clone();
    let reader = next_line!();
    let thread = thread::spawn(move || *theirs.read().unwrap());
    let (_, _, wait) = thread_waits(made, reader);
    assert_eq!((wait.op, wait.place.line), (Op::Read, reader.1));
    drop(guard);
    assert_eq!(thread.join().unwrap(), 1);
    assert_eq!(holds_at(made), []);
}

#[test]
fn who_waits_for_a_condition_does_not_hold_the_mutex() {
    let locked = next_line!();
    let lock = Mutex::new(false);
    let made = next_line!();
    let changed = Condvar::new();
    let pair = Arc::new((lock, changed));
    let theirs = pair.clone();
    let spawned = next_line!();
    let thread = thread::spawn(move || {
        let guard = theirs.0.lock().unwrap();
        let guard = theirs.1.wait_while(guard, |ready| !*ready).unwrap();
        let line = holds_at(locked)[0].place.line;
        let (guard, timeout) = theirs.1.wait_timeout(guard, Duration::from_millis(1)).unwrap();
        drop(guard);
        (timeout.timed_out(), line)
    });
    let (_, _, wait) = thread_waits(made, spawned);
    assert_eq!((wait.op, wait.blocking, wait.timed, wait.place.line), (Op::Wait, true, false, spawned.1 + 2));
    assert_eq!(holds_at(locked), []);
    *pair.0.lock().unwrap() = true;
    pair.1.notify_one();
    assert_eq!(thread.join().unwrap(), (true, spawned.1 + 2));
    assert_eq!(holds_at(locked), []);
}

#[test]
fn a_condition_with_a_limit_is_no_proof() {
    let locked = next_line!();
    let lock = Mutex::new(0);
    let made = next_line!();
    let changed = Condvar::new();
    let pair = Arc::new((lock, changed));
    let theirs = pair.clone();
    let spawned = next_line!();
    let thread = thread::spawn(move || {
        let guard = theirs.0.lock().unwrap();
        let limit = Duration::from_secs(600);
        let (guard, timeout) = theirs.1.wait_timeout_while(guard, limit, |left| *left < 2).unwrap();
        let held = holds_at(locked).len();
        drop(guard);
        let guard = theirs.0.lock().unwrap();
        let (guard, late) =
            theirs.1.wait_timeout_while(guard, Duration::from_millis(1), |left| *left < 3).unwrap();
        (timeout.timed_out(), held, late.timed_out(), *guard, holds_at(locked).len())
    });
    for round in 1..=2 {
        let (_, _, wait) = thread_waits(made, spawned);
        assert_eq!((wait.op, wait.timed, wait.place.line), (Op::Wait, true, spawned.1 + 3));
        assert_eq!(holds_at(locked), []);
        *pair.0.lock().unwrap() = round;
        pair.1.notify_all();
    }
    assert_eq!(thread.join().unwrap(), (false, 1, true, 2, 1));
    assert_eq!(holds_at(locked), []);
}

#[test]
fn two_threads_that_lock_in_opposite_order_are_stuck() {
    let made = [next_line!(), (file!(), line!() + 2)];
    let left = Arc::new(Mutex::new(()));
    let right = Arc::new(Mutex::new(()));
    let both = Arc::new(std::sync::Barrier::new(2));
    for (first, second) in [(left.clone(), right.clone()), (right, left)] {
        let both = both.clone();
        // They stay stuck until the process ends.
        thread::spawn(move || {
            let _held = first.lock().unwrap();
            both.wait();
            drop(second.lock().unwrap());
        });
    }
    let waiting = |snapshot: &Snapshot| -> Vec<_> {
        let locks = made.map(|at| crate::find::resource_in(snapshot, at).map(|lock| lock.id));
        let waits = snapshot.waits.iter().filter(|wait| wait.current && locks.contains(&wait.resource));
        waits.filter_map(|wait| wait.resource.and(wait.task)).collect()
    };
    let settled = || until(|snapshot| (waiting(snapshot).len() == 2).then(|| snapshot.clone()));
    let (before, now) = (settled(), settled());
    let stuck = Stuck::confirmed(&before, &now);
    assert!(waiting(&now).into_iter().all(|task| stuck.contains(task)));
}
