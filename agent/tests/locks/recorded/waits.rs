//! Who waits for a lock or for permits.

use crate::find::{hold_at, holds_in, resource_at};
use crate::look::{group_at, next_line, run, until, waits_at};
use crate::poll::{now, polled};
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::time::Duration;
use taskscope::snapshot::{Detail, Hold, Op, Snapshot, TaskKind};
use taskscope::tokio;
use tokio::sync::{Mutex, Semaphore};

#[test]
fn a_task_that_waits_for_permits() {
    run(2, async {
        let made = next_line!();
        let semaphore = Arc::new(Semaphore::new(2));
        let permit = semaphore.acquire().await.unwrap();
        let line = line!() + 3;
        let other = semaphore.clone();
        let task =
            tokio::spawn(async move { other.acquire_many(2).await.map(|permit| permit.num_permits()) });
        let wait = until(|s| waits_at(s, made).into_iter().find(|wait| wait.current));
        assert_eq!((wait.op, wait.place.line, wait.own_waker, wait.amount), (Op::Acquire, line, true, 2));
        drop(permit);
        assert_eq!(task.await.unwrap().unwrap(), 2);
        let snapshot = Snapshot::read(Detail::Full);
        assert_eq!((waits_at(&snapshot, made), holds_in(&snapshot, made)), (vec![], vec![]));
        let group = group_at(&snapshot, made);
        assert_eq!((group.wait.count(), group.acquired), (1, 2));
        assert!(group.hold.count() >= 1);
    });
}

#[test]
fn nothing_is_recorded_before_it_waits() {
    let made = next_line!();
    let lock = Arc::new(Mutex::new(()));
    let unpolled = lock.lock();
    let guard = now(lock.lock());
    let mut waiting = polled(lock.lock());
    let snapshot = Snapshot::read(Detail::Full);
    assert_eq!(waits_at(&snapshot, made), []);
    waiting.pending();
    waiting.pending();
    let snapshot = Snapshot::read(Detail::Full);
    let [wait] = &waits_at(&snapshot, made)[..] else { panic!("one wait") };
    // By hand, outside of any task, with a waker that is not ours.
    assert_eq!((wait.task, wait.own_waker, wait.current), (None, false, false));
    drop(guard);
    drop(waiting.ready());
    drop(unpolled);
    let snapshot = Snapshot::read(Detail::Full);
    assert_eq!(waits_at(&snapshot, made), []);
    assert_eq!(group_at(&snapshot, made).wait.count(), 1);
}

#[test]
fn a_wait_that_is_given_up() {
    run(1, async {
        let made = next_line!();
        let lock = Arc::new(Mutex::new(()));
        let guard = lock.lock().await;
        tokio::select! {
            biased;
            _ = lock.lock() => panic!("it is taken"),
            _ = lock.clone().lock_owned() => panic!("it is taken"),
            () = tokio::task::yield_now() => {}
        }
        let snapshot = Snapshot::read(Detail::Full);
        assert_eq!((waits_at(&snapshot, made).len(), holds_in(&snapshot, made).len()), (0, 1));
        assert_eq!(group_at(&snapshot, made).wait.count(), 2);
        drop(guard);
    });
}

/// A waker that panics when the last of it goes.
struct Loud;

