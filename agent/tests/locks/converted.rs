//! Drop-ins made of tokio's own values, and the other way round.

use crate::find::{exists, hold_at, resource_at};
use crate::look::next_line;
use crate::poll::now;
use taskscope::tokio::sync::{Mutex, Semaphore};

#[test]
fn a_mutex_and_back() {
    let made = next_line!();
    let lock = Mutex::from_inner(tokio::sync::Mutex::new(vec![1]));
    assert!(!resource_at(made).covered);
    now(lock.lock()).push(2);
    {
        let _guard = now(lock.lock());
        assert_eq!(hold_at(made).place.line, line!() - 1);
        assert!(lock.as_tokio().try_lock().is_err());
    }
    let plain: tokio::sync::Mutex<Vec<i32>> = lock.into();
    assert!(!exists(made));
    let lock: Mutex<Vec<i32>> = plain.into();
    assert_eq!(lock.into_tokio().into_inner(), [1, 2]);
}

#[test]
fn a_lock_of_a_plain_lock() {
    // The two ways to be made of a plain mutex are told apart by the type that is asked for.
    let inside: Mutex<tokio::sync::Mutex<u8>> = Mutex::from(tokio::sync::Mutex::new(1));
    assert_eq!(inside.into_inner().into_inner(), 1);
    let from: Mutex<u8> = Mutex::from(tokio::sync::Mutex::new(1));
    assert_eq!(from.into_inner(), 1);
}

#[test]
fn a_semaphore_and_back() {
    let plain = tokio::sync::Semaphore::new(5);
    plain.try_acquire_many(2).unwrap().forget();
    let made = next_line!();
    let semaphore = Semaphore::from_inner(plain);
    let resource = resource_at(made);
    assert_eq!((resource.covered, resource.permits, resource.closed), (false, None, false));
    // Two came back past the record.
    semaphore.as_tokio().add_permits(2);
    assert_eq!(semaphore.forget_permits(4), 4);
    assert_eq!(resource_at(made).permits, None, "not less than none");
    semaphore.add_permits(2);
    let plain: tokio::sync::Semaphore = semaphore.into();
    plain.close();
    let made = next_line!();
    let semaphore = Semaphore::from(plain);
    assert!(resource_at(made).closed && semaphore.is_closed());
    assert_eq!(semaphore.into_inner().available_permits(), 3);
}

#[test]
fn a_plain_reference_is_the_end_of_coverage() {
    let made = next_line!();
    let lock = Mutex::new(());
    assert!(resource_at(made).covered);
    drop(lock.as_tokio().try_lock());
    assert!(!resource_at(made).covered);
    let made = next_line!();
    let semaphore = Semaphore::new(1);
    assert_eq!(resource_at(made).permits_out, Some(0));
    drop(semaphore.as_tokio().try_acquire());
    // What went out past the record is not known.
    assert_eq!((resource_at(made).covered, resource_at(made).permits_out), (false, None));
}
