//! Recording that is switched off and on while the program runs: in a process of its own, since the switch is one.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as it does")]

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::thread;
use taskscope::set_enabled;
use taskscope::snapshot::{Detail, Hold, Op, Resource, Snapshot, Task};
use taskscope::tokio::sync::{Mutex, Notify, RwLock, Semaphore, broadcast, mpsc, oneshot, watch};
use taskscope::{std as seen_std, tokio};

/// One of everything, made in one place.
struct All {
    mutex: Mutex<u32>,
    rwlock: RwLock<u32>,
    permits: Semaphore,
    notify: Notify,
    plain: seen_std::sync::Mutex<u32>,
    shared: seen_std::sync::RwLock<u32>,
}

impl All {
    const LOCKS: usize = 6;

    fn new() -> Self {
        let all = Self {
            mutex: Mutex::new(0),
            rwlock: RwLock::new(0),
            permits: Semaphore::new(2),
            notify: Notify::new(),
            plain: seen_std::sync::Mutex::new(0),
            shared: seen_std::sync::RwLock::new(0),
        };
        // Locks of std are recorded from their first use on.
        drop(all.plain.lock().unwrap());
        drop(all.shared.read().unwrap());
        all
    }

    /// Uses each lock, and channels that live as long as this; returns how often that worked.
    async fn used(&self) -> u32 {
        *self.mutex.lock().await += 1;
        *self.rwlock.write().await += 1;
        *self.plain.lock().unwrap() += 1;
        *self.shared.write().unwrap() += 1;
        drop(self.permits.acquire().await.unwrap());
        self.notify.notify_one();
        self.notify.notified().await;
        let (tx, mut rx) = mpsc::channel(1);
        tx.send(1).await.unwrap();
        assert_eq!(rx.recv().await, Some(1));
        let (tx, rx) = oneshot::channel();
        tx.send(2).unwrap();
        assert_eq!(rx.await, Ok(2));
        let (tx, mut rx) = watch::channel(3);
        tx.send(4).unwrap();
        rx.changed().await.unwrap();
        assert_eq!(*rx.borrow_and_update(), 4);
        let (tx, mut rx) = broadcast::channel(1);
        tx.send(5).unwrap();
        assert_eq!(rx.recv().await, Ok(5));
        let task = tokio::spawn(async {
            tokio::task::yield_now().await;
            6
        });
        assert_eq!(task.await.unwrap(), 6);
        let read = *self.rwlock.read().await;
        assert_eq!(read, *self.shared.read().unwrap());
        assert_eq!(*self.mutex.lock().await, *self.plain.lock().unwrap());
        read
    }
}

/// How many resources, holds and tasks are alive that were made in this file.
fn counts() -> (usize, usize, usize) {
    let snapshot = Snapshot::read(Detail::Full);
    let resource = |one: &&Resource| snapshot.group_of_resource(one).place.file == file!();
    let hold = |one: &&Hold| snapshot.resource(one.resource).as_ref().is_some_and(resource);
    let task = |one: &&Task| snapshot.group_of(one).place.file == file!();
    (
        snapshot.resources.iter().filter(resource).count(),
        snapshot.holds.iter().filter(hold).count(),
        snapshot.tasks.iter().filter(task).count(),
    )
}

