//! Guards that move, are mapped, forgotten, or lost in a panic: the holder is right, and goes with the lock.

use crate::find::{exists, hold_at, holds_at};
use crate::look::{next_line, run};
use crate::poll::now;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use taskscope::snapshot::{Detail, Hold, Snapshot};
use taskscope::tokio;
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard};

#[test]
fn an_owned_guard_may_be_elsewhere() {
    run(2, async {
        let made = next_line!();
        let lock = Arc::new(Mutex::new(0));
        let guard = lock.clone().lock_owned().await;
        let taken = hold_at(made);
        assert!(taken.movable);
        let task = tokio::spawn(async move {
            let _guard = guard;
            tokio::task::yield_now().await;
            hold_at(made)
        });
        // It is still who took it that is named.
        assert_eq!(task.await.unwrap(), taken);
        assert_eq!(holds_at(made), []);
        let borrowed = lock.lock().await;
        assert!(!hold_at(made).movable);
        drop(borrowed);
        let guard = lock.clone().try_lock_owned().unwrap();
        assert!(hold_at(made).movable);
        std::thread::spawn(move || drop(guard)).join().unwrap();
        assert_eq!(holds_at(made), []);
    });
}

#[test]
fn a_part_is_held_as_the_whole() {
    let made = next_line!();
    let lock = Arc::new(Mutex::new((1, 2)));
    let guard = now(lock.lock());
    let hold = hold_at(made);
    let part = MutexGuard::map(guard, |pair| &mut pair.0);
    assert_eq!(hold_at(made), hold);
    let part = MappedMutexGuard::try_map(part, |_| None::<&mut i32>).unwrap_err();
    assert_eq!(hold_at(made), hold);
    drop(MappedMutexGuard::map(part, |part| part));
    assert_eq!(holds_at(made), []);
    let guard = now(lock.lock());
    let guard = MutexGuard::try_map(guard, |_| None::<&mut i32>).unwrap_err();
    assert_eq!(holds_at(made).len(), 1);
    drop(guard);
    assert_eq!(holds_at(made), []);

    let guard = now(lock.clone().lock_owned());
    let hold = hold_at(made);
    let part = OwnedMutexGuard::map(guard, |pair| &mut pair.1);
    let part = OwnedMappedMutexGuard::try_map(part, |_| None::<&mut i32>).unwrap_err();
    assert_eq!(hold_at(made), hold);
    drop(lock);
    assert_eq!(hold_at(made), hold);
    drop(OwnedMappedMutexGuard::map(part, |part| part));
    assert!(!exists(made));
}

#[test]
fn a_forgotten_guard_is_held_on() {
    run(1, async {
        let made = next_line!();
        let lock = Arc::new(Mutex::new(0));
        let other = lock.clone();
        let task = tokio::spawn(async move {
            std::mem::forget(other.lock().await);
            hold_at(made)
        });
        let hold = task.await.unwrap();
        // The task is gone, the hold is not.
        assert_eq!(hold_at(made), hold);
        drop(lock);
        assert!(!exists(made));
    });
}

#[test]
fn a_panic_inside_ends_the_hold() {
    run(1, async {
        let made = next_line!();
        let lock = Arc::new(Mutex::new(0));
        let other = lock.clone();
        let task = tokio::spawn(async move {
            let _guard = other.lock().await;
            assert_eq!(holds_at(made).len(), 1);
            panic!("on purpose");
        });
        assert!(task.await.unwrap_err().is_panic());
        assert_eq!(holds_at(made), []);
        assert!(lock.try_lock().is_ok());
    });
}

/// A future that is polled by its own waker: it has the lock before the release of the one before it returns.
struct TakesAtOnce {
    future: std::sync::Mutex<Option<Locking>>,
    guard: std::sync::Mutex<Option<OwnedMutexGuard<(u8, u8)>>>,
}

type Locking = Pin<Box<dyn Future<Output = OwnedMutexGuard<(u8, u8)>> + Send>>;

