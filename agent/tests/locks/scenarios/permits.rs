//! Permits that are merged, split, forgotten and handed on, borrowed and owned.

use super::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use crate::poll::{now, panic_of, polled};
use std::sync::Arc;

#[test]
fn merged() {
    let semaphore = Semaphore::new(3);
    let mut permit = semaphore.try_acquire().unwrap();
    permit.merge(semaphore.try_acquire_many(2).unwrap());
    assert_eq!((permit.num_permits(), semaphore.available_permits()), (3, 0));
    drop(permit);
    assert_eq!(semaphore.available_permits(), 3);
}

#[test]
fn merged_owned() {
    let semaphore = Arc::new(Semaphore::new(3));
    let mut permit = semaphore.clone().try_acquire_owned().unwrap();
    permit.merge(semaphore.clone().try_acquire_many_owned(2).unwrap());
    assert_eq!((permit.num_permits(), semaphore.available_permits()), (3, 0));
    assert_eq!(Arc::strong_count(&semaphore), 2);
    drop(permit);
    assert_eq!((Arc::strong_count(&semaphore), semaphore.available_permits()), (1, 3));
}

#[test]
fn merged_with_those_of_another() {
    let (one, other) = (Semaphore::new(1), Semaphore::new(1));
    let line = line!() + 3;
    let (text, at) = panic_of(|| {
        let mut permit = one.try_acquire().unwrap();
        permit.merge(other.try_acquire().unwrap());
    });
    assert_eq!((&text[..], at), ("merging permits from different semaphore instances", line));
    assert_eq!((one.available_permits(), other.available_permits()), (1, 1));
}

#[test]
fn merged_with_those_of_another_owned() {
    let (one, other) = (Arc::new(Semaphore::new(1)), Arc::new(Semaphore::new(1)));
    let line = line!() + 3;
    let (text, at) = panic_of(|| {
        let mut permit = one.clone().try_acquire_owned().unwrap();
        permit.merge(other.clone().try_acquire_owned().unwrap());
    });
    assert_eq!((&text[..], at), ("merging permits from different semaphore instances", line));
    assert_eq!((one.available_permits(), other.available_permits()), (1, 1));
}

#[test]
fn split() {
    let semaphore = Semaphore::new(5);
    let mut permit = semaphore.try_acquire_many(3).unwrap();
    assert!(permit.split(4).is_none());
    let none: SemaphorePermit<'_> = permit.split(0).unwrap();
    let two = permit.split(2).unwrap();
    assert_eq!((none.num_permits(), two.num_permits(), permit.num_permits()), (0, 2, 1));
    assert!(std::ptr::eq(two.semaphore(), &semaphore));
    drop(none);
    assert_eq!(semaphore.available_permits(), 2);
    drop(permit);
    assert_eq!(semaphore.available_permits(), 3);
    drop(two);
    assert_eq!(semaphore.available_permits(), 5);
}

#[test]
fn split_owned() {
    let semaphore = Arc::new(Semaphore::new(5));
    let mut permit = semaphore.clone().try_acquire_many_owned(3).unwrap();
    assert!(permit.split(4).is_none());
    let none: OwnedSemaphorePermit = permit.split(0).unwrap();
    let all = permit.split(3).unwrap();
    assert_eq!((none.num_permits(), all.num_permits(), permit.num_permits()), (0, 3, 0));
    assert_eq!(Arc::strong_count(&semaphore), 4);
    drop(permit);
    drop(none);
    assert_eq!(semaphore.available_permits(), 2);
    assert!(Arc::ptr_eq(all.semaphore(), &semaphore));
    drop(all);
    assert_eq!((Arc::strong_count(&semaphore), semaphore.available_permits()), (1, 5));
}

#[test]
fn forgotten() {
    let semaphore = Arc::new(Semaphore::new(4));
    now(semaphore.acquire()).unwrap().forget();
    let owned = now(semaphore.clone().acquire_many_owned(2)).unwrap();
    assert_eq!(Arc::strong_count(&semaphore), 2);
    owned.forget();
    assert_eq!((Arc::strong_count(&semaphore), semaphore.available_permits()), (1, 1));
}

#[test]
fn owned_ones_outlive_the_local_arc() {
    let semaphore = Arc::new(Semaphore::new(2));
    let weak = Arc::downgrade(&semaphore);
    let permit = now(semaphore.clone().acquire_many_owned(2)).unwrap();
    let mut waiting = polled(semaphore.acquire_owned());
    waiting.pending();
    let dropped = std::thread::spawn(move || drop(permit));
    dropped.join().unwrap();
    assert_eq!(waiting.wakes(), 1);
    let permit = waiting.ready().unwrap();
    drop(waiting);
    assert_eq!(weak.strong_count(), 1);
    drop(permit);
    assert!(weak.upgrade().is_none());
}

#[test]
fn owned_ones_are_refused() {
    let semaphore = Arc::new(Semaphore::new(2));
    let permit = semaphore.clone().try_acquire_owned().unwrap();
    assert!(semaphore.clone().try_acquire_many_owned(2).is_err());
    assert_eq!(Arc::strong_count(&semaphore), 2);
    drop(permit);
    assert!(semaphore.try_acquire_many_owned(2).is_ok());
}

#[test]
fn a_panic_gives_them_back() {
    let semaphore = Semaphore::new(2);
    panic_of(|| {
        let _permit = semaphore.try_acquire_many(2).unwrap();
        panic!("on purpose");
    });
    assert_eq!(semaphore.available_permits(), 2);
}
