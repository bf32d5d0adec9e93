//! What is parking_lot's.

use crate::find::{holds_at, next_line, resource_at, thread_waits};
use crate::{LONG, there_and_back};
use parking_lot as plain;
use std::mem::forget;
use std::time::Duration;
use taskscope::parking_lot as seen;
use taskscope::snapshot::Op;

#[test]
fn locks() {
    there_and_back::<_, seen::Mutex<String>>(
        plain::Mutex::new(String::new()),
        |lock| lock.lock().push('a'),
        |lock| assert!(lock.try_lock_for(Duration::ZERO).is_some()),
    );
    there_and_back::<_, seen::FairMutex<String>>(
        plain::FairMutex::new(String::new()),
        |lock| lock.lock().push('a'),
        |lock| assert!(lock.try_lock().is_some()),
    );
    there_and_back::<_, seen::RwLock<String>>(
        plain::RwLock::new(String::new()),
        |lock| lock.write().push('a'),
        |lock| assert!(lock.try_read().is_some()),
    );
    there_and_back::<_, seen::ReentrantMutex<u8>>(
        plain::ReentrantMutex::new(1),
        |lock| assert_eq!(*lock.lock() + *lock.lock(), 2),
        |lock| assert_eq!(*lock.lock() + *lock.lock(), 2),
    );
}

#[test]
fn conditions_and_what_is_done_once() {
    there_and_back::<_, seen::Condvar>(
        plain::Condvar::new(),
        |condvar| {
            notified!(seen::Mutex<bool>, condvar, lock => lock.lock(), guard => condvar.wait_for(&mut guard, LONG));
        },
        |condvar| {
            notified!(plain::Mutex<bool>, condvar, lock => lock.lock(), guard => condvar.wait_for(&mut guard, LONG));
        },
    );
    there_and_back::<_, seen::Once>(
        plain::Once::new(),
        |once| once.call_once(|| panic!("it was done")),
        |once| once.call_once(|| ()),
    );
}

#[test]
fn a_lock_is_handed_over_as_it_is() {
    // A guard that was forgotten left it locked, and it stays so.
    let lock = plain::Mutex::new(vec![1]);
    forget(lock.lock());
    let made = next_line!();
    let lock = seen::Mutex::from_inner(lock);
    assert!(lock.is_locked() && lock.try_lock().is_none());
    assert!(!resource_at(made).unwrap().covered);
    let lock = lock.into_parking_lot();
    assert!(lock.try_lock().is_none());
    assert_eq!(lock.into_inner(), [1]);

    let lock = seen::FairMutex::new(1);
    forget(lock.lock());
    assert!(lock.into_parking_lot().is_locked());

    let lock = seen::RwLock::new(1);
    forget((lock.read(), lock.read()));
    let lock = lock.into_parking_lot();
    assert!(lock.try_write().is_none() && lock.try_read().is_some());
    let lock = seen::RwLock::from_inner(lock);
    assert!(lock.try_write().is_none() && lock.try_read().is_some());
    assert_eq!(lock.into_inner(), 1);
}

#[test]
fn a_lock_that_was_converted_shows_who_has_it_and_who_waits() {
    let made = next_line!();
    let lock = seen::Mutex::from_inner(plain::Mutex::new(0));
    taskscope::std::thread::scope(|scope| {
        let guard = lock.lock();
        let spawned = next_line!();
        let waiter = scope.spawn(|| *lock.lock() += 1);
        let (_, _, wait) = thread_waits(made, spawned);
        assert_eq!(wait.op, Op::Lock);
        assert_eq!(holds_at(made).len(), 1);
        drop(guard);
        waiter.join().unwrap();
    });
    assert_eq!(lock.into_parking_lot().into_inner(), 1);
}
