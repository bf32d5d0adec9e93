//! Guards of a part of the value.

use super::sync::{MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard};
use crate::poll::now;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

type Pair = (String, Vec<u8>);

fn pair() -> Pair {
    ("text".to_owned(), vec![1, 2, 3])
}

#[test]
fn a_part_and_a_part_of_it() {
    let lock = Mutex::new(pair());
    let list = MutexGuard::map(now(lock.lock()), |pair| &mut pair.1);
    assert_eq!(*list, [1, 2, 3]);
    let mut last = MappedMutexGuard::map(list, |list| list.last_mut().unwrap());
    assert!(lock.try_lock().is_err());
    *last = 9;
    assert_eq!(format!("{last:?} {last}"), "9 9");
    drop(last);
    assert_eq!(lock.try_lock().unwrap().1, [1, 2, 9]);
}

#[test]
fn a_part_if_there_is_one() {
    let lock = Mutex::new(pair());
    let guard = now(lock.lock());
    let guard = MutexGuard::try_map(guard, |pair| pair.1.get_mut(7)).unwrap_err();
    assert!(lock.try_lock().is_err());
    assert_eq!(guard.0, "text");
    let list = MutexGuard::try_map(guard, |pair| Some(&mut pair.1[..])).unwrap();
    let list = MappedMutexGuard::try_map(list, |list| list.get_mut(7)).unwrap_err();
    assert!(lock.try_lock().is_err());
    let first = MappedMutexGuard::try_map(list, |list| list.first_mut()).unwrap();
    assert_eq!(*first, 1);
    drop(first);
    assert!(lock.try_lock().is_ok());
}

#[test]
fn an_owned_part_and_a_part_of_it() {
    let lock = Arc::new(Mutex::new(pair()));
    let list: OwnedMappedMutexGuard<Pair, Vec<u8>> =
        OwnedMutexGuard::map(now(lock.clone().lock_owned()), |pair| &mut pair.1);
    assert_eq!(*list, [1, 2, 3]);
    let mut last: OwnedMappedMutexGuard<Pair, u8> =
        OwnedMappedMutexGuard::map(list, |list| list.last_mut().unwrap());
    assert!(lock.try_lock().is_err());
    *last = 9;
    assert_eq!(format!("{last:?} {last}"), "9 9");
    let weak = Arc::downgrade(&lock);
    drop(lock);
    let last = std::thread::spawn(move || last).join().unwrap();
    assert_eq!(*last, 9);
    drop(last);
    assert!(weak.upgrade().is_none());
}

#[test]
fn an_owned_part_if_there_is_one() {
    let lock = Arc::new(Mutex::new(pair()));
    let guard = now(lock.clone().lock_owned());
    let guard = OwnedMutexGuard::try_map(guard, |pair| pair.1.get_mut(7)).unwrap_err();
    assert!(lock.try_lock().is_err());
    assert_eq!(guard.0, "text");
    let list = OwnedMutexGuard::try_map(guard, |pair| Some(&mut pair.1[..])).unwrap();
    let list = OwnedMappedMutexGuard::try_map(list, |list| list.get_mut(7)).unwrap_err();
    assert!(lock.try_lock().is_err());
    let first = OwnedMappedMutexGuard::try_map(list, |list| list.first_mut()).unwrap();
    assert_eq!(*first, 1);
    drop(first);
    assert!(lock.try_lock().is_ok());
}

#[test]
fn a_panic_on_the_way_frees_the_lock() {
    let lock = Arc::new(Mutex::new(pair()));
    let free = |f: &dyn Fn()| {
        assert!(catch_unwind(AssertUnwindSafe(f)).is_err());
        assert!(lock.try_lock().is_ok());
        assert_eq!(Arc::strong_count(&lock), 1);
    };
    free(&|| drop(MutexGuard::map(now(lock.lock()), |_| -> &mut u8 { panic!("on purpose") })));
    free(&|| drop(MutexGuard::try_map(now(lock.lock()), |_| -> Option<&mut u8> { panic!("on purpose") })));
    let part = || MutexGuard::map(now(lock.lock()), |pair| &mut pair.1);
    free(&|| drop(MappedMutexGuard::map(part(), |_| -> &mut u8 { panic!("on purpose") })));
    free(&|| drop(MappedMutexGuard::try_map(part(), |_| -> Option<&mut u8> { panic!("on purpose") })));
    let owned = || now(lock.clone().lock_owned());
    free(&|| drop(OwnedMutexGuard::map(owned(), |_| -> &mut u8 { panic!("on purpose") })));
    free(&|| drop(OwnedMutexGuard::try_map(owned(), |_| -> Option<&mut u8> { panic!("on purpose") })));
    let part = || OwnedMutexGuard::map(owned(), |pair| &mut pair.1);
    free(&|| drop(OwnedMappedMutexGuard::map(part(), |_| -> &mut u8 { panic!("on purpose") })));
    free(&|| drop(OwnedMappedMutexGuard::try_map(part(), |_| -> Option<&mut u8> { panic!("on purpose") })));
}
