//! Polls that keep a thread, loops that get nowhere, tasks that are not run.

/// A task sleeps on its worker.
#[taskscope::instrument_pool]
pub(crate) mod sleepy {
    use std::time::Duration;

    pub(crate) async fn run() {
        tokio::spawn(async {
            // found: sleepy
            loop {
                std::thread::sleep(Duration::from_millis(300));
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
    }
}

/// A task computes for long in each of its polls, and lets others run in between.
#[taskscope::instrument_pool]
pub(crate) mod heavy {
    use std::time::{Duration, Instant};

    fn digest(seed: u64) -> u64 {
        let (start, mut sum) = (Instant::now(), seed);
        while start.elapsed() < Duration::from_millis(300) {
            sum = std::hint::black_box(sum.rotate_left(5) ^ seed);
        }
        sum
    }

    pub(crate) async fn run() {
        tokio::spawn(async {
            // found: heavy
            for seed in 1.. {
                std::hint::black_box(digest(seed));
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
    }
}

/// A task computes and never lets go.
#[taskscope::instrument_pool]
pub(crate) mod endless {
    pub(crate) async fn run() {
        tokio::spawn(async {
            // found: endless
            let mut n = 0_u64;
            while n < u64::MAX {
                n = std::hint::black_box(n).wrapping_add(1) % 1_000_000;
            }
        });
    }
}

/// What is awaited is an error at once, again and again.
#[taskscope::instrument_pool]
pub(crate) mod closed_channel {
    use std::time::Duration;
    use tokio::sync::watch;

    pub(crate) async fn run() {
        let (publish, mut news) = watch::channel(0);
        drop(publish);
        tokio::spawn(async move {
            // found: closed_channel
            loop {
                tokio::select! { // found: closed_channel
                    () = tokio::time::sleep(Duration::from_secs(3600)) => return,
                    changed = news.changed() => { // found: closed_channel
                        if changed.is_ok() {
                            return;
                        }
                    }
                }
            }
        });
    }
}

/// A runtime of one thread on which nobody blocks.
#[taskscope::instrument_pool]
pub(crate) mod nobody_drives {
    pub(crate) async fn run() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("built");
        runtime.spawn(async { 7 }); // found: nobody_drives
        std::mem::forget(runtime);
    }
}
