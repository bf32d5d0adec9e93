//! Healthy programs under load.

/// Producers that wait for a slow consumer.
#[taskscope::instrument_pool]
pub(crate) mod back_pressure {
    use std::time::Duration;
    use tokio::sync::mpsc;

    pub(crate) async fn run() {
        let (lines, mut file) = mpsc::channel(8);
        for _ in 0..30 {
            let lines = lines.clone();
            tokio::spawn(async move { while lines.send(1).await.is_ok() {} });
        }
        tokio::spawn(async move {
            while file.recv().await.is_some() {
                tokio::time::sleep(Duration::from_millis(15)).await;
            }
        });
    }
}

/// Two seconds in which more comes than is served, and then nothing.
#[taskscope::instrument_pool]
pub(crate) mod burst {
    use std::time::Duration;
    use tokio::sync::mpsc;

    pub(crate) async fn run() {
        let (events, mut queue) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            for n in 0..1000 {
                let _ = events.send(n);
                let _ = events.send(n);
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        });
        tokio::spawn(async move {
            while queue.recv().await.is_some() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
    }
}

/// A computation in short chunks that lets others run in between, and one in longer chunks with pauses.
#[taskscope::instrument_pool]
pub(crate) mod chunks {
    use std::time::{Duration, Instant};

    fn compute(time: Duration) {
        let start = Instant::now();
        while start.elapsed() < time {
            std::hint::spin_loop();
        }
    }

    pub(crate) async fn run() {
        tokio::spawn(async {
            loop {
                compute(Duration::from_micros(500));
                tokio::task::yield_now().await;
            }
        });
        tokio::spawn(async {
            loop {
                compute(Duration::from_millis(20));
                tokio::time::sleep(Duration::from_millis(400)).await;
            }
        });
    }
}

/// A queue that is never empty because its consumer is as fast as its producers.
#[taskscope::instrument_pool]
pub(crate) mod flood {
    use tokio::sync::mpsc;

    pub(crate) async fn run() {
        let (samples, mut sink) = mpsc::channel(1024);
        for _ in 0..2 {
            let samples = samples.clone();
            tokio::spawn(async move { while samples.send(1_u64).await.is_ok() {} });
        }
        tokio::spawn(async move {
            let mut sum = 0;
            while let Some(sample) = sink.recv().await {
                sum += sample;
            }
            assert!(sum > 0);
        });
    }
}

/// Workers that share a receiver under a lock.
#[taskscope::instrument_pool]
pub(crate) mod workers_in_turn {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::{Mutex, mpsc};
    use tokio::time::sleep;

    pub(crate) async fn run() {
        let (jobs, queue) = mpsc::channel::<u32>(64);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..10 {
            let queue = queue.clone();
            tokio::spawn(async move {
                while queue.lock().await.recv().await.is_some() {
                    sleep(Duration::from_millis(5)).await;
                }
            });
        }
        tokio::spawn(async move {
            while jobs.send(1).await.is_ok() {
                sleep(Duration::from_millis(4)).await;
            }
        });
    }
}

/// A future that waits for a lock is polled again and again, between other things.
#[taskscope::instrument_pool]
pub(crate) mod patient_select {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Mutex;
    use tokio::time::sleep;

    pub(crate) async fn run() {
        let log: Arc<Mutex<u32>> = Arc::default();
        let other = log.clone();
        tokio::spawn(async move {
            loop {
                let guard = other.lock().await;
                sleep(Duration::from_millis(300)).await;
                drop(guard);
                sleep(Duration::from_millis(5)).await;
            }
        });
        tokio::spawn(async move {
            loop {
                let lock = log.lock();
                tokio::pin!(lock);
                loop {
                    tokio::select! {
                        _guard = &mut lock => break,
                        () = sleep(Duration::from_millis(20)) => {}
                    }
                }
                sleep(Duration::from_millis(50)).await;
            }
        });
    }
}

/// Two tasks use a lock in turns; a third one tries, and now and then it gets it.
#[taskscope::instrument_pool]
pub(crate) mod tries_in_between {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Mutex;
    use tokio::time::sleep;

    async fn work(ledger: Arc<Mutex<u64>>) {
        loop {
            let mut sum = ledger.lock().await;
            sleep(Duration::from_millis(20)).await;
            *sum += 1;
            drop(sum);
            sleep(Duration::from_millis(30)).await;
        }
    }

    pub(crate) async fn run() {
        let ledger: Arc<Mutex<u64>> = Arc::default();
        tokio::spawn(work(ledger.clone()));
        tokio::spawn(async move {
            loop {
                if let Ok(mut sum) = ledger.try_lock() {
                    *sum += 1;
                }
                sleep(Duration::from_millis(2)).await;
            }
        });
    }
}

/// Every permit is in use all the time; who gets none at once waits for one.
#[taskscope::instrument_pool]
pub(crate) mod tries_then_waits {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Semaphore;
    use tokio::time::sleep;

    async fn call(slots: Arc<Semaphore>) {
        loop {
            let permit = match slots.try_acquire() {
                Ok(permit) => permit,
                Err(_) => slots.acquire().await.unwrap(),
            };
            sleep(Duration::from_millis(5)).await;
            drop(permit);
        }
    }

    pub(crate) async fn run() {
        let slots = Arc::new(Semaphore::new(2));
        for _ in 0..4 {
            tokio::spawn(call(slots.clone()));
        }
    }
}

/// Permits that are never given back: who gets none does without.
#[taskscope::instrument_pool]
pub(crate) mod tries_or_does_without {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Semaphore;
    use tokio::time::sleep;

    pub(crate) async fn run() {
        let slots = Arc::new(Semaphore::new(1));
        let kept = slots.clone();
        tokio::spawn(async move {
            let _permit = kept.acquire().await.unwrap();
            std::future::pending::<()>().await;
        });
        sleep(Duration::from_millis(20)).await;
        tokio::spawn(async move {
            loop {
                let _ = slots.try_acquire();
                sleep(Duration::from_millis(2)).await;
            }
        });
    }
}
