//! Locks in the snapshot: who holds them, who waits for them, and where.

use crate::find::{At, holds_at, next_line, resource_at, task_at, thread_waits, until};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;
use taskscope::parking_lot::{
    Condvar, FairMutex, Mutex, MutexGuard, Once, RawMutex, ReentrantMutex, RwLock, RwLockUpgradableReadGuard,
    RwLockWriteGuard, lock_api,
};
use taskscope::snapshot::{Detail, Op, ResourceKind, Snapshot};
use taskscope::std::thread;

/// One thread takes the lock that was made at `made`, and another waits for it: both by `take`, at `taken`, which calls what
/// it is given while it has the lock.
fn wait_behind_a_holder<L: Clone + Send + 'static>(made: At, lock: L, taken: At, take: fn(L, &dyn Fn())) {
    assert!(resource_at(made).is_none(), "it is recorded from its first use on");
    let (go, told) = channel::<()>();
    let theirs = lock.clone();
    let holder = next_line!();
    let holding = thread::spawn(move || take(theirs, &|| assert!(told.recv().is_err())));
    until(|_| (!holds_at(made).is_empty()).then_some(()));
    let waiter = next_line!();
    let waiting = thread::spawn(move || take(lock, &|| ()));
    let (snapshot, _, wait) = thread_waits(made, waiter);
    assert_eq!((wait.op, wait.blocking, wait.timed), (Op::Lock, true, false));
    assert_eq!((wait.place.file, wait.place.line), (taken.0, taken.1));
    assert!(wait.since <= snapshot.at);
    let [hold] = &holds_at(made)[..] else { panic!("one holder") };
    assert_eq!((hold.task, hold.place.line), (task_at(&snapshot, holder).map(|task| task.id), taken.1));
    assert!(hold.since.is_some_and(|since| since <= wait.since) && !hold.movable);
    let resource = resource_at(made).unwrap();
    assert!(resource.covered);
    drop(go);
    holding.join().unwrap();
    waiting.join().unwrap();
    until(|snapshot| {
        let group = snapshot.resource_groups.iter().find(|group| {
            (group.place.file, group.place.line, group.kind) == (made.0, made.1, ResourceKind::Mutex)
        })?;
        (group.wait.count() == 1 && group.acquired == 2).then_some(())
    });
}

/// One after the other, since their threads are spawned in the same lines.
#[test]
fn a_thread_waits_for_a_mutex_that_a_thread_holds() {
    by_a_guard();
    by_guards_that_own_their_lock();
    for_a_fair_mutex();
    for_a_reentrant_mutex();
}

fn by_a_guard() {
    let made = next_line!();
    let lock = Arc::new(Mutex::new(0));
    let taken = next_line!();
    wait_behind_a_holder(made, lock, (file!(), taken.1 + 1), |lock, then| {
        let _guard = lock.lock();
        then();
    });
}

fn by_guards_that_own_their_lock() {
    let made = next_line!();
    let lock = Arc::new(Mutex::new(0));
    let taken = next_line!();
    wait_behind_a_holder(made, lock, (file!(), taken.1 + 1), |lock, then| {
        let _guard = lock.lock_arc();
        then();
    });
}

fn for_a_fair_mutex() {
    let made = next_line!();
    let lock = Arc::new(FairMutex::new(0));
    let taken = next_line!();
    wait_behind_a_holder(made, lock, (file!(), taken.1 + 1), |lock, then| {
        let _guard = lock.lock();
        then();
    });
}

fn for_a_reentrant_mutex() {
    let made = next_line!();
    let lock = Arc::new(ReentrantMutex::new(0));
    let taken = next_line!();
    wait_behind_a_holder(made, lock, (file!(), taken.1 + 1), |lock, then| {
        let _guard = lock.lock();
        then();
    });
}

#[test]
fn a_lock_of_lock_api_is_made_where_it_is_used_first() {
    static BARE: lock_api::Mutex<RawMutex, u8> = lock_api::Mutex::new(1);
    let used = next_line!();
    let guard = BARE.lock();
    let [hold] = &holds_at(used)[..] else { panic!("one holder") };
    assert_eq!((*guard, hold.place.line), (1, used.1));
    drop(guard);
    assert_eq!(holds_at(used), []);
}

#[test]
fn a_guard_that_lets_go_for_a_while() {
    let made = next_line!();
    let lock = Mutex::new(());
    let mut guard = lock.lock();
    MutexGuard::unlocked(&mut guard, || assert_eq!(holds_at(made), []));
    assert_eq!(holds_at(made).len(), 1);
    let part = MutexGuard::map(guard, |all| all);
    assert_eq!(holds_at(made).len(), 1);
    drop(part);
    assert_eq!(holds_at(made), []);
}

fn ops(at: At) -> Vec<Op> {
    holds_at(at).iter().map(|hold| hold.op).collect()
}

