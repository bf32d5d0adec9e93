//! Tasks that share what tokio has to share things with, and sometimes lose patience.

pub(crate) use inside::round;

#[taskscope::instrument_pool(name = "locks")]
mod inside {
    use crate::book::{Book, What};
    use std::sync::Arc;
    use std::time::Duration;
    use taskscope::snapshot::ResourceKind;
    use tokio::sync::{Barrier, Mutex, Notify, RwLock, Semaphore};
    use tokio::time::timeout;

    const TASKS: u64 = 8;
    const TURNS: u64 = 15;
    /// Too little for some: the lock may be granted at the moment in which they give up.
    const PATIENCE: Duration = Duration::from_millis(1);

    #[derive(Default)]
    struct Taken {
        mutex: u64,
        rwlock: u64,
        semaphore: u64,
        notified: u64,
    }

    struct Things {
        mutex: Mutex<u64>,
        rwlock: RwLock<u64>,
        semaphore: Semaphore,
        notify: Notify,
        barrier: Barrier,
    }

    async fn take(things: Arc<Things>, number: u64) -> Taken {
        let mut taken = Taken::default();
        things.barrier.wait().await;
        for turn in 0..TURNS {
            if let Ok(mut value) = timeout(PATIENCE, things.mutex.lock()).await {
                *value += 1;
                taken.mutex += 1;
                tokio::task::yield_now().await;
            }
            if (turn + number).is_multiple_of(5) {
                if let Ok(mut value) = timeout(PATIENCE, things.rwlock.write()).await {
                    *value += 1;
                    taken.rwlock += 1;
                    tokio::task::yield_now().await;
                }
            } else if let Ok(value) = timeout(PATIENCE, things.rwlock.read()).await {
                taken.rwlock += 1;
                tokio::task::yield_now().await;
                drop(value);
            }
            if let Ok(Ok(permit)) = timeout(PATIENCE, things.semaphore.acquire()).await {
                taken.semaphore += 1;
                tokio::task::yield_now().await;
                drop(permit);
            } else if let Ok(_permit) = things.semaphore.try_acquire() {
                taken.semaphore += 1;
            }
            if number.is_multiple_of(2) {
                things.notify.notify_one();
                taken.notified += 1;
            } else {
                let _ = timeout(PATIENCE, things.notify.notified()).await;
            }
        }
        taken
    }

    pub(crate) async fn round(book: &Book) {
        let things = Arc::new(Things {
            mutex: Mutex::new(0),
            rwlock: RwLock::new(0),
            semaphore: Semaphore::new(3),
            notify: Notify::new(),
            barrier: Barrier::new(8),
        });
        let tasks: Vec<_> = (0..TASKS).map(|number| tokio::spawn(take(things.clone(), number))).collect();
        let (mut all, mut completed) = (Taken::default(), 0);
        for task in tasks {
            let Ok(taken) = task.await else { continue };
            completed += 1;
            all.mutex += taken.mutex;
            all.rwlock += taken.rwlock;
            all.semaphore += taken.semaphore;
            all.notified += taken.notified;
        }
        book.add(
            "locks",
            &[
                (What::Spawned, TASKS),
                (What::Completed, completed),
                (What::Panicked, 0),
                (What::Cancelled, 0),
                (What::Created(ResourceKind::Mutex), 1),
                (What::Acquired(ResourceKind::Mutex), all.mutex),
                (What::Created(ResourceKind::RwLock), 1),
                (What::Acquired(ResourceKind::RwLock), all.rwlock),
                (What::Created(ResourceKind::Semaphore), 1),
                (What::Acquired(ResourceKind::Semaphore), all.semaphore),
                (What::Created(ResourceKind::Notify), 1),
                (What::Sent(ResourceKind::Notify), all.notified),
                (What::Created(ResourceKind::Barrier), 1),
                (What::Acquired(ResourceKind::Barrier), completed),
            ],
        );
    }
}
