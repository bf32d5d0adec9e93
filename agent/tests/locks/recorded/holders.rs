//! Who holds a lock.

use crate::find::{exists, hold_at, holds_at, holds_in};
use crate::look::{group_at, next_line, queue_at, run, until, waits_at};
use crate::poll::now;
use std::sync::Arc;
use taskscope::id::TaskId;
use taskscope::snapshot::{Detail, Op, ResourceKind, Snapshot, TaskKind, TaskState};
use taskscope::tokio;
use tokio::sync::Mutex;

/// The task that runs here.
fn me() -> TaskId {
    // A lock of one's own says it.
    let made = next_line!();
    let probe = Mutex::new(());
    let _guard = probe.try_lock().unwrap();
    hold_at(made).task.unwrap()
}

#[test]
fn the_task_the_place_and_the_time() {
    run(2, async {
        let made = next_line!();
        let lock = Arc::new(Mutex::new(0));
        assert_eq!(holds_at(made), []);
        let held = lock.clone();
        let task = tokio::spawn(async move {
            let me = me();
            let _guard = held.lock().await;
            let line = line!() - 1;
            tokio::task::yield_now().await;
            let hold = hold_at(made);
            assert_eq!((hold.task, hold.place.line, hold.amount, hold.movable), (Some(me), line, 1, false));
            assert!(hold.place.file.ends_with("recorded/holders.rs"));
            let snapshot = Snapshot::read(Detail::Full);
            let (task, since) = (snapshot.task(me).unwrap(), hold.since.unwrap());
            assert!(task.spawned_at <= since && since <= snapshot.at, "{task:?} {since}");
            me
        });
        let task = task.await.unwrap();
        assert_eq!(holds_at(made), []);
        let snapshot = Snapshot::read(Detail::Full);
        assert!(snapshot.task(task).is_none());
        let group = group_at(&snapshot, made);
        assert_eq!((group.kind, group.acquired, group.created), (ResourceKind::Mutex, 1, 1));
        drop(lock);
        assert!(!exists(made));
        let snapshot = Snapshot::read(Detail::Full);
        assert_eq!(group_at(&snapshot, made).acquired, 1);
    });
}

#[test]
fn whoever_waited_holds_it_next() {
    run(2, async {
        let made = next_line!();
        let lock = Arc::new(Mutex::new(0));
        let guard = lock.lock().await;
        let first = hold_at(made);
        let line = line!() + 3;
        let other = lock.clone();
        let waiting = tokio::spawn(async move {
            let guard = other.lock().await;
            let hold = hold_at(made);
            drop(guard);
            (me(), hold)
        });
        let wait = until(|s| waits_at(s, made).into_iter().find(|wait| wait.current));
        assert_eq!((wait.op, wait.place.line, wait.own_waker, wait.amount), (Op::Lock, line, true, 1));
        until(|s| (s.task(wait.task?)?.state == TaskState::Waiting).then_some(()));
        assert_ne!(first.task, wait.task);
        drop(guard);
        let (task, hold) = waiting.await.unwrap();
        assert_eq!((hold.task, hold.place.line), (Some(task), line));
        // The time is that of the lock, not that of the poll before it.
        assert!(hold.since.unwrap() >= wait.since);
        let snapshot = Snapshot::read(Detail::Full);
        let group = group_at(&snapshot, made);
        assert_eq!((group.wait.count(), group.acquired), (1, 2));
        // A hold after a wait is timed always.
        assert!(group.hold.count() >= 1);
        assert_eq!(waits_at(&snapshot, made), []);
    });
}

#[test]
fn outside_of_any_task() {
    let made = next_line!();
    let lock = Mutex::new(0);
    let guard = now(lock.lock());
    let hold = hold_at(made);
    assert_eq!((hold.task, hold.place.line), (None, line!() - 2));
    drop(guard);
    assert_eq!(holds_at(made), []);
    drop(lock.try_lock());
    assert_eq!(group_at(&Snapshot::read(Detail::Full), made).acquired, 2);
}

