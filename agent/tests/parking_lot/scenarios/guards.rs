//! Locks and all kinds of their guards.

use super::locks;
use super::locks::{
    Condvar, FairMutex, MappedMutexGuard, Mutex, MutexGuard, Once, OnceState, ReentrantMutex, RwLock,
    RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard,
};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

static COUNT: Mutex<u32> = Mutex::new(0);
static OTHER: Mutex<u32> = locks::const_mutex(7);
const SHORT: Duration = Duration::from_millis(5);

struct Named {
    name: String,
}

fn name<'a>(guard: MutexGuard<'a, Named>) -> MappedMutexGuard<'a, String> {
    MutexGuard::map(guard, |named| &mut named.name)
}

#[test]
fn a_mutex() {
    *COUNT.lock() += *OTHER.lock();
    assert_eq!(*COUNT.lock(), 7);
    let mut lock = Mutex::from(1);
    *lock.get_mut() += 1;
    assert_eq!(format!("{lock:?}"), "Mutex { data: 2 }");
    let guard = lock.lock();
    assert!(lock.is_locked());
    assert!(lock.try_lock().is_none());
    assert!(lock.try_lock_for(SHORT).is_none());
    assert!(lock.try_lock_until(Instant::now() + SHORT).is_none());
    assert_eq!(format!("{lock:?}"), "Mutex { data: <locked> }");
    assert_eq!(MutexGuard::mutex(&guard).data_ptr(), std::ptr::from_ref(&*guard).cast_mut());
    drop(guard);
    let mut guard = lock.try_lock().unwrap();
    MutexGuard::unlocked(&mut guard, || *lock.lock() += 1);
    MutexGuard::bump(&mut guard);
    assert_eq!(*guard, 3);
    MutexGuard::unlock_fair(guard);
    assert_eq!(lock.into_inner(), 3);
    assert_eq!(*Mutex::<u8>::default().lock(), 0);
}

#[test]
fn a_lock_is_free_after_a_panic() {
    let lock = Mutex::new(1);
    let held = catch_unwind(AssertUnwindSafe(|| {
        let _guard = lock.lock();
        panic!("with the lock");
    }));
    assert!(held.is_err());
    assert_eq!(*lock.lock(), 1);
}

#[test]
fn parts_and_unsized_values() {
    let lock = Mutex::new(Named { name: String::from("a") });
    name(lock.lock()).push('b');
    assert_eq!(lock.lock().name, "ab");
    let lock: Arc<Mutex<dyn Send + Fn() -> u8>> = Arc::new(Mutex::new(|| 3));
    assert_eq!(lock.lock()(), 3);
    assert_eq!(lock.lock_arc()(), 3);
    let table = RwLock::new((1, 2));
    let first = RwLockReadGuard::map(table.read(), |pair| &pair.0);
    assert_eq!((*first, table.try_write().is_none()), (1, true));
    drop(first);
    *RwLockWriteGuard::map(table.write(), |pair| &mut pair.1) = 5;
    assert_eq!(table.into_inner(), (1, 5));
}

#[test]
fn guards_that_own_their_lock() {
    let lock = Arc::new(Mutex::new(1));
    let mut guard = lock.lock_arc();
    *guard += 1;
    assert!(lock.try_lock_arc().is_none());
    assert!(lock.try_lock_arc_for(SHORT).is_none());
    drop(guard);
    assert_eq!((*lock.lock(), Arc::strong_count(&lock)), (2, 1));
    let table = Arc::new(RwLock::new(1));
    let (one, two) = (table.read_arc(), table.read_arc_recursive());
    assert_eq!((*one + *two, table.try_write_arc().is_none()), (2, true));
    drop((one, two));
    *table.write_arc() = 3;
    assert_eq!(*table.upgradable_read_arc(), 3);
    assert_eq!(Arc::strong_count(&table), 1);
    let again = Arc::new(ReentrantMutex::new(4));
    let (one, two) = (again.lock_arc(), again.lock_arc());
    assert_eq!(*one + *two, 8);
}

