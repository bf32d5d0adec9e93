//! Queues that grow, or stay full.

/// More goes into an unbounded queue than comes out.
#[taskscope::instrument_pool]
pub(crate) mod too_fast {
    use std::time::Duration;
    use tokio::sync::mpsc;

    pub(crate) async fn run() {
        let (events, mut queue) = mpsc::unbounded_channel(); // found: too_fast
        tokio::spawn(async move {
            while events.send(1).is_ok() && events.send(2).is_ok() {
                tokio::time::sleep(Duration::from_millis(4)).await;
            }
        });
        tokio::spawn(async move {
            while queue.recv().await.is_some() {
                tokio::time::sleep(Duration::from_millis(4)).await;
            }
        });
    }
}

/// The queue is bounded, and the number of tasks that wait to send is not.
#[taskscope::instrument_pool]
pub(crate) mod a_task_each {
    use std::time::Duration;
    use tokio::sync::mpsc;

    pub(crate) async fn run() {
        let (events, mut queue) = mpsc::channel(16); // found: a_task_each
        tokio::spawn(async move {
            loop {
                let events = events.clone();
                tokio::spawn(async move { events.send(1).await });
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        tokio::spawn(async move {
            while queue.recv().await.is_some() {
                tokio::time::sleep(Duration::from_millis(12)).await;
            }
        });
    }
}

/// A receiver of a broadcast channel is too slow for what is sent.
#[taskscope::instrument_pool]
pub(crate) mod laps_its_reader {
    use std::time::Duration;
    use tokio::sync::broadcast::{self, error::RecvError};

    pub(crate) async fn run() {
        let (ticks, mut reader) = broadcast::channel(8); // found: laps_its_reader
        tokio::spawn(async move {
            while !matches!(reader.recv().await, Err(RecvError::Closed)) {
                tokio::time::sleep(Duration::from_millis(40)).await;
            }
        });
        tokio::spawn(async move {
            while ticks.send(1).is_ok() {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        });
    }
}

/// A task that always asks one queue first, which is never empty, and never gets to the other one.
#[taskscope::instrument_pool]
pub(crate) mod never_its_turn {
    use std::time::Duration;
    use tokio::sync::mpsc;

    async fn serve(mut inbox: mpsc::Receiver<u64>, mut control: mpsc::Receiver<u64>) {
        loop {
            tokio::select! {
                biased;
                Some(job) = inbox.recv() => tokio::time::sleep(Duration::from_millis(job)).await,
                Some(_) = control.recv() => return,
                else => return,
            }
        }
    }

    pub(crate) async fn run() {
        let (jobs, inbox) = mpsc::channel(500);
        let (orders, control) = mpsc::channel(8);
        assert!(orders.send(0).await.is_ok());
        while jobs.try_send(2).is_ok() {}
        tokio::spawn(serve(inbox, control)); // found: never_its_turn
        for _ in 0..2 {
            let jobs = jobs.clone();
            tokio::spawn(async move { while jobs.send(2).await.is_ok() {} });
        }
    }
}
