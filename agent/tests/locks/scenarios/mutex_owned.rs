//! Guards that keep their mutex alive.

use super::sync::{Mutex, OwnedMutexGuard};
use crate::poll::{now, polled};
use std::sync::{Arc, Weak};

#[test]
fn one_after_the_other() {
    let lock = Arc::new(Mutex::new(1));
    for expected in 1..4 {
        let mut guard = now(lock.clone().lock_owned());
        assert_eq!(*guard, expected);
        *guard += 1;
    }
    assert_eq!(Arc::into_inner(lock).unwrap().into_inner(), 4);
}

#[test]
fn the_guard_outlives_the_local_arc() {
    let lock = Arc::new(Mutex::new(String::from("a")));
    let weak = Arc::downgrade(&lock);
    let mut guard = now(lock.lock_owned());
    guard.push('b');
    assert_eq!(Arc::strong_count(OwnedMutexGuard::mutex(&guard)), 1);
    assert_eq!(*guard, "ab");
    assert!(weak.upgrade().unwrap().try_lock().is_err());
    drop(guard);
    assert!(weak.upgrade().is_none());
}

#[test]
fn the_future_outlives_the_local_arc() {
    let lock = Arc::new(Mutex::new(()));
    let weak: Weak<_> = Arc::downgrade(&lock);
    let guard = now(lock.clone().lock_owned());
    let mut waiting = polled(lock.lock_owned());
    waiting.pending();
    drop(guard);
    drop(waiting);
    assert!(weak.upgrade().is_none());
}

#[test]
fn first_come_first_served() {
    let lock = Arc::new(Mutex::new(()));
    let guard = now(lock.clone().lock_owned());
    let (mut first, mut second) = (polled(lock.clone().lock_owned()), polled(lock.clone().lock_owned()));
    first.pending();
    second.pending();
    drop(guard);
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    drop(first.ready());
    assert_eq!(second.wakes(), 1);
    drop(second.ready());
}

#[test]
fn try_lock_takes_or_refuses() {
    let lock = Arc::new(Mutex::new(0));
    let guard = lock.clone().try_lock_owned().unwrap();
    // A refusal drops its own `Arc`.
    assert!(lock.clone().try_lock_owned().is_err());
    assert_eq!(Arc::strong_count(&lock), 2);
    drop(guard);
    assert!(lock.try_lock_owned().is_ok());
}

#[test]
fn shown_as_text() {
    let guard = now(Arc::new(Mutex::new("data")).lock_owned());
    assert_eq!(format!("{guard:?} {guard}"), r#""data" data"#);
}

#[test]
fn to_another_thread_and_back() {
    let lock = Arc::new(Mutex::new(1));
    let mut guard = now(lock.clone().lock_owned());
    let guard = std::thread::spawn(move || {
        *guard += 1;
        guard
    });
    let guard = guard.join().unwrap();
    assert_eq!(*guard, 2);
    std::thread::spawn(move || drop(guard)).join().unwrap();
    assert!(lock.try_lock().is_ok());
}

#[test]
fn a_borrowed_value_is_enough() {
    // Nothing here is `'static`.
    let text = String::from("borrowed");
    let lock = Arc::new(Mutex::new(text.as_str()));
    let guard = now(lock.clone().lock_owned());
    assert_eq!(guard.len(), 8);
    let length = OwnedMutexGuard::map(guard, |text| text);
    assert_eq!(length.len(), 8);
}

/// The value is dropped once, and after its guard.
#[test]
fn the_value_is_dropped_once() {
    struct Counted(Arc<()>);
    let count = Arc::new(());
    let lock = Arc::new(Mutex::new(Counted(count.clone())));
    let guard = now(lock.lock_owned());
    assert_eq!(Arc::strong_count(&guard.0), 2);
    drop(guard);
    assert_eq!(Arc::strong_count(&count), 1);
}