impl TakesAtOnce {
    /// Asks for a lock that is taken.
    fn queued(lock: &Arc<Mutex<(u8, u8)>>) -> Arc<Self> {
        let this = Arc::new(Self { future: Default::default(), guard: Default::default() });
        let mut future: Locking = Box::pin(lock.clone().lock_owned());
        let waker = Waker::from(this.clone());
        assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        *this.future.lock().unwrap() = Some(future);
        this
    }
}

impl Wake for TakesAtOnce {
    fn wake(self: Arc<Self>) {
        let mut future = self.future.lock().unwrap().take().unwrap();
        let Poll::Ready(guard) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("woken and not granted")
        };
        *self.guard.lock().unwrap() = Some(guard);
    }
}

/// The holder is taken away before the lock is free, however it becomes free: else the record of the next one is lost.
#[test]
fn the_next_holder_is_not_robbed_of_its_record() {
    type Release = fn(MutexGuard<'_, (u8, u8)>, OwnedMutexGuard<(u8, u8)>);
    fn lost() -> &'static mut u8 {
        panic!("on purpose")
    }
    // Each lets go of both, of one in a way of its own.
    let releases: [Release; 11] = [
        |guard, _| drop(guard),
        |_, owned| drop(owned),
        |guard, _| drop(MutexGuard::map(guard, |v| &mut v.0)),
        |_, owned| drop(OwnedMutexGuard::map(owned, |v| &mut v.0)),
        |guard, _| drop(MutexGuard::map(guard, |_| lost())),
        |guard, _| drop(MutexGuard::try_map(guard, |_| Some(lost()))),
        |_, owned| drop(OwnedMutexGuard::map(owned, |_| lost())),
        |_, owned| drop(OwnedMutexGuard::try_map(owned, |_| Some(lost()))),
        |guard, _| drop(MappedMutexGuard::map(MutexGuard::map(guard, |v| &mut v.0), |_| lost())),
        |_, owned| drop(OwnedMappedMutexGuard::map(OwnedMutexGuard::map(owned, |v| &mut v.0), |_| lost())),
        |_, owned| {
            let part = OwnedMutexGuard::map(owned, |v| &mut v.0);
            drop(OwnedMappedMutexGuard::try_map(part, |_| Some(lost())));
        },
    ];
    for (i, release) in releases.into_iter().enumerate() {
        let made = next_line!();
        let locks = [(); 2].map(|()| Arc::new(Mutex::new((0, 0))));
        let guards = (locks[0].try_lock().unwrap(), locks[1].clone().try_lock_owned().unwrap());
        let next = locks.each_ref().map(TakesAtOnce::queued);
        let _ = catch_unwind(AssertUnwindSafe(|| release(guards.0, guards.1)));
        assert!(next.iter().all(|next| next.guard.lock().unwrap().is_some()), "case {i}");
        let snapshot = Snapshot::read(Detail::Full);
        let held = |hold: &&Hold| {
            let place = snapshot.resource(hold.resource).map(|lock| snapshot.group_of_resource(lock).place);
            place.is_some_and(|place| (place.file, place.line) == (made.0, made.1))
        };
        assert_eq!(snapshot.holds.iter().filter(held).count(), 2, "case {i}");
    }
}

#[test]
fn a_guard_kept_over_a_panic_of_its_task() {
    run(1, async {
        let made = next_line!();
        let lock = Arc::new(Mutex::new(0));
        let (give, get) = tokio::sync::oneshot::channel();
        let other = lock.clone();
        let task = tokio::spawn(async move {
            give.send(other.lock_owned().await).unwrap();
            panic!("on purpose");
        });
        assert!(task.await.unwrap_err().is_panic());
        let guard = get.await.unwrap();
        assert!(hold_at(made).movable);
        drop(guard);
        assert_eq!(holds_at(made), []);
    });
}

#[test]
fn one_hold_of_sixteen_is_timed() {
    let made = next_line!();
    let lock = Mutex::new(0);
    for _ in 0..1600 {
        drop(now(lock.lock()));
    }
    let snapshot = Snapshot::read(Detail::Full);
    let group = crate::look::group_at(&snapshot, made);
    assert_eq!((group.acquired, group.hold.count(), group.wait.count()), (1600, 100, 0));
}
