//! What is judged from the record of a running program.

use crate::find::{holds_in, resource_at};
use crate::look::{At, next_line, run, until, waits_at};
use std::sync::Arc;
use taskscope::detect::Stuck;
use taskscope::id::TaskId;
use taskscope::snapshot::{Snapshot, Wait};
use taskscope::tokio;
use tokio::sync::{RwLock, Semaphore};

/// Who waits for the resource of this line, once `count` tasks do and none of them is about to run.
fn settled(at: At, count: usize) -> (Snapshot, Vec<Wait>) {
    until(|snapshot| {
        let waits = waits_at(snapshot, at);
        (waits.len() == count && waits.iter().all(|wait| wait.current)).then(|| (snapshot.clone(), waits))
    })
}

/// Those of the waiting tasks that can never run again, by two looks at a program that stands still.
fn stuck(at: At, count: usize) -> Vec<TaskId> {
    let (before, waits) = settled(at, count);
    let (now, _) = settled(at, count);
    let stuck = Stuck::confirmed(&before, &now);
    waits.into_iter().filter_map(|wait| wait.task).filter(|task| stuck.contains(*task)).collect()
}

/// Two tasks have a permit each, and each waits for one more.
fn two_that_want_more(semaphore: &Arc<Semaphore>) -> [tokio::task::JoinHandle<()>; 2] {
    let both = Arc::new(tokio::sync::Barrier::new(2));
    std::array::from_fn(|_| {
        let (semaphore, both) = (semaphore.clone(), both.clone());
        tokio::spawn(async move {
            let _one = semaphore.acquire().await.unwrap();
            both.wait().await;
            drop(semaphore.acquire().await.unwrap());
        })
    })
}

#[test]
fn permits_that_a_thread_adds_are_no_proof() {
    run(2, async {
        let made = next_line!();
        let semaphore = Arc::new(Semaphore::new(1));
        semaphore.add_permits(1);
        assert_eq!(resource_at(made).permits_added, Some(1));
        let tasks = two_that_want_more(&semaphore);
        let found = stuck(made, 2);
        // It comes from outside, as the one before did.
        std::thread::spawn(move || semaphore.add_permits(1)).join().unwrap();
        assert_eq!(found, []);
        for task in tasks {
            task.await.unwrap();
        }
    });
}

#[test]
fn permits_that_are_given_back_by_hand_are_no_proof() {
    run(2, async {
        let made = next_line!();
        let semaphore = Arc::new(Semaphore::new(3));
        semaphore.acquire().await.unwrap().forget();
        assert_eq!(resource_at(made).permits_forgotten, Some(1));
        let tasks = two_that_want_more(&semaphore);
        let found = stuck(made, 2);
        semaphore.add_permits(1);
        assert_eq!(found, []);
        for task in tasks {
            task.await.unwrap();
        }
    });
}

#[test]
fn permits_that_never_change_are_a_proof() {
    run(2, async {
        let made = next_line!();
        let semaphore = Arc::new(Semaphore::new(2));
        semaphore.add_permits(0);
        assert!(!resource_at(made).is_resized());
        let tasks = two_that_want_more(&semaphore);
        assert_eq!(stuck(made, 2).len(), 2);
        for task in tasks {
            task.abort();
        }
    });
}

/// A task reads, a writer comes, and the task reads again: it is queued behind the writer, which waits for it.
#[test]
fn a_reader_that_reads_again_behind_a_writer_is_a_proof() {
    run(2, async {
        let made = next_line!();
        let lock = Arc::new(RwLock::new(0));
        let (other, go) = (lock.clone(), Arc::new(tokio::sync::Notify::new()));
        let gone = go.clone();
        let reader = tokio::spawn(async move {
            let first = other.read().await;
            gone.notified().await;
            *first + *other.read().await
        });
        until(|snapshot| holds_in(snapshot, made).pop());
        let other = lock.clone();
        let writer = tokio::spawn(async move { *other.write().await += 1 });
        settled(made, 1);
        go.notify_one();
        let found = stuck(made, 2);
        assert_eq!(found.len(), 2);
        // The writer gives up, and the reader is let in.
        writer.abort();
        assert_eq!(reader.await.unwrap(), 0);
        assert!(writer.await.unwrap_err().is_cancelled());
    });
}

#[test]
fn a_reader_behind_a_writer_that_may_give_up_is_no_proof() {
    run(2, async {
        let made = next_line!();
        let lock = Arc::new(RwLock::new(0));
        let (other, go) = (lock.clone(), Arc::new(tokio::sync::Notify::new()));
        let gone = go.clone();
        let reader = tokio::spawn(async move {
            let first = other.read().await;
            gone.notified().await;
            *first + *other.read().await
        });
        until(|snapshot| holds_in(snapshot, made).pop());
        let (other, give_up) = (lock.clone(), Arc::new(tokio::sync::Notify::new()));
        let given_up = give_up.clone();
        let writer = tokio::spawn(async move {
            tokio::select! {
                _ = other.write() => panic!("it is read"),
                () = given_up.notified() => {}
            }
        });
        settled(made, 1);
        go.notify_one();
        assert_eq!(stuck(made, 2), []);
        give_up.notify_one();
        assert_eq!(reader.await.unwrap(), 0);
        writer.await.unwrap();
    });
}