#[test]
fn every_way_to_take_it_says_where() {
    let made = next_line!();
    let lock = Arc::new(Mutex::new(0));
    macro_rules! here {
        ($take:expr) => {{
            let guard = $take;
            assert_eq!(hold_at(made).place.line, line!());
            drop(guard);
            assert_eq!(holds_at(made), []);
        }};
    }
    here!(now(lock.lock()));
    here!(now(lock.clone().lock_owned()));
    here!(lock.try_lock().unwrap());
    here!(lock.clone().try_lock_owned().unwrap());
    here!(lock.blocking_lock());
    here!(lock.clone().blocking_lock_owned());
    assert_eq!(group_at(&Snapshot::read(Detail::Full), made).acquired, 6);
}

#[test]
fn every_way_to_make_one_says_where() {
    fn made_at(line: u32) -> bool {
        let snapshot = Snapshot::read(Detail::Full);
        snapshot.resources.iter().any(|resource| {
            let place = snapshot.group_of_resource(resource).place;
            place.file.ends_with("recorded/holders.rs") && place.line == line
        })
    }
    let _lock = Mutex::new(1);
    assert!(made_at(line!() - 1));
    let _lock: Mutex<u8> = Mutex::from(1);
    assert!(made_at(line!() - 1));
    let _lock: Mutex<u8> = 1.into();
    // `into` calls `from` in the standard library: a call through a trait keeps no place of the caller's caller.
    let _lock: Mutex<u8> = Mutex::default();
    assert!(made_at(line!() - 1));
    let _lock: Mutex<u8> = Mutex::from_inner(::tokio::sync::Mutex::new(1));
    assert!(made_at(line!() - 1));
}

static IN_A_STATIC: Mutex<u8> = Mutex::const_new(1);
const MADE: crate::look::At = (file!(), line!() - 1);

#[test]
fn in_a_static_it_is_known_from_its_first_use_on() {
    let known = |snapshot: &Snapshot| {
        let mut places = snapshot.resource_groups.iter().map(|group| (group.place.file, group.place.line));
        places.any(|place| place == (MADE.0, MADE.1))
    };
    assert!(!known(&Snapshot::read(Detail::Full)));
    let unused = IN_A_STATIC.lock();
    assert!(!known(&Snapshot::read(Detail::Full)));
    drop(unused);
    let guard = now(IN_A_STATIC.lock());
    assert_eq!(hold_at(MADE).place.line, line!() - 1);
    drop(guard);
    assert_eq!(holds_at(MADE), []);
}

/// A program that takes a lock twice in a row finds itself.
#[test]
fn a_task_that_waits_for_itself() {
    run(1, async {
        let made = next_line!();
        let lock = Arc::new(Mutex::new(()));
        let other = lock.clone();
        let stuck = tokio::spawn(async move {
            let _first = other.lock().await;
            let _second = other.lock().await;
        });
        until(|s| {
            let waits = waits_at(s, made);
            let wait = waits.iter().find(|wait| wait.current && wait.own_waker)?;
            let hold = holds_in(s, made).into_iter().find(|hold| hold.task == wait.task)?;
            assert_eq!(wait.place.line, hold.place.line + 1);
            Some(())
        });
        stuck.abort();
        assert!(stuck.await.unwrap_err().is_cancelled());
        let snapshot = Snapshot::read(Detail::Full);
        assert_eq!((holds_in(&snapshot, made), waits_at(&snapshot, made)), (vec![], vec![]));
        assert!(queue_at(&snapshot, made).is_some());
        drop(lock);
    });
}

#[test]
fn a_blocking_job_that_waits() {
    run(1, async {
        let made = next_line!();
        let lock = Arc::new(Mutex::new(0));
        let guard = lock.clone().lock_owned().await;
        let line = line!() + 2;
        let other = lock.clone();
        let job = tokio::task::spawn_blocking(move || *other.blocking_lock() += 1);
        let (wait, kind) = until(|s| {
            let wait = waits_at(s, made).into_iter().find(|wait| wait.current)?;
            let kind = s.group_of(s.task(wait.task?)?).kind;
            Some((wait, kind))
        });
        assert_eq!((wait.op, wait.place.line, kind), (Op::Lock, line, TaskKind::Blocking));
        drop(guard);
        job.await.unwrap();
        assert_eq!(*lock.lock().await, 1);
        let snapshot = Snapshot::read(Detail::Full);
        assert_eq!(group_at(&snapshot, made).wait.count(), 1);
    });
}
