//! Futures that are kept and not polled, wakers that are lost, tasks that never end.

/// The loser of a select! stays in the queue of the lock, is handed it, and is not polled any more.
#[taskscope::instrument_pool]
pub(crate) mod unpolled_lock {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Mutex;
    use tokio::time::sleep;

    async fn save(store: Arc<Mutex<Vec<u8>>>) {
        store.lock().await.push(1); // found: unpolled_lock
    }

    async fn autosave(store: Arc<Mutex<Vec<u8>>>) {
        let mut first = Box::pin(save(store.clone()));
        tokio::select! {
            () = &mut first => {}
            () = sleep(Duration::from_millis(30)) => save(store).await,
        }
    }

    pub(crate) async fn run() {
        let store: Arc<Mutex<Vec<u8>>> = Arc::default();
        let export = store.clone();
        tokio::spawn(async move {
            let rows = export.lock().await;
            sleep(Duration::from_millis(120)).await;
            drop(rows);
        });
        sleep(Duration::from_millis(10)).await;
        tokio::spawn(autosave(store));
    }
}

/// The same with the permit of a semaphore.
#[taskscope::instrument_pool]
pub(crate) mod unpolled_permit {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Semaphore;
    use tokio::time::sleep;

    async fn upload(slots: Arc<Semaphore>) {
        let mut first = Box::pin(slots.acquire());
        tokio::select! {
            _ = &mut first => return,
            () = sleep(Duration::from_millis(30)) => {}
        }
        let permit = slots.acquire().await; // found: unpolled_permit
        drop(permit);
    }

    pub(crate) async fn run() {
        let slots = Arc::new(Semaphore::new(1));
        let other = slots.clone();
        tokio::spawn(async move {
            let _slot = other.acquire().await;
            sleep(Duration::from_millis(120)).await;
        });
        sleep(Duration::from_millis(10)).await;
        tokio::spawn(upload(slots));
    }
}

/// A future that says "not yet" and keeps nobody's waker.
#[taskscope::instrument_pool]
pub(crate) mod forgotten_waker {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub(crate) struct Answer;

    impl Future for Answer {
        type Output = ();

        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            Poll::Pending
        }
    }

    pub(crate) async fn run() {
        tokio::spawn(async {
            // found: forgotten_waker
            Answer.await
        });
    }
}

/// A worker that keeps a sender of its own queue never sees it close.
#[taskscope::instrument_pool]
pub(crate) mod own_sender {
    use tokio::sync::mpsc;

    pub(crate) async fn run() {
        let (jobs, mut queue) = mpsc::channel::<u32>(4);
        let retry = jobs.clone();
        tokio::spawn(async move {
            // found: own_sender
            while let Some(job) = queue.recv().await {
                if job > 0 {
                    let _ = retry.send(job - 1).await;
                }
            }
        });
        let _ = jobs.send(2).await;
    }
}

/// For each visitor a task waits for news that never come, also when the visitor has gone.
#[taskscope::instrument_pool]
pub(crate) mod more_and_more {
    use std::time::Duration;
    use tokio::sync::watch;

    async fn follow(mut news: watch::Receiver<u32>) {
        while news.changed().await.is_ok() {}
    }

    pub(crate) async fn run() {
        let (publish, news) = watch::channel(0);
        tokio::spawn(async move {
            loop {
                tokio::spawn(follow(news.clone())); // found: more_and_more
                tokio::time::sleep(Duration::from_millis(25)).await;
                assert_eq!(*publish.borrow(), 0);
            }
        });
    }
}

/// Most requests are answered at once; on the way out after an error the answer is forgotten.
#[taskscope::instrument_pool]
pub(crate) mod some_never_answered {
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;
    use tokio::sync::oneshot;

    type Waiting = Arc<Mutex<HashMap<u32, oneshot::Sender<u32>>>>;

    async fn ask(number: u32, waiting: Waiting) {
        let (answer, answered) = oneshot::channel();
        waiting.lock().expect("no panic").insert(number, answer);
        drop(answered.await); // found: some_never_answered
    }

    async fn answer(waiting: Waiting) {
        for number in 0.. {
            tokio::spawn(ask(number, waiting.clone())); // found: some_never_answered
            tokio::time::sleep(Duration::from_millis(8)).await;
            if number % 6 > 0 {
                let asked = waiting.lock().expect("no panic").remove(&number);
                if let Some(answer) = asked {
                    let _ = answer.send(number);
                }
            }
        }
    }

    pub(crate) async fn run() {
        tokio::spawn(answer(Waiting::default()));
    }
}
