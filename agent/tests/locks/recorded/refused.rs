//! Tries that got nothing, and what ends a row of them.

use crate::find::resource_at;
use crate::look::{At, next_line, run};
use std::sync::Arc;
use taskscope::snapshot::{Detail, Refused, Snapshot};
use taskscope::tokio;
use tokio::sync::{Mutex, RwLock, Semaphore};

/// How many tries in a row the resource of this line has refused.
fn refused(at: At) -> Option<u64> {
    resource_at(at).refused.map(|row| row.tries)
}

#[test]
fn tries_that_a_mutex_refuses_are_counted_until_one_is_served() {
    run(2, async {
        let made = next_line!();
        let lock = Arc::new(Mutex::new(0));
        let guard = lock.lock().await;
        let task = tokio::spawn({
            let lock = lock.clone();
            async move {
                assert_eq!(refused(made), None);
                for _ in 0..3 {
                    assert!(lock.try_lock().is_err());
                }
                assert!(lock.clone().try_lock_owned().is_err());
            }
        });
        task.await.unwrap();
        let first: Option<Refused> = resource_at(made).refused;
        assert_eq!(first.map(|row| row.tries), Some(4));
        // Another task begins a row of its own, and ends it by waiting.
        let task = tokio::spawn({
            let lock = lock.clone();
            async move {
                assert!(lock.try_lock().is_err());
                let row = resource_at(made).refused;
                assert_eq!(row.map(|row| row.tries), Some(1));
                assert_ne!(row.map(|row| row.task), first.map(|row| row.task));
                drop(lock.lock().await);
                assert_eq!(refused(made), None);
            }
        });
        // The row was looked at before the wait began.
        let waits = || {
            let snapshot = Snapshot::read(Detail::Light);
            snapshot.waits.iter().any(|wait| wait.resource == Some(resource_at(made).id))
        };
        while !waits() {
            tokio::task::yield_now().await;
        }
        drop(guard);
        task.await.unwrap();
    });
}

#[test]
fn a_try_that_is_served_ends_the_row_of_its_task_alone() {
    run(1, async {
        let made = next_line!();
        let lock = Arc::new(RwLock::new(0));
        let reader = lock.read().await;
        let writer = lock.clone();
        tokio::spawn(async move {
            assert!(writer.try_write().is_err());
            assert!(writer.clone().try_write_owned().is_err());
            assert_eq!(refused(made), Some(2));
            // Somebody else is served.
            let other = writer.clone();
            tokio::spawn(async move { drop(other.try_read().unwrap()) }).await.unwrap();
            assert_eq!(refused(made), Some(2));
            tokio::task::yield_now().await;
            while writer.try_write().is_err() {
                tokio::task::yield_now().await;
            }
            assert_eq!(refused(made), None);
        });
        while refused(made).is_none_or(|tries| tries < 5) {
            tokio::task::yield_now().await;
        }
        drop(reader);
        while refused(made).is_some() {
            tokio::task::yield_now().await;
        }
    });
}

#[test]
fn permits_that_are_refused_are_counted_and_a_closed_semaphore_refuses_nobody() {
    run(1, async {
        let made = next_line!();
        let semaphore = Arc::new(Semaphore::new(1));
        let inside = semaphore.clone();
        tokio::spawn(async move {
            assert!(inside.try_acquire_many(2).is_err());
            assert!(inside.clone().try_acquire_many_owned(2).is_err());
            assert_eq!(refused(made), Some(2));
            drop(inside.try_acquire().unwrap());
            assert_eq!(refused(made), None);
            inside.close();
            assert!(inside.try_acquire().is_err());
            assert_eq!(refused(made), None);
        })
        .await
        .unwrap();
    });
}
