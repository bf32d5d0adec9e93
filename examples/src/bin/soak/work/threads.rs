//! Blocking jobs and threads that share what the standard library has to share things with.

pub(crate) use inside::round;

#[taskscope::instrument_pool(name = "threads")]
mod inside {
    use crate::book::{Book, What};
    use std::sync::mpsc::sync_channel;
    use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock};
    use std::thread;
    use taskscope::snapshot::ResourceKind;

    const JOBS: u64 = 3;
    const TURNS: u64 = 20;
    const MESSAGES: u64 = 30;

    struct Things {
        count: Mutex<u64>,
        changed: Condvar,
        table: RwLock<u64>,
    }

    /// How often the mutex and the reader-writer lock were taken.
    fn job(things: &Things) -> (u64, u64) {
        let (mut locked, mut tabled) = (0, 0);
        for turn in 0..TURNS {
            *things.count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            locked += 1;
            if turn.is_multiple_of(4) {
                *things.table.write().unwrap_or_else(PoisonError::into_inner) += 1;
            } else {
                let _ = *things.table.read().unwrap_or_else(PoisonError::into_inner);
            }
            tabled += 1;
        }
        things.changed.notify_all();
        (locked, tabled)
    }

    /// How often the mutex was taken: before the first wait, and at the end of each.
    fn wait_for_all(things: &Things) -> u64 {
        let mut count = things.count.lock().unwrap_or_else(PoisonError::into_inner);
        let mut locked = 1;
        while *count < JOBS * TURNS {
            count = things.changed.wait(count).unwrap_or_else(PoisonError::into_inner);
            locked += 1;
        }
        locked
    }

    /// Messages sent and received by two threads, one of which panics if it is told to.
    fn pipe(panics: bool) -> (u64, u64, u64) {
        let (sender, receiver) = sync_channel(4);
        let sending = thread::spawn(move || (0..MESSAGES).filter(|n| sender.send(*n).is_ok()).count() as u64);
        let receiving = thread::spawn(move || receiver.iter().count() as u64);
        let failing = thread::spawn(move || {
            if panics {
                std::panic::resume_unwind(Box::new("a panic of the workload"));
            }
        });
        let panicked = u64::from(failing.join().is_err());
        (sending.join().unwrap_or(0), receiving.join().unwrap_or(0), panicked)
    }

    pub(crate) async fn round(book: &Book) {
        let things =
            Arc::new(Things { count: Mutex::new(0), changed: Condvar::new(), table: RwLock::new(0) });
        let jobs: Vec<_> = (0..JOBS)
            .map(|_| {
                let things = things.clone();
                tokio::task::spawn_blocking(move || job(&things))
            })
            .collect();
        let all = things.clone();
        let waiting = tokio::task::spawn_blocking(move || wait_for_all(&all));
        let piping = tokio::task::spawn_blocking(|| (pipe(false), pipe(true)));
        let (mut locked, mut tabled, mut completed) = (0, 0, 0);
        for job in jobs {
            let Ok((mutex, rwlock)) = job.await else { continue };
            (locked, tabled, completed) = (locked + mutex, tabled + rwlock, completed + 1);
        }
        let Ok(waited) = waiting.await else { return };
        let Ok((one, two)) = piping.await else { return };
        locked += waited;
        let panicked = one.2 + two.2;
        book.add(
            "threads",
            &[
                (What::Spawned, JOBS + 2 + 6),
                (What::Completed, completed + 2 + 6 - panicked),
                (What::Panicked, panicked),
                (What::Cancelled, 0),
                (What::Created(ResourceKind::RwLock), 1),
                (What::Acquired(ResourceKind::RwLock), tabled),
                (What::Created(ResourceKind::Mpsc), 2),
                (What::Sent(ResourceKind::Mpsc), one.0 + two.0),
                (What::Received(ResourceKind::Mpsc), one.1 + two.1),
                (What::Created(ResourceKind::Mutex), 1),
                (What::Acquired(ResourceKind::Mutex), locked),
            ],
        );
    }
}
