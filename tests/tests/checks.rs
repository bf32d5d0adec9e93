//! `#[taskscope::test]` and `taskscope::assert`: what they let pass, and what a failure says.
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as it does")]

use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use taskscope::assert::{Checks, Except, lock_order, no_deadlock, no_leaks};
use taskscope::tokio;

/// Runs a future on a runtime of its own and returns what it panicked with.
fn failure<F: Future>(future: F) -> String {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let result = catch_unwind(AssertUnwindSafe(|| runtime.block_on(future)));
    runtime.shutdown_background();
    let Err(panic) = result else { return "no failure".to_owned() };
    panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "a failure without a text".to_owned())
}

#[taskscope::test]
async fn what_ends_passes() {
    let (tx, mut rx) = tokio::sync::mpsc::channel(1);
    let sender = tokio::spawn(async move { tx.send(7).await });
    assert_eq!(rx.recv().await, Some(7));
    sender.await.unwrap().unwrap();
}

#[taskscope::test]
async fn a_task_that_is_about_to_end_has_the_time() {
    tokio::spawn(async { tokio::time::sleep(Duration::from_millis(20)).await });
}

#[taskscope::test(flavor = "multi_thread", worker_threads = 2, max_poll = "60s")]
async fn results_pass_through() -> Result<(), std::num::ParseIntError> {
    let n: u32 = tokio::spawn(async { "7".parse() }).await.unwrap()?;
    assert_eq!(n, 7);
    Ok(())
}

#[taskscope::test(start_paused = true)]
async fn a_clock_that_stands_still_is_no_obstacle() {
    tokio::spawn(async { tokio::time::sleep(Duration::from_secs(1)).await }).await.unwrap();
}

#[taskscope::test(except(task = "flush", reason = "it runs as long as the process"))]
async fn what_is_allowed_may_stay() {
    async fn flush() {
        pending::<()>().await;
    }
    tokio::spawn(flush());
}

#[taskscope::test(leaks = false, deadlock = false)]
async fn what_is_not_checked_may_be() {
    tokio::spawn(pending::<()>());
}

#[taskscope::test]
#[should_panic = "1 task is still alive"]
async fn a_leak_fails_the_test() {
    tokio::spawn(async { tokio::time::sleep(Duration::from_secs(3600)).await });
}

#[taskscope::test]
fn threads_are_tested_without_a_runtime() {
    let sum: u32 = std::thread::spawn(|| (1..4).sum()).join().unwrap();
    assert_eq!(sum, 6);
}

#[test]
fn a_leak_is_named_with_its_places() {
    const SPAWN: u32 = line!() + 6;
    let text = failure(async {
        let (tx, mut rx) = tokio::sync::mpsc::channel::<u8>(1);
        let kept = tx.clone();
        no_leaks(async move {
            let _ = tx;
            tokio::spawn(async move { rx.recv().await });
        })
        .await;
        drop(kept);
    });
    assert!(text.contains("1 task is still alive"), "{text}");
    assert!(text.contains(&format!("tests/checks.rs:{SPAWN}:")), "{text}");
    assert!(text.contains("to receive from the mpsc"), "{text}");
}

#[test]
fn what_others_start_meanwhile_is_not_the_tests() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    runtime.block_on(async {
        let (told, hear) = tokio::sync::oneshot::channel();
        let other = tokio::spawn(async move {
            let child = tokio::spawn(stopped);
            let _ = told.send(());
            child.await
        });
        no_leaks(async { hear.await.unwrap() }).await;
        stop.send(()).unwrap();
        other.await.unwrap().unwrap().unwrap();
    });
}

#[test]
fn grandchildren_belong_to_the_test() {
    let text = failure(no_leaks(async {
        let child = tokio::spawn(async {
            drop(tokio::spawn(async { tokio::time::sleep(Duration::from_secs(3600)).await }));
        });
        child.await.unwrap();
    }));
    assert!(text.contains("1 task is still alive"), "{text}");
}

