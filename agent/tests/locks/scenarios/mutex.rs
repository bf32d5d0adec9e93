//! One lock, taken and waited for.

use super::sync::{Mutex, MutexGuard};
use crate::poll::{now, panic_of, polled};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

#[test]
fn one_after_the_other() {
    let lock = Mutex::new(1);
    for expected in 1..4 {
        let mut guard = now(lock.lock());
        assert_eq!(*guard, expected);
        *guard += 1;
    }
    assert_eq!(lock.into_inner(), 4);
}

#[test]
fn whoever_waits_is_woken() {
    let lock = Mutex::new(());
    let guard = now(lock.lock());
    let mut waiting = polled(lock.lock());
    waiting.pending();
    assert_eq!(waiting.wakes(), 0);
    drop(guard);
    assert_eq!(waiting.wakes(), 1);
    drop(waiting.ready());
}

#[test]
fn first_come_first_served() {
    let lock = Mutex::new(());
    let guard = now(lock.lock());
    let (mut first, mut second) = (polled(lock.lock()), polled(lock.lock()));
    first.pending();
    second.pending();
    drop(guard);
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    // It is the first one's from now on, also before it is polled.
    assert!(lock.try_lock().is_err());
    second.pending();
    let guard = first.ready();
    drop(guard);
    assert_eq!(second.wakes(), 1);
    drop(second.ready());
    assert!(lock.try_lock().is_ok());
}

#[test]
fn nothing_happens_before_the_first_poll() {
    let lock = Mutex::new(());
    let mut late = polled(lock.lock());
    let guard = now(lock.lock());
    late.pending();
    drop(guard);
    drop(late.ready());
    drop(lock.lock());
    assert!(lock.try_lock().is_ok());
}

#[test]
fn who_gives_up_is_skipped() {
    let lock = Mutex::new(());
    let guard = now(lock.lock());
    let (mut first, mut second) = (polled(lock.lock()), polled(lock.lock()));
    first.pending();
    second.pending();
    drop(first);
    drop(guard);
    drop(second.ready());
}

#[test]
fn a_lock_that_was_granted_and_given_up_goes_on() {
    let lock = Mutex::new(());
    let guard = now(lock.lock());
    let (mut first, mut second) = (polled(lock.lock()), polled(lock.lock()));
    first.pending();
    second.pending();
    drop(guard);
    drop(first);
    assert_eq!(second.wakes(), 1);
    drop(second.ready());
}

#[test]
fn polled_again_after_the_end_it_panics() {
    let lock = Mutex::new(());
    let (text, _) = panic_of(|| {
        let mut once = polled(lock.lock());
        drop(once.ready());
        let _ = once.poll();
    });
    assert!(text.contains("resumed after completion"), "{text}");
    assert!(lock.try_lock().is_ok());
}

#[test]
fn try_lock_takes_or_refuses() {
    let lock = Mutex::new(0);
    let guard = lock.try_lock().unwrap();
    let refused = lock.try_lock().unwrap_err();
    assert_eq!(refused.to_string(), "operation would block");
    drop(guard);
    *lock.try_lock().unwrap() += 1;
    assert_eq!(*now(lock.lock()), 1);
}

#[test]
fn the_value_without_a_lock() {
    let mut lock = Mutex::from(vec![1]);
    lock.get_mut().push(2);
    assert_eq!(lock.into_inner(), [1, 2]);
    assert_eq!(Mutex::<u8>::default().into_inner(), 0);
}

#[test]
fn shown_as_text() {
    let lock = Mutex::new("data".to_owned());
    assert_eq!(format!("{lock:?}"), r#"Mutex { data: "data" }"#);
    let guard = now(lock.lock());
    assert_eq!(format!("{lock:?}"), "Mutex { data: <locked> }");
    assert_eq!(format!("{guard:?} {guard}"), r#""data" data"#);
    assert_eq!(format!("{guard:>6}"), "  data");
}

#[test]
fn a_panic_inside_frees_the_lock() {
    let lock = Mutex::new(0);
    let inside = catch_unwind(AssertUnwindSafe(|| {
        let mut guard = now(lock.lock());
        *guard = 1;
        panic!("on purpose");
    }));
    assert!(inside.is_err());
    assert_eq!(*lock.try_lock().unwrap(), 1);
}

#[test]
fn a_forgotten_guard_locks_for_ever() {
    let lock = Mutex::new(());
    std::mem::forget(now(lock.lock()));
    assert!(lock.try_lock().is_err());
    polled(lock.lock()).pending();
}

#[test]
fn the_guard_knows_its_mutex() {
    let lock = Mutex::new(1);
    let guard = now(lock.lock());
    let found: &Mutex<i32> = MutexGuard::mutex(&guard);
    assert!(std::ptr::eq(found, &lock));
    drop(guard);
    // The reference outlives the guard.
    assert!(found.try_lock().is_ok());
}

static IN_A_STATIC: Mutex<Vec<u8>> = Mutex::const_new(Vec::new());

#[test]
fn in_a_static() {
    now(IN_A_STATIC.lock()).push(1);
    let guard: MutexGuard<'static, Vec<u8>> = IN_A_STATIC.try_lock().unwrap();
    assert_eq!(*guard, [1]);
    #[expect(clippy::declare_interior_mutable_const, reason = "each use of it is a lock of its own")]
    const MANY: Mutex<u8> = Mutex::const_new(7);
    let many = [MANY; 3];
    assert!(many.into_iter().all(|lock| lock.into_inner() == 7));
}

#[tokio::test]
async fn a_future_that_is_dropped_with_the_guard_frees_it() {
    let lock = Arc::new(Mutex::new(0));
    let held = lock.clone();
    let aborted = tokio::time::timeout(Duration::from_millis(1), async move {
        let _guard = held.lock().await;
        std::future::pending::<()>().await;
    });
    aborted.await.unwrap_err();
    assert!(lock.try_lock().is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_count_together() {
    let lock = Arc::new(Mutex::new(0));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let lock = lock.clone();
            tokio::spawn(async move {
                for i in 0..500 {
                    let mut guard = lock.lock().await;
                    let seen = *guard;
                    if i % 8 == 0 {
                        tokio::task::yield_now().await;
                    }
                    *guard = seen + 1;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*lock.lock().await, 4000);
}