impl Wake for Loud {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Loud {
    fn drop(&mut self) {
        panic!("on purpose");
    }
}

#[test]
fn a_wait_that_is_given_up_with_a_panic() {
    let made = next_line!();
    let lock = Arc::new(Mutex::new(()));
    let _guard = now(lock.lock());
    let mut waiting = Box::pin(lock.lock());
    let waker = Waker::from(Arc::new(Loud));
    assert!(waiting.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    drop(waker);
    assert_eq!(waits_at(&Snapshot::read(Detail::Full), made).len(), 1);
    assert!(catch_unwind(AssertUnwindSafe(|| drop(waiting))).is_err());
    assert_eq!(waits_at(&Snapshot::read(Detail::Full), made), []);
}

#[test]
fn a_wait_that_ends_with_an_error() {
    run(1, async {
        let made = next_line!();
        let semaphore = Arc::new(Semaphore::new(0));
        let other = semaphore.clone();
        let task = tokio::spawn(async move { other.acquire_owned().await.is_err() });
        until(|s| waits_at(s, made).into_iter().find(|wait| wait.current));
        semaphore.close();
        assert!(task.await.unwrap());
        let snapshot = Snapshot::read(Detail::Full);
        assert_eq!((waits_at(&snapshot, made), holds_in(&snapshot, made)), (vec![], vec![]));
        let group = group_at(&snapshot, made);
        assert_eq!((group.wait.count(), group.acquired), (1, 0));
    });
}

/// A future that was granted the lock and is not polled: no holder, and the wait is still there.
#[test]
fn granted_and_not_taken() {
    let made = next_line!();
    let lock = Mutex::new(());
    let guard = now(lock.lock());
    let mut waiting = polled(lock.lock());
    waiting.pending();
    drop(guard);
    let snapshot = Snapshot::read(Detail::Full);
    assert_eq!((waits_at(&snapshot, made).len(), holds_in(&snapshot, made).len()), (1, 0));
    assert!(lock.try_lock().is_err());
    drop(waiting.ready());
}

#[test]
fn a_future_that_moves_to_another_task() {
    run(2, async {
        let made = next_line!();
        let lock = Arc::new(Mutex::new(()));
        let guard = lock.clone().lock_owned().await;
        let mut future = Box::pin(lock.clone().lock_owned());
        std::future::poll_fn(|cx| {
            assert!(future.as_mut().poll(cx).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
        let before = until(|s| waits_at(s, made).into_iter().next());
        let task = tokio::spawn(future);
        let after =
            until(|s| waits_at(s, made).into_iter().find(|wait| wait.current && wait.task != before.task));
        assert_eq!((after.since, after.place), (before.since, before.place));
        drop(guard);
        drop(task.await.unwrap());
        assert_eq!(waits_at(&Snapshot::read(Detail::Full), made), []);
    });
}

#[test]
fn a_blocking_job_that_waits_for_permits() {
    run(1, async {
        let made = next_line!();
        let semaphore = Arc::new(Semaphore::new(0));
        let other = semaphore.clone();
        let job = tokio::task::spawn_blocking(move || other.blocking_acquire_many_owned(2).unwrap().forget());
        let (wait, kind) = until(|s| {
            let wait = waits_at(s, made).into_iter().find(|wait| wait.current)?;
            let kind = s.group_of(s.task(wait.task?)?).kind;
            Some((wait, kind))
        });
        assert_eq!((wait.op, wait.amount, kind), (Op::Acquire, 2, TaskKind::Blocking));
        semaphore.add_permits(3);
        job.await.unwrap();
        assert_eq!(waits_at(&Snapshot::read(Detail::Full), made), []);
        assert_eq!(resource_at(made).permits, Some(1));
    });
}

/// A turn that is used up is no wait.
#[test]
fn a_task_that_yields_does_not_wait() {
    run(1, async {
        let made = next_line!();
        let lock = Arc::new(Mutex::new(0));
        let other = lock.clone();
        let task = tokio::spawn(async move {
            for _ in 0..1000 {
                *other.lock().await += 1;
            }
        });
        task.await.unwrap();
        let snapshot = Snapshot::read(Detail::Full);
        let group = group_at(&snapshot, made);
        assert_eq!((group.acquired, group.wait.count()), (1000, 0));
    });
}

async fn take_two_and_wait(semaphore: Arc<Semaphore>) {
    let _spawned_before = tokio::spawn(pending::<()>());
    tokio::time::sleep(Duration::from_millis(20)).await;
    let _first = semaphore.acquire().await;
    let _spawned_since = tokio::spawn(async {
        tokio::spawn(pending::<()>());
        pending::<()>().await;
    });
    let _second = semaphore.acquire().await;
    let _third = semaphore.acquire().await;
}

/// A guard that borrows may be with a task that was spawned since it was taken, or with one of that one's.
#[test]
fn guards_that_may_be_with_another_task() {
    run(2, async {
        let made = next_line!();
        let semaphore = Arc::new(Semaphore::new(2));
        let task = tokio::spawn(take_two_and_wait(semaphore));
        let full = |s: &Snapshot| (waits_at(s, made).len() == 1).then(|| holds_in(s, made));
        let with_two = |holds: &Vec<Hold>| holds.iter().any(|hold| hold.may_be_with.len() == 2);
        let holds = until(|s| full(s).filter(with_two));
        assert!(holds.iter().all(|hold| !hold.movable));
        // Both were taken in the poll in which it was spawned: nothing tells which came first.
        assert_eq!(holds.iter().map(|hold| hold.may_be_with.len()).collect::<Vec<_>>(), [2, 2]);
        task.abort();
    });
}

/// So many tasks were spawned since that nothing is said of where the guard is.
#[test]
fn guards_that_may_be_anywhere() {
    run(2, async {
        let made = next_line!();
        let semaphore = Arc::new(Semaphore::new(1));
        let task = tokio::spawn(async move {
            let _permit = semaphore.acquire().await;
            let spawned: Vec<_> = (0..1_100).map(|_| tokio::spawn(pending::<()>())).collect();
            pending::<()>().await;
            drop(spawned);
        });
        let hold = until(|s| holds_in(s, made).pop().filter(|hold| hold.movable));
        assert_eq!((hold.task.is_some(), hold.may_be_with.len()), (true, 0));
        task.abort();
    });
}

/// A permit of a semaphore that was made in a constant can go wherever an owned one can.
#[test]
fn permits_that_may_go_through_a_channel() {
    let made = next_line!();
    static DOOR: Semaphore = Semaphore::const_new(1);
    run(2, async {
        let _permit = DOOR.acquire().await.unwrap();
        let hold = hold_at(made);
        assert_eq!((hold.task.is_some(), hold.movable, hold.may_be_with.len()), (true, true, 0));
    });
}
