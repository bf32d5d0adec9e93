//! A task's turn: taking a lock or a permit uses it up as with tokio, and nothing is lost when it is used up.

use super::sync::{Mutex, Semaphore};
use crate::poll::{now, polled};
use std::sync::Arc;
use tokio::task::coop;

/// Uses up the turn of the task.
fn use_up() {
    while coop::has_budget_remaining() {
        assert!(polled(coop::consume_budget()).poll().is_ready());
    }
}

#[tokio::test]
async fn a_lock_is_not_taken_past_the_turn() {
    let lock = Arc::new(Mutex::new(()));
    let guard = now(lock.clone().lock_owned());
    use_up();
    let mut waiting = polled(lock.lock());
    waiting.pending();
    drop(guard);
    // Granted, but its turn is over: it keeps its place.
    waiting.pending();
    let mut after = polled(lock.lock());
    after.pending();
    tokio::task::yield_now().await;
    drop(waiting.ready());
    drop(after.ready());
}

#[tokio::test]
async fn a_lock_that_was_free_is_given_back() {
    let lock = Arc::new(Mutex::new(()));
    use_up();
    let mut waiting = polled(lock.clone().lock_owned());
    waiting.pending();
    assert!(lock.try_lock().is_err());
    drop(waiting);
    assert!(lock.try_lock().is_ok());
}

#[tokio::test]
async fn permits_that_were_free_are_given_back() {
    let semaphore = Semaphore::new(2);
    use_up();
    let mut waiting = polled(semaphore.acquire_many(2));
    waiting.pending();
    assert_eq!(semaphore.available_permits(), 0);
    drop(waiting);
    assert_eq!(semaphore.available_permits(), 2);
}

/// How many operations a turn has.
#[tokio::test]
async fn a_turn_is_as_long() {
    let (lock, semaphore) = (Arc::new(Mutex::new(())), Arc::new(Semaphore::new(1)));
    tokio::task::yield_now().await;
    let mut taken = 0;
    loop {
        let ready = match taken % 4 {
            0 => polled(lock.lock()).poll().is_ready(),
            1 => polled(lock.clone().lock_owned()).poll().is_ready(),
            2 => polled(semaphore.acquire()).poll().is_ready(),
            _ => polled(semaphore.clone().acquire_owned()).poll().is_ready(),
        };
        if !ready {
            break;
        }
        taken += 1;
    }
    assert_eq!(taken, 128);
}