#[test]
fn a_forgotten_guard_is_a_leak() {
    let lock = Arc::new(tokio::sync::Mutex::new(0));
    let inside = lock.clone();
    let text = failure(no_leaks(async move {
        tokio::spawn(async move { std::mem::forget(inside.lock().await) }).await.unwrap();
    }));
    assert!(text.contains("held by tasks that have ended") && text.contains("mutex"), "{text}");
}

#[test]
fn a_deadlock_ends_the_wait_for_it() {
    let text = failure(no_deadlock(async {
        let (a, b) = (Arc::new(tokio::sync::Mutex::new(0)), Arc::new(tokio::sync::Mutex::new(0)));
        let meet = Arc::new(tokio::sync::Barrier::new(2));
        let other = tokio::spawn({
            let (a, b, meet) = (a.clone(), b.clone(), meet.clone());
            async move {
                let _b = b.lock().await;
                meet.wait().await;
                let _a = a.lock().await;
            }
        });
        let this = tokio::spawn(async move {
            let _a = a.lock().await;
            meet.wait().await;
            let _b = b.lock().await;
        });
        other.await.unwrap();
        this.await.unwrap();
    }));
    assert!(text.contains("deadlock") && text.matches("waiting for").count() == 2, "{text}");
}

#[test]
fn a_long_poll_is_named() {
    let text = failure(Checks::new().max_poll(Duration::from_millis(1)).run(async {
        #[expect(clippy::disallowed_methods, reason = "it is what is looked for")]
        tokio::spawn(async { std::thread::sleep(Duration::from_millis(20)) }).await.unwrap();
    }));
    assert!(text.contains("a poll of") && text.contains("tests/checks.rs"), "{text}");
}

#[test]
#[should_panic = "only for a reason"]
fn a_reason_is_needed() {
    let _ = Checks::new().except(Except::task("flush"), " ");
}

#[test]
fn places_are_named_by_their_end() {
    let leak = |place: &'static str| {
        failure(Checks::new().no_leaks().except(Except::spawned_at(place), "for this test").run(async {
            tokio::spawn(async { tokio::time::sleep(Duration::from_secs(3600)).await });
        }))
    };
    assert_eq!(leak("checks.rs"), "no failure");
    assert_eq!(leak("tests/checks.rs"), "no failure");
    assert!(leak("ecks.rs").contains("still alive"));
    assert!(leak("checks.rs:1").contains("still alive"), "another line");
}

/// Takes both locks in each order, one order after the other: this never deadlocks, and could if two tasks did it.
async fn in_both_orders(gate: Option<&tokio::sync::Mutex<()>>) {
    let accounts = tokio::sync::Mutex::new(0);
    let audit = tokio::sync::RwLock::new(0);
    for turned in [false, true] {
        let _gate = match gate {
            Some(gate) => Some(gate.lock().await),
            None => None,
        };
        if turned {
            let _first = audit.write().await;
            let _second = accounts.lock().await;
        } else {
            let _first = accounts.lock().await;
            let _second = audit.read().await;
        }
    }
}

#[test]
fn locks_that_are_taken_in_two_orders_fail_the_test_without_a_deadlock() {
    let text = failure(lock_order(in_both_orders(None)));
    assert!(text.contains("orders that can deadlock"), "{text}");
    assert!(text.contains("the mutex made at") && text.contains("the rwlock made at"), "{text}");
    assert_eq!(
        text.matches("tests/checks.rs").count(),
        9,
        "two makings and two takings, twice, and the check: {text}"
    );
    let child = failure(lock_order(async { tokio::spawn(in_both_orders(None)).await.unwrap() }));
    assert!(child.contains("orders that can deadlock"), "{child}");
}

#[test]
fn a_lock_around_both_orders_keeps_them_apart() {
    let gate = tokio::sync::Mutex::new(());
    assert_eq!(failure(lock_order(in_both_orders(Some(&gate)))), "no failure");
}

#[taskscope::test(lock_order = true)]
async fn one_order_passes() {
    let (a, b) = (tokio::sync::Mutex::new(0), tokio::sync::Semaphore::new(1));
    for _ in 0..3 {
        let _a = a.lock().await;
        let _b = b.acquire().await.unwrap();
    }
}
