//! Tasks that end in all the ways in which a task can: they return, panic, or are aborted, alone and as a set.

pub(crate) use inside::round;

#[taskscope::instrument_pool(name = "ends")]
mod inside {
    use crate::book::{Book, What};
    use std::future::pending;
    use std::panic::resume_unwind;
    use tokio::task::{JoinError, JoinSet};

    const TASKS: u64 = 40;
    const SET: u64 = 10;

    async fn job(number: u64) {
        if number.is_multiple_of(2) {
            tokio::task::yield_now().await;
        }
        match number % 4 {
            // As a panic, without the message.
            1 => resume_unwind(Box::new("a panic of the workload")),
            2 | 3 => pending().await,
            _ => {}
        }
    }

    #[derive(Default)]
    struct Ends {
        completed: u64,
        panicked: u64,
        cancelled: u64,
    }

    impl Ends {
        fn count<T>(&mut self, end: &Result<T, JoinError>) {
            match end {
                Ok(_) => self.completed += 1,
                Err(error) if error.is_panic() => self.panicked += 1,
                Err(_) => self.cancelled += 1,
            }
        }
    }

    pub(crate) async fn round(book: &Book) {
        let mut ends = Ends::default();
        let tasks: Vec<_> = (0..TASKS).map(|number| tokio::spawn(job(number))).collect();
        tokio::task::yield_now().await;
        for (number, task) in tasks.iter().enumerate() {
            // Some have ended, some wait, and some were never polled.
            if number % 4 >= 2 || number % 8 == 0 {
                task.abort();
            }
        }
        for task in tasks {
            ends.count(&task.await);
        }
        let mut set = JoinSet::new();
        for number in 0..SET {
            set.spawn(job(number));
        }
        let first = set.join_next().await;
        first.iter().for_each(|end| ends.count(end));
        set.abort_all();
        while let Some(end) = set.join_next().await {
            ends.count(&end);
        }
        book.add(
            "ends",
            &[
                (What::Spawned, TASKS + SET),
                (What::Completed, ends.completed),
                (What::Panicked, ends.panicked),
                (What::Cancelled, ends.cancelled),
            ],
        );
    }
}
