//! Locks with and without poison, and condition variables.

use super::sync::{Arc, Condvar, LockResult, Mutex, RwLock, TryLockError};
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::time::Duration;

static COUNT: Mutex<u32> = Mutex::new(0);
static TABLE: RwLock<Vec<u32>> = RwLock::new(Vec::new());
static CHANGED: Condvar = Condvar::new();

fn poison(f: impl FnOnce()) {
    assert!(
        catch_unwind(AssertUnwindSafe(|| {
            f();
        }))
        .is_err()
    );
}

#[test]
fn statics_count() {
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for i in 0..500 {
                    *COUNT.lock().unwrap() += 1;
                    if i % 50 == 0 {
                        TABLE.write().unwrap().push(i);
                        CHANGED.notify_all();
                    }
                    assert!(TABLE.read().unwrap().len() <= 40);
                }
            });
        }
    });
    assert_eq!((*COUNT.lock().unwrap(), TABLE.read().unwrap().len()), (2000, 40));
}

#[test]
fn a_mutex_has_its_value() {
    let mut lock = Mutex::new(String::from("a"));
    lock.get_mut().unwrap().push('b');
    lock.lock().unwrap().push('c');
    assert_eq!(format!("{lock:?}"), r#"Mutex { data: "abc", poisoned: false, .. }"#);
    let guard = lock.lock().unwrap();
    assert_eq!((format!("{guard:?}"), format!("{guard}")), (r#""abc""#.to_owned(), "abc".to_owned()));
    assert!(format!("{lock:?}").contains("<locked>"));
    assert!(matches!(lock.try_lock(), Err(TryLockError::WouldBlock)));
    drop(guard);
    assert_eq!(*lock.try_lock().unwrap(), "abc");
    assert_eq!(lock.into_inner().unwrap(), "abc");
    assert_eq!((*Mutex::<u8>::default().lock().unwrap(), *Mutex::from(3).lock().unwrap()), (0, 3));
}

#[test]
fn a_panic_poisons_a_mutex() {
    let mut lock = Mutex::new(1);
    poison(|| {
        let _guard = lock.lock();
        panic!("on purpose");
    });
    assert!(lock.is_poisoned());
    assert_eq!(**lock.lock().unwrap_err().get_ref(), 1);
    assert!(matches!(lock.try_lock(), Err(TryLockError::Poisoned(_))));
    *lock.lock().unwrap_or_else(|poison| poison.into_inner()) = 2;
    assert_eq!(**lock.get_mut().unwrap_err().get_ref(), 2);
    lock.clear_poison();
    assert_eq!(*lock.lock().unwrap(), 2);
}

#[test]
fn a_lock_has_readers_or_a_writer() {
    let mut lock = RwLock::new(1);
    let (a, b) = (lock.read().unwrap(), lock.try_read().unwrap());
    assert!(matches!(lock.try_write(), Err(TryLockError::WouldBlock)));
    assert_eq!((*a + *b, format!("{a:?} {b}")), (2, "1 1".to_owned()));
    drop((a, b));
    *lock.write().unwrap() += 1;
    let guard = lock.try_write().unwrap();
    assert!(matches!(lock.try_read(), Err(TryLockError::WouldBlock)));
    assert!(format!("{lock:?}").contains("<locked>"));
    drop(guard);
    *lock.get_mut().unwrap() += 1;
    assert_eq!(lock.into_inner().unwrap(), 3);
    assert_eq!(*RwLock::<u8>::default().read().unwrap(), 0);
}

#[test]
fn a_writer_poisons_and_a_reader_does_not() {
    let lock = RwLock::from(1);
    poison(|| {
        let _guard = lock.read();
        panic!("on purpose");
    });
    assert!(!lock.is_poisoned());
    poison(|| {
        let _guard = lock.write();
        panic!("on purpose");
    });
    assert!(lock.is_poisoned());
    assert_eq!(**lock.read().unwrap_err().get_ref(), 1);
    assert_eq!(**lock.write().unwrap_err().get_ref(), 1);
    assert!(matches!(lock.try_read(), Err(TryLockError::Poisoned(_))));
    lock.clear_poison();
    assert!(lock.try_write().is_ok());
}

#[test]
fn conditions_come_and_time_out() {
    let pair = Arc::new((Mutex::new(0), Condvar::new()));
    let theirs = Arc::clone(&pair);
    let thread = std::thread::spawn(move || {
        for _ in 0..3 {
            *theirs.0.lock().unwrap() += 1;
            theirs.1.notify_one();
        }
    });
    let mut guard = pair.0.lock().unwrap();
    while *guard < 2 {
        guard = pair.1.wait(guard).unwrap();
    }
    let guard = pair.1.wait_while(guard, |count| *count < 3).unwrap();
    thread.join().unwrap();
    let (guard, timeout) = pair.1.wait_timeout(guard, Duration::ZERO).unwrap();
    assert!(timeout.timed_out());
    let (guard, timeout) = pair.1.wait_timeout_while(guard, Duration::ZERO, |count| *count < 4).unwrap();
    assert!(timeout.timed_out());
    let (guard, timeout) = pair.1.wait_timeout_while(guard, Duration::ZERO, |count| *count < 3).unwrap();
    assert_eq!((timeout.timed_out(), *guard), (false, 3));
    assert_eq!(format!("{:?}", pair.1), "Condvar { .. }");
    assert!(pair.0.try_lock().is_err());
    drop(guard);
    assert!(pair.0.try_lock().is_ok());
}

#[test]
fn a_condition_that_panics_leaves_the_mutex_free_and_poisoned() {
    let pair = (Mutex::new(0), Condvar::default());
    poison(|| {
        let guard = pair.0.lock().unwrap();
        let _ = pair.1.wait_timeout_while(guard, Duration::ZERO, |_| panic!("on purpose"));
    });
    assert!(matches!(pair.0.try_lock(), Err(TryLockError::Poisoned(_))));
}

#[test]
fn traits_are_those_of_std() {
    fn everything<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>() {}
    fn shared<T: Sync>(_: &T) {}
    everything::<Mutex<std::cell::Cell<u8>>>();
    everything::<RwLock<u8>>();
    everything::<Condvar>();
    shared(&Mutex::new(1).lock().unwrap());
    let unsized_lock: Box<Mutex<[u8]>> = Box::new(Mutex::new([1, 2, 3]));
    assert_eq!(unsized_lock.lock().unwrap().len(), 3);
    let covered: LockResult<u8> = Mutex::new(1).into_inner();
    assert_eq!(covered.unwrap(), 1);
}