/// Polls once what is not ready.
fn pending(future: std::pin::Pin<&mut impl Future>) {
    assert!(future.poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

/// How many waits for the end of a task there are.
fn joins() -> usize {
    Snapshot::read(Detail::Full).waits.iter().filter(|wait| wait.op == Op::Join).count()
}

/// A lock of parking_lot's is recorded from its first use on, or never. It is on before, and after.
#[cfg(feature = "parking-lot")]
fn raw_locks() {
    use taskscope::parking_lot::Mutex;

    let (seen, unseen) = (Mutex::new(0), Mutex::new(0));
    *seen.lock() += 1;
    set_enabled(false);
    *unseen.lock() += 1;
    *seen.lock() += 1;
    assert_eq!(counts(), (1, 0, 0));
    let guards = (seen.lock(), unseen.lock());
    set_enabled(true);
    assert_eq!(counts(), (1, 1, 0));
    assert!(seen.try_lock().is_none());
    assert!(unseen.try_lock().is_none());
    drop(guards);
    assert_eq!(counts(), (1, 0, 0));
    let guards = (seen.lock(), unseen.try_lock().unwrap());
    assert_eq!((*guards.0, *guards.1), (2, 1));
    assert_eq!(counts(), (1, 1, 0));
    drop(guards);
    let unseen = Arc::new(unseen);
    let guard = unseen.lock();
    let other = Arc::clone(&unseen);
    let blocked = thread::spawn(move || *other.lock() += 1);
    drop(guard);
    blocked.join().unwrap();
    assert_eq!(*unseen.lock(), 2);
}

#[test]
fn what_is_on_stays_right_and_what_is_off_stays_away() {
    set_enabled(false);
    let runtime = ::tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        // Nothing that is made while it is off is ever seen.
        let unseen = All::new();
        assert_eq!(unseen.used().await, 1);
        let gate = Arc::new(Notify::new());
        let other = gate.clone();
        let waiting = tokio::spawn(async move { other.notified().await });
        tokio::task::yield_now().await;
        let guard = unseen.mutex.lock().await;
        assert_eq!(counts(), (0, 0, 0));
        set_enabled(true);
        assert_eq!(counts(), (0, 0, 0));
        drop(guard);
        assert_eq!(unseen.used().await, 2);
        // The task is not seen, but who waits for it is, as long as that lasts.
        {
            let mut waiting = pin!(waiting);
            pending(waiting.as_mut());
            assert_eq!(joins(), 1);
            gate.notify_one();
            waiting.as_mut().await.unwrap();
            assert_eq!(joins(), 0);
        }
        let given_up = tokio::spawn(std::future::pending::<()>());
        set_enabled(false);
        let unseen_too = tokio::spawn(std::future::pending::<()>());
        set_enabled(true);
        for mut handle in [given_up, unseen_too] {
            pending(pin!(&mut handle));
            assert_eq!(joins(), 1);
            handle.abort();
            assert!(handle.await.unwrap_err().is_cancelled());
            assert_eq!(joins(), 0);
        }
        assert_eq!(counts(), (0, 0, 0));

        // What was made before ends as if nothing had happened.
        let seen = All::new();
        assert_eq!(seen.used().await, 1);
        let gate = Arc::new(Notify::new());
        let other = gate.clone();
        let waiting = tokio::spawn(async move { other.notified().await });
        tokio::task::yield_now().await;
        let (tx, rx) = oneshot::channel::<u8>();
        let guards =
            (seen.mutex.lock().await, seen.rwlock.read().await, seen.permits.acquire().await.unwrap());
        let plain = (seen.plain.lock().unwrap(), seen.shared.read().unwrap());
        assert_eq!(counts(), (All::LOCKS + 2, 5, 1));
        set_enabled(false);
        drop((guards, plain));
        assert_eq!(counts(), (All::LOCKS + 2, 0, 1));
        tx.send(1).unwrap();
        assert_eq!(rx.await, Ok(1));
        gate.notify_one();
        waiting.await.unwrap();
        drop(gate);
        assert_eq!(counts(), (All::LOCKS, 0, 0));

        // It knows its holder even now, so that nobody finds a lock without one when recording is on again.
        let guard = seen.mutex.lock().await;
        let reader = seen.rwlock.read().await;
        {
            let mut writer = pin!(seen.rwlock.write());
            pending(writer.as_mut());
            set_enabled(true);
            assert_eq!(counts(), (All::LOCKS, 2, 0));
            drop((guard, reader));
            drop(writer.await);
        }
        assert_eq!(counts(), (All::LOCKS, 0, 0));
        assert_eq!(seen.used().await, 2);
        drop(seen);
        #[cfg(feature = "parking-lot")]
        raw_locks();

        // A thread whose first event comes when it is off, and the next when it is on.
        set_enabled(false);
        let lock = Arc::new(seen_std::sync::Mutex::new(0));
        *lock.lock().unwrap() += 1;
        let first = lock.clone();
        thread::spawn(move || {
            *first.lock().unwrap() += 1;
            set_enabled(true);
            let later = seen_std::sync::Mutex::new(0);
            let _guard = later.lock().unwrap();
            assert_eq!(counts(), (1, 1, 0));
        })
        .join()
        .unwrap();
        assert_eq!(*lock.lock().unwrap(), 2);
        assert_eq!(counts(), (0, 0, 0));
    });
}
