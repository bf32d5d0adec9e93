//! Threads that wait.

use super::sync::{Mutex, Semaphore};
use crate::poll::{now, panic_of};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn what_is_free_is_taken_at_once() {
    let lock = Arc::new(Mutex::new(1));
    *lock.blocking_lock() += 1;
    *lock.clone().blocking_lock_owned() += 1;
    assert_eq!(*lock.blocking_lock(), 3);
    let semaphore = Arc::new(Semaphore::new(3));
    let _one = semaphore.blocking_acquire().unwrap();
    let many = semaphore.blocking_acquire_many(2).unwrap();
    assert_eq!(many.num_permits(), 2);
    drop(many);
    let _one = semaphore.clone().blocking_acquire_owned().unwrap();
    let _other = semaphore.clone().blocking_acquire_many_owned(1).unwrap();
    assert_eq!(semaphore.available_permits(), 0);
    semaphore.close();
    assert!(semaphore.blocking_acquire().is_err());
    assert!(semaphore.blocking_acquire_many(2).is_err());
    assert!(semaphore.clone().blocking_acquire_owned().is_err());
    assert!(semaphore.clone().blocking_acquire_many_owned(2).is_err());
}

/// Runs `blocks` on a thread while `held` is held; it comes to its end after `held` is dropped, and not before.
fn waits_for<G>(held: G, blocks: impl FnOnce() + Send + 'static) {
    let (done, ended) = mpsc::channel();
    let thread = thread::spawn(move || {
        blocks();
        done.send(()).unwrap();
    });
    assert!(ended.recv_timeout(Duration::from_millis(20)).is_err());
    drop(held);
    ended.recv().unwrap();
    thread.join().unwrap();
}

#[test]
fn what_is_not_free_is_waited_for() {
    let lock = Arc::new(Mutex::new(0));
    let other = lock.clone();
    waits_for(now(lock.lock()), move || *other.blocking_lock() += 1);
    let other = lock.clone();
    waits_for(now(lock.lock()), move || *other.blocking_lock_owned() += 1);
    assert_eq!(*now(lock.lock()), 2);

    let semaphore = Arc::new(Semaphore::new(2));
    let out = || semaphore.clone().try_acquire_owned().unwrap();
    let other = semaphore.clone();
    waits_for(out(), move || drop(other.blocking_acquire_many(2).unwrap()));
    let other = semaphore.clone();
    waits_for(out(), move || drop(other.blocking_acquire_many_owned(2).unwrap()));
    let other = semaphore.clone();
    let both = semaphore.clone().try_acquire_many_owned(2).unwrap();
    waits_for(both, move || drop(other.blocking_acquire().unwrap()));
    let other = semaphore.clone();
    let both = semaphore.clone().try_acquire_many_owned(2).unwrap();
    waits_for(both, move || drop(other.blocking_acquire_owned().unwrap()));
    assert_eq!(semaphore.available_permits(), 2);
}

#[test]
fn a_thread_is_woken_by_the_close() {
    let semaphore = Arc::new(Semaphore::new(0));
    let other = semaphore.clone();
    let waiting = thread::spawn(move || other.blocking_acquire().is_err());
    thread::sleep(Duration::from_millis(10));
    semaphore.close();
    assert!(waiting.join().unwrap());
}

/// Blocking leaves the token of `unpark` to the thread's own `park`.
#[test]
fn the_park_token_is_left_alone() {
    let lock = Arc::new(Mutex::new(()));
    let guard = lock.clone().try_lock_owned().unwrap();
    let waiting = thread::spawn(move || {
        thread::current().unpark();
        drop(lock.blocking_lock());
        let start = Instant::now();
        thread::park_timeout(Duration::from_secs(30));
        assert!(start.elapsed() < Duration::from_secs(20), "the token was taken");
    });
    thread::sleep(Duration::from_millis(10));
    drop(guard);
    waiting.join().unwrap();
}

#[test]
fn threads_count_together() {
    let lock = Arc::new(Mutex::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..500 {
                    *lock.blocking_lock() += 1;
                }
            });
        }
    });
    assert_eq!(*lock.blocking_lock(), 2000);
}

/// A panic with its text and its line, for each way to block inside of a runtime, free or not.
#[test]
fn not_inside_of_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let lock = Arc::new(Mutex::new(()));
    let semaphore = Arc::new(Semaphore::new(1));
    let refused = |line: u32, f: &dyn Fn()| {
        let (text, at) = panic_of(|| runtime.block_on(async { f() }));
        assert!(text.starts_with("Cannot block the current thread from within a runtime."), "{text}");
        assert_eq!(at, line);
    };
    refused(line!(), &|| drop(lock.blocking_lock()));
    refused(line!(), &|| drop(lock.clone().blocking_lock_owned()));
    refused(line!(), &|| drop(semaphore.blocking_acquire()));
    refused(line!(), &|| drop(semaphore.blocking_acquire_many(1)));
    refused(line!(), &|| drop(semaphore.clone().blocking_acquire_owned()));
    refused(line!(), &|| drop(semaphore.clone().blocking_acquire_many_owned(1)));
    assert!(lock.try_lock().is_ok());
    assert_eq!(semaphore.available_permits(), 1);
    assert_eq!((Arc::strong_count(&lock), Arc::strong_count(&semaphore)), (1, 1));
}

/// Where a runtime lets one block, one can.
#[test]
fn on_blocking_threads_of_a_runtime() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let lock = Arc::new(Mutex::new(0));
    runtime.block_on(async {
        let guard = lock.clone().lock_owned().await;
        let other = lock.clone();
        let job = tokio::task::spawn_blocking(move || *other.blocking_lock() += 1);
        tokio::time::timeout(Duration::ZERO, std::future::pending::<()>()).await.ok();
        drop(guard);
        job.await.unwrap();
        let other = lock.clone();
        let task = tokio::spawn(async move {
            // More often than a task's turn has operations.
            tokio::task::block_in_place(|| (0..300).for_each(|_| *other.blocking_lock() += 1));
        });
        task.await.unwrap();
    });
    assert_eq!(*lock.blocking_lock(), 301);
}