#[test]
fn a_fair_and_a_reentrant_mutex() {
    let fair = FairMutex::new(1);
    *fair.lock() += 1;
    assert_eq!(*fair.try_lock().unwrap(), 2);
    let lock = ReentrantMutex::new(Cell::new(1));
    let outer = lock.lock();
    lock.try_lock().unwrap().set(2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| (lock.try_lock().is_none(), lock.try_lock_for(SHORT).is_none()));
        assert_eq!(other.join().unwrap(), (true, true));
    });
    assert!(lock.is_owned_by_current_thread());
    drop(outer);
    assert_eq!(lock.into_inner().get(), 2);
}

#[test]
fn a_lock_of_readers_and_a_writer() {
    let lock = RwLock::new(1);
    let upgradable = lock.upgradable_read();
    assert!(lock.try_upgradable_read().is_none());
    let reader = lock.read();
    let upgradable = RwLockUpgradableReadGuard::try_upgrade(upgradable).unwrap_err();
    let upgradable = RwLockUpgradableReadGuard::try_upgrade_for(upgradable, SHORT).unwrap_err();
    drop(reader);
    let mut writer = RwLockUpgradableReadGuard::upgrade(upgradable);
    *writer += 1;
    assert!(lock.try_read().is_none() && lock.try_read_for(SHORT).is_none());
    let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writer);
    assert_eq!(*lock.read() + *upgradable, 4);
    let reader = RwLockUpgradableReadGuard::downgrade(upgradable);
    assert_eq!(*lock.read_recursive() + *reader, 4);
    drop(reader);
    let reader = RwLockWriteGuard::downgrade(lock.write());
    assert_eq!((*reader, lock.try_write_for(SHORT).is_none()), (2, true));
    RwLockReadGuard::unlock_fair(reader);
    assert!(!lock.is_locked());
}

#[test]
fn a_condition_variable() {
    let (lock, condition) = (Mutex::new(0), Condvar::new());
    assert_eq!((condition.notify_one(), condition.notify_all()), (false, 0));
    let mut guard = lock.lock();
    assert!(condition.wait_for(&mut guard, SHORT).timed_out());
    assert!(condition.wait_until(&mut guard, Instant::now() + SHORT).timed_out());
    assert!(condition.wait_while_for(&mut guard, |n| *n == 0, SHORT).timed_out());
    assert!(!condition.wait_while_for(&mut guard, |n| *n == 1, SHORT).timed_out());
    let step = || {
        let mut guard = lock.lock();
        *guard += 1;
        condition.notify_all();
        condition.wait_while(&mut guard, |n| *n != 2);
        *guard
    };
    std::thread::scope(|scope| {
        let thread = scope.spawn(step);
        condition.wait_while(&mut guard, |n| *n == 0);
        *guard = 2;
        condition.notify_one();
        drop(guard);
        assert_eq!(thread.join().unwrap(), 2);
    });
    let mut guard = lock.lock();
    let panics =
        catch_unwind(AssertUnwindSafe(|| condition.wait_while(&mut guard, |_| panic!("in the condition"))));
    assert!(panics.is_err() && lock.is_locked());
    drop(guard);
    assert!(!lock.is_locked());
}

#[test]
fn what_is_done_once() {
    let (once, mut calls) = (Once::new(), 0);
    assert_eq!(once.state(), OnceState::New);
    assert!(catch_unwind(AssertUnwindSafe(|| once.call_once(|| panic!("at it")))).is_err());
    assert!(once.state().poisoned());
    assert!(catch_unwind(AssertUnwindSafe(|| once.call_once(|| ()))).is_err());
    once.call_once_force(|state| calls += u32::from(state.poisoned()));
    once.call_once(|| calls += 10);
    assert_eq!((calls, once.state()), (1, OnceState::Done));
}
