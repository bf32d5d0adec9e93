//! A program that uses the attribute, the drop-ins and the checks.

use std::time::Duration;
use taskscope::assert::{Checks, Except};

#[taskscope::instrument_pool(name = "program")]
mod instrumented {
    use std::sync::{Arc, Mutex as Lock};
    use tokio::sync::{Mutex, Notify, RwLock, Semaphore, broadcast, mpsc, oneshot, watch};
    use tokio::task::JoinSet;

    struct Worker {
        queue: mpsc::Receiver<(u32, oneshot::Sender<u32>)>,
        total: Arc<Mutex<u32>>,
    }

    impl Worker {
        async fn run(mut self) -> u32 {
            while let Some((job, answer)) = self.queue.recv().await {
                *self.total.lock().await += job;
                let _ = answer.send(job * 2);
            }
            let total = self.total.lock().await;
            *total
        }
    }

    /// Something of each kind.
    #[tokio::main(flavor = "current_thread")]
    pub(crate) async fn entry() -> Vec<u32> {
        run().await
    }

    pub(crate) async fn run() -> Vec<u32> {
        let (jobs, queue) = mpsc::channel(2);
        let total = Arc::new(Mutex::new(0));
        let worker = tokio::spawn(Worker { queue, total }.run());
        let mut results = Vec::new();
        for job in 1..=3 {
            let (answer, answered) = oneshot::channel();
            jobs.send((job, answer)).await.unwrap();
            results.push(answered.await.unwrap());
        }
        drop(jobs);
        results.push(worker.await.unwrap());
        results.push(shared().await);
        results.push(threads());
        results
    }

    async fn shared() -> u32 {
        let (seen, mut sees) = watch::channel(0);
        let (told, mut hears) = broadcast::channel(4);
        let (notify, lock, permits) = (Notify::new(), RwLock::new(5), Semaphore::new(1));
        let mut set = JoinSet::new();
        set.spawn(async move {
            seen.send(1).unwrap();
            told.send(2).unwrap();
        });
        set.spawn_blocking(|| ());
        while set.join_next().await.is_some() {}
        notify.notify_one();
        let _permit = permits.acquire().await.unwrap();
        tokio::select! {
            biased;
            () = notify.notified() => {}
            () = std::future::pending() => {}
        }
        let (changed, heard) = tokio::join!(sees.changed(), hears.recv());
        changed.unwrap();
        let read = *lock.read().await;
        *sees.borrow() + heard.unwrap() + read
    }

    fn threads() -> u32 {
        let lock = Lock::new(0);
        std::thread::scope(|scope| {
            for n in 1..=3 {
                let lock = &lock;
                scope.spawn(move || *lock.lock().unwrap() += n);
            }
        });
        lock.into_inner().unwrap()
    }
}

/// What it returns in both modes.
const RESULTS: [u32; 6] = [2, 4, 6, 6, 8, 6];

#[test]
fn the_results_are_the_same() {
    assert_eq!(instrumented::entry(), RESULTS);
}

#[taskscope::test(max_poll = "60s", except(task = "none", reason = "to be said in both modes"))]
async fn a_test_under_checks_is_a_test() {
    assert_eq!(instrumented::run().await, RESULTS);
}

#[taskscope::test]
fn so_is_one_of_threads() {
    std::thread::spawn(|| ()).join().unwrap();
}

#[taskscope::tokio::test]
async fn checks_hand_the_result_on() {
    let checks = Checks::new().no_leaks().no_deadlock().lock_order().max_poll(Duration::from_secs(60));
    let checks = checks.except(Except::pool("none"), "to be said in both modes");
    assert_eq!(checks.run(instrumented::run()).await, RESULTS);
    assert_eq!(taskscope::assert::no_leaks(async { 1 }).await, 1);
    assert_eq!(taskscope::assert::no_deadlock(async { 2 }).await, 2);
    assert_eq!(taskscope::assert::lock_order(async { 3 }).await, 3);
    assert_eq!(Checks::new().no_leaks().run_blocking(|| 4), 4);
}
