//! Permits, taken and waited for.

use super::sync::{AcquireError, Semaphore, SemaphorePermit, TryAcquireError};
use crate::poll::{now, panic_of, polled};
use std::sync::Arc;

#[test]
fn as_many_as_there_are() {
    let semaphore = Semaphore::new(2);
    let one = now(semaphore.acquire()).unwrap();
    assert_eq!((one.num_permits(), semaphore.available_permits()), (1, 1));
    let two = semaphore.try_acquire().unwrap();
    assert_eq!(semaphore.try_acquire().unwrap_err(), TryAcquireError::NoPermits);
    let mut third = polled(semaphore.acquire());
    third.pending();
    drop(one);
    assert_eq!(third.wakes(), 1);
    // Granted already.
    assert_eq!(semaphore.available_permits(), 0);
    drop(third.ready().unwrap());
    drop(two);
    assert_eq!(semaphore.available_permits(), 2);
}

#[test]
fn many_at_once_are_not_overtaken() {
    let semaphore = Semaphore::new(3);
    let one = now(semaphore.acquire()).unwrap();
    let mut many = polled(semaphore.acquire_many(3));
    many.pending();
    let mut after = polled(semaphore.acquire());
    after.pending();
    assert_eq!(semaphore.try_acquire().unwrap_err(), TryAcquireError::NoPermits);
    drop(one);
    assert_eq!((many.wakes(), after.wakes()), (1, 0));
    drop(many.ready().unwrap());
    assert_eq!(after.wakes(), 1);
    drop(after.ready().unwrap());
    assert_eq!(semaphore.available_permits(), 3);
}

#[test]
fn who_gives_up_gives_back_its_part() {
    let semaphore = Semaphore::new(3);
    let one = now(semaphore.acquire()).unwrap();
    let mut many = polled(semaphore.acquire_many(3));
    many.pending();
    let mut after = polled(semaphore.acquire_many(2));
    after.pending();
    drop(many);
    drop(after.ready().unwrap());
    drop(one);
    assert_eq!(semaphore.available_permits(), 3);
}

#[test]
fn none_at_all_is_always_there() {
    let semaphore = Semaphore::new(0);
    let none = now(semaphore.acquire_many(0)).unwrap();
    assert_eq!(none.num_permits(), 0);
    assert_eq!(semaphore.try_acquire_many(0).unwrap().num_permits(), 0);
    polled(semaphore.acquire()).pending();
}

#[test]
fn more_are_added() {
    let semaphore = Semaphore::new(0);
    let mut waiting = polled(semaphore.acquire_many(2));
    waiting.pending();
    semaphore.add_permits(1);
    assert_eq!(waiting.wakes(), 0);
    semaphore.add_permits(3);
    assert_eq!((waiting.wakes(), semaphore.available_permits()), (1, 2));
    drop(waiting.ready().unwrap());
    assert_eq!(semaphore.available_permits(), 4);
    semaphore.add_permits(0);
    assert_eq!(semaphore.available_permits(), 4);
}

#[test]
fn fewer_are_left() {
    let semaphore = Semaphore::new(5);
    let out = now(semaphore.acquire_many(2)).unwrap();
    assert_eq!(semaphore.forget_permits(2), 2);
    assert_eq!(semaphore.forget_permits(7), 1);
    assert_eq!(semaphore.forget_permits(7), 0);
    assert_eq!(semaphore.forget_permits(0), 0);
    drop(out);
    assert_eq!(semaphore.available_permits(), 2);
}

#[test]
fn the_largest_number() {
    assert_eq!(Semaphore::MAX_PERMITS, usize::MAX >> 3);
    let full = Semaphore::new(Semaphore::MAX_PERMITS);
    assert_eq!(full.available_permits(), Semaphore::MAX_PERMITS);
    let permit = full.try_acquire().unwrap();
    drop(permit);
    Semaphore::new(0).add_permits(Semaphore::MAX_PERMITS);
}

#[test]
fn one_more_than_the_largest_number() {
    let (text, _) = panic_of(|| {
        let _none = Semaphore::new(Semaphore::MAX_PERMITS + 1);
    });
    assert!(text.starts_with("a semaphore may not have more than MAX_PERMITS permits"), "{text}");
    panic_of(|| Semaphore::new(1).add_permits(Semaphore::MAX_PERMITS));
    let full = Semaphore::new(Semaphore::MAX_PERMITS);
    panic_of(|| full.add_permits(1));
}

#[test]
fn forgotten_permits_do_not_come_back() {
    let semaphore = Semaphore::new(3);
    now(semaphore.acquire_many(2)).unwrap().forget();
    assert_eq!(semaphore.available_permits(), 1);
    std::mem::forget(semaphore.try_acquire().unwrap());
    assert_eq!(semaphore.available_permits(), 0);
    polled(semaphore.acquire()).pending();
}

#[test]
fn the_permit_knows_its_semaphore() {
    let semaphore = Semaphore::new(1);
    let permit = now(semaphore.acquire()).unwrap();
    assert!(std::ptr::eq(permit.semaphore(), &semaphore));
}

#[test]
fn shown_as_text() {
    let semaphore = Semaphore::new(3);
    let permit = semaphore.try_acquire_many(2).unwrap();
    assert_eq!(format!("{semaphore:?}"), "Semaphore { ll_sem: Semaphore { permits: 1 } }");
    assert_eq!(
        format!("{permit:?}"),
        "SemaphorePermit { sem: Semaphore { ll_sem: Semaphore { permits: 1 } }, permits: 2 }"
    );
    drop(permit);
    let permit = Arc::new(semaphore).try_acquire_many_owned(2).unwrap();
    assert_eq!(
        format!("{permit:?}"),
        "OwnedSemaphorePermit { sem: Semaphore { ll_sem: Semaphore { permits: 1 } }, permits: 2 }"
    );
}

static IN_A_STATIC: Semaphore = Semaphore::const_new(2);

#[test]
fn in_a_static() {
    let permit: SemaphorePermit<'static> = now(IN_A_STATIC.acquire_many(2)).unwrap();
    assert!(IN_A_STATIC.try_acquire().is_err());
    drop(permit);
    assert_eq!(IN_A_STATIC.available_permits(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn never_more_than_there_are() {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    let semaphore = Arc::new(Semaphore::new(3));
    let inside = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..12usize)
        .map(|i| {
            let (semaphore, inside) = (semaphore.clone(), inside.clone());
            tokio::spawn(async move {
                for _ in 0..200 {
                    let n = i % 3 + 1;
                    let permit = semaphore.acquire_many(n as u32).await?;
                    assert!(inside.fetch_add(n, SeqCst) + n <= 3);
                    tokio::task::yield_now().await;
                    inside.fetch_sub(n, SeqCst);
                    drop(permit);
                }
                Ok::<_, AcquireError>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(semaphore.available_permits(), 3);
}
