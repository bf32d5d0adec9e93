//! What is std's.

use crate::find::{next_line, resource_at};
use crate::{LONG, there_and_back};
use std::sync as plain;
use std::thread;
use taskscope::std::sync;
use taskscope::std::thread as seen;

#[test]
fn locks_and_conditions() {
    there_and_back::<_, sync::Mutex<u8>>(
        plain::Mutex::new(1),
        |lock| *lock.lock().unwrap() += 1,
        |lock| *lock.lock().unwrap() += 1,
    );
    there_and_back::<_, sync::RwLock<u8>>(
        plain::RwLock::new(1),
        |lock| *lock.write().unwrap() += 1,
        |lock| assert!(*lock.read().unwrap() > 0),
    );
    there_and_back::<_, sync::Condvar>(
        plain::Condvar::new(),
        |condvar| {
            notified!(sync::Mutex<bool>, condvar, lock => lock.lock().unwrap(), guard => {
                guard = condvar.wait_timeout(guard, LONG).unwrap().0;
            });
        },
        |condvar| {
            notified!(plain::Mutex<bool>, condvar, lock => lock.lock().unwrap(), guard => {
                guard = condvar.wait_timeout(guard, LONG).unwrap().0;
            });
        },
    );
    there_and_back::<_, sync::Barrier>(
        plain::Barrier::new(1),
        |barrier| assert!(barrier.wait().is_leader()),
        |barrier| assert!(barrier.wait().is_leader()),
    );
}

#[test]
fn what_is_done_once() {
    there_and_back::<_, sync::Once>(
        plain::Once::new(),
        |once| once.call_once(|| panic!("it was done")),
        |once| once.call_once(|| ()),
    );
    there_and_back::<_, sync::OnceLock<u8>>(
        plain::OnceLock::new(),
        |cell| assert_eq!(*cell.get_or_init(|| 2), 1),
        |cell| assert_eq!(*cell.get_or_init(|| 1), 1),
    );
    // `into_inner` of this is the value, as with std.
    assert_eq!(sync::OnceLock::from_inner(plain::OnceLock::from(3)).into_inner(), Some(3));
}

#[test]
fn a_mutex_is_poisoned_on_both_sides() {
    let lock = plain::Mutex::new(1);
    thread::scope(|scope| {
        let end = scope.spawn(|| {
            let _guard = lock.lock();
            panic!("on purpose");
        });
        end.join().unwrap_err();
    });
    let lock = sync::Mutex::from_inner(lock);
    assert!(lock.is_poisoned() && lock.into_std().is_poisoned());
}

#[test]
fn a_barrier_from_outside_does_not_tell_how_many_it_is_for() {
    let made = next_line!();
    let barrier = sync::Barrier::from_inner(plain::Barrier::new(2));
    assert_eq!(resource_at(made).unwrap().capacity, None);
    barrier.into_inner();
}

#[test]
fn threads() {
    let named = thread::Builder::new().name("converted".to_owned());
    let name = || thread::current().name().map(str::to_owned);
    let handle = seen::Builder::from(named).spawn(name).unwrap();
    let handle: thread::JoinHandle<_> = handle.into();
    assert_eq!(seen::JoinHandle::from(handle).join().unwrap().as_deref(), Some("converted"));
    let named = thread::Builder::from(seen::Builder::new().name("plain".to_owned()));
    let handle = seen::JoinHandle::from_inner(named.spawn(name).unwrap());
    assert_eq!(handle.into_inner().join().unwrap().as_deref(), Some("plain"));

    let part = String::from("borrowed");
    seen::scope(|scope| {
        let handle: thread::ScopedJoinHandle<'_, usize> = scope.spawn(|| part.len()).into();
        assert_eq!(seen::ScopedJoinHandle::from(handle).join().unwrap(), 8);
    });
    thread::scope(|scope| {
        let handle = seen::ScopedJoinHandle::from_inner(scope.spawn(|| part.len()));
        assert_eq!(handle.into_inner().join().unwrap(), 8);
    });
}