#[test]
fn each_reader_and_the_writer_of_a_lock_are_seen() {
    let made = next_line!();
    let lock = Arc::new(RwLock::new(0));
    let first = lock.read();
    let second = lock.read_recursive();
    assert_eq!(ops(made), [Op::Read, Op::Read]);
    let theirs = lock.clone();
    let (go, told) = channel::<()>();
    let reader = next_line!();
    let reading = thread::spawn(move || {
        let guard = theirs.read();
        told.recv().unwrap_err();
        drop(guard);
    });
    until(|_| (holds_at(made).len() == 3).then_some(()));
    let theirs = lock.clone();
    let writer = next_line!();
    let writing = thread::spawn(move || *theirs.write() = 1);
    let (snapshot, _, wait) = thread_waits(made, writer);
    assert_eq!((wait.op, wait.blocking, wait.place.line), (Op::Write, true, writer.1));
    drop((first, second));
    let [hold] = &holds_at(made)[..] else { panic!("one reader is left") };
    assert_eq!((hold.task, hold.place.line), (task_at(&snapshot, reader).map(|task| task.id), reader.1 + 1));
    drop(go);
    reading.join().unwrap();
    writing.join().unwrap();
    assert_eq!((ops(made), *lock.read()), (vec![], 1));
}

#[test]
fn an_upgrade_and_back() {
    let made = next_line!();
    let lock = Arc::new(RwLock::new(0));
    let upgradable = lock.upgradable_read();
    assert_eq!(ops(made), [Op::Read]);
    let writer = RwLockUpgradableReadGuard::upgrade(upgradable);
    assert_eq!(ops(made), [Op::Write]);
    let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
    assert_eq!(ops(made), [Op::Read]);
    let reader = RwLockUpgradableReadGuard::downgrade(upgradable);
    assert_eq!(ops(made), [Op::Read]);
    let theirs = lock.clone();
    let spawned = next_line!();
    let upgrading = thread::spawn(move || {
        let guard = theirs.upgradable_read();
        drop(RwLockUpgradableReadGuard::upgrade(guard));
    });
    let (_, _, wait) = thread_waits(made, spawned);
    assert_eq!((wait.op, wait.place.line), (Op::Write, spawned.1 + 2));
    drop(reader);
    upgrading.join().unwrap();
    assert_eq!(ops(made), []);
    assert!(resource_at(made).unwrap().covered);
}

#[test]
fn more_readers_than_a_thread_keeps() {
    let made = next_line!();
    let lock = RwLock::new(());
    let guards: Vec<_> = (0..40).map(|_| lock.read_recursive()).collect();
    assert_eq!(holds_at(made).len(), 32);
    assert!(!resource_at(made).unwrap().covered, "some readers are not recorded");
    drop(guards);
    assert_eq!(holds_at(made), []);
    assert!(!lock.is_locked());
}

#[test]
fn who_waits_for_a_condition_has_no_lock() {
    let locked = next_line!();
    let lock = Arc::new(Mutex::new(false));
    let made = next_line!();
    let condition = Arc::new(Condvar::new());
    let (their_lock, theirs) = (lock.clone(), condition.clone());
    let spawned = next_line!();
    let waiter = thread::spawn(move || {
        let mut guard = their_lock.lock();
        theirs.wait_while(&mut guard, |done| !*done);
        theirs.wait_for(&mut guard, Duration::from_secs(600))
    });
    let (_, task, wait) = thread_waits(made, spawned);
    assert_eq!((wait.op, wait.timed, wait.place.line), (Op::Wait, false, spawned.1 + 2));
    assert_eq!(holds_at(locked), []);
    *lock.lock() = true;
    condition.notify_one();
    until(|_| {
        let (_, _, wait) = thread_waits(made, spawned);
        (wait.timed && wait.place.line == spawned.1 + 3).then_some(())
    });
    let guard = lock.lock();
    condition.notify_one();
    assert_eq!(holds_at(locked).iter().filter(|hold| hold.task == Some(task.id)).count(), 0);
    drop(guard);
    assert!(!waiter.join().unwrap().timed_out());
    assert_eq!(holds_at(locked), []);
}

#[test]
fn who_does_it_once_is_waited_for() {
    static ONCE: Once = Once::new();
    let made = (file!(), line!() - 1);
    let (go, told) = channel::<()>();
    let first = next_line!();
    let doing = thread::spawn(move || ONCE.call_once(|| assert!(told.recv().is_err())));
    let hold = until(|_| holds_at(made).pop());
    let snapshot = Snapshot::read(Detail::Full);
    assert_eq!((hold.task, hold.op), (task_at(&snapshot, first).map(|task| task.id), Op::Init));
    let second = next_line!();
    let waiting = thread::spawn(|| ONCE.call_once(|| unreachable!("it is done")));
    let (_, _, wait) = thread_waits(made, second);
    assert_eq!((wait.op, wait.blocking, wait.place.line), (Op::Init, true, second.1));
    drop(go);
    doing.join().unwrap();
    waiting.join().unwrap();
    assert_eq!(holds_at(made), []);
}
