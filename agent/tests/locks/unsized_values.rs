//! Locks of values without a size.

use crate::poll::now;
use std::fmt::Display;
use std::sync::Arc;
use taskscope::tokio::sync::{MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard};

#[test]
fn a_slice() {
    let lock: &Mutex<[u8]> = &Mutex::new([3, 1, 2]);
    now(lock.lock()).sort_unstable();
    let guard = lock.try_lock().unwrap();
    assert_eq!(*guard, [1, 2, 3]);
    let rest: MappedMutexGuard<'_, [u8]> = MutexGuard::map(guard, |all| &mut all[1..]);
    assert_eq!(format!("{rest:?}"), "[2, 3]");
}

#[test]
fn a_trait_object() {
    let lock: Arc<Mutex<dyn Display + Send>> = Arc::new(Mutex::new(String::from("text")));
    assert_eq!(now(lock.lock()).to_string(), "text");
    let guard: OwnedMutexGuard<dyn Display + Send> = now(lock.clone().lock_owned());
    assert_eq!(format!("{guard}"), "text");
    let guard = std::thread::spawn(move || guard).join().unwrap();
    assert!(lock.try_lock().is_err());
    drop(guard);
    assert!(lock.clone().try_lock_owned().is_ok());
    assert_eq!(format!("{}", lock.blocking_lock()), "text");
}

#[test]
fn owned_parts_without_a_size() {
    let lock: Arc<Mutex<[u32]>> = Arc::new(Mutex::new([1, 2, 3]));
    let guard = now(lock.clone().lock_owned());
    let mut tail: OwnedMappedMutexGuard<[u32], [u32]> = OwnedMutexGuard::map(guard, |all| &mut all[1..]);
    tail[0] = 7;
    let weak = Arc::downgrade(&lock);
    drop(lock);
    let tail = OwnedMappedMutexGuard::try_map(tail, |tail| tail.get_mut(5)).unwrap_err();
    assert_eq!(*tail, [7, 3]);
    let last: OwnedMappedMutexGuard<[u32], u32> = OwnedMappedMutexGuard::map(tail, |tail| &mut tail[1]);
    assert_eq!(*last, 3);
    drop(last);
    assert!(weak.upgrade().is_none());
}
