//! Tasks that ask each other, serve each other, and stop each other.

/// Each of two actors asks the other one, and answers nothing before it has its own answer.
#[taskscope::instrument_pool]
pub(crate) mod ask_each_other {
    use tokio::sync::{mpsc, oneshot};

    type Question = oneshot::Sender<u32>;

    async fn actor(mut inbox: mpsc::Receiver<Question>, other: mpsc::Sender<Question>) {
        while let Some(answer) = inbox.recv().await {
            let (question, answered) = oneshot::channel();
            if other.send(question).await.is_err() {
                return;
            }
            let n = answered.await.unwrap_or(0); // found: ask_each_other
            let _ = answer.send(n + 1);
        }
    }

    pub(crate) async fn run() {
        let (left, to_left) = mpsc::channel(4);
        let (right, to_right) = mpsc::channel(4);
        tokio::spawn(actor(to_left, right)); // found: ask_each_other
        tokio::spawn(actor(to_right, left.clone())); // found: ask_each_other
        let (question, _answer) = oneshot::channel();
        assert!(left.send(question).await.is_ok());
    }
}

/// It waits for the end of the worker before it drops the sender that keeps the worker going.
#[taskscope::instrument_pool]
pub(crate) mod wrong_order_of_stopping {
    use tokio::sync::mpsc;
    use tokio::task::JoinHandle;

    struct Service {
        jobs: mpsc::Sender<u32>,
        workers: Vec<JoinHandle<u32>>,
    }

    impl Service {
        async fn stop(self) {
            for worker in self.workers {
                let _ = worker.await; // found: wrong_order_of_stopping
            }
            drop(self.jobs);
        }
    }

    async fn worker(mut queue: mpsc::Receiver<u32>) -> u32 {
        let mut sum = 0;
        while let Some(n) = queue.recv().await {
            sum += n; // found: wrong_order_of_stopping
        }
        sum
    }

    pub(crate) async fn run() {
        let (jobs, queue) = mpsc::channel(4);
        let workers = vec![tokio::spawn(worker(queue))]; // found: wrong_order_of_stopping
        assert!(jobs.send(1).await.is_ok());
        tokio::spawn(Service { jobs, workers }.stop()); // found: wrong_order_of_stopping
    }
}

/// Each part takes a part of the permits, and then needs more than are left.
#[taskscope::instrument_pool]
pub(crate) mod a_few_are_left {
    use std::sync::Arc;
    use tokio::sync::{Barrier, Semaphore};

    async fn part(memory: Arc<Semaphore>, all_began: Arc<Barrier>) {
        let _first = memory.acquire_many(3).await; // found: a_few_are_left
        all_began.wait().await;
        let _more = memory.acquire_many(2).await; // found: a_few_are_left
    }

    pub(crate) async fn run() {
        let (memory, all_began) = (Arc::new(Semaphore::new(7)), Arc::new(Barrier::new(2)));
        for _ in 0..2 {
            tokio::spawn(part(memory.clone(), all_began.clone())); // found: a_few_are_left
        }
    }
}

/// The worker keeps a sender of its own queue, and the handle that will end it is kept as well.
#[taskscope::instrument_pool]
pub(crate) mod ended_by_its_handle {
    use std::time::Duration;
    use tokio::sync::mpsc;

    pub(crate) async fn run() {
        let (jobs, mut queue) = mpsc::channel::<u32>(4);
        let worker = tokio::spawn(async move {
            while let Some(n) = queue.recv().await {
                let _ = jobs.try_send(n);
            }
        });
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(60)).await;
            worker.abort();
        });
    }
}

/// Who is asked keeps the question until somebody else has the answer.
#[taskscope::instrument_pool]
pub(crate) mod answered_by_another {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;
    use tokio::sync::{mpsc, oneshot};

    pub(crate) async fn run() {
        let (requests, mut inbox) = mpsc::channel::<oneshot::Sender<u32>>(4);
        let open = Arc::new(Mutex::new(Vec::new()));
        let asked = open.clone();
        tokio::spawn(async move {
            while let Some(request) = inbox.recv().await {
                asked.lock().unwrap().push(request);
            }
        });
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(60)).await;
            open.lock().unwrap().clear();
        });
        tokio::spawn(async move {
            let (request, answer) = oneshot::channel();
            let _ = requests.send(request).await;
            let _ = answer.await;
        });
    }
}
