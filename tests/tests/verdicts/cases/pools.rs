//! Permits and threads that do not come back.

/// Each request keeps a connection and asks for a second one.
#[taskscope::instrument_pool]
pub(crate) mod two_each {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::{OwnedSemaphorePermit, Semaphore};

    async fn connect(pool: &Arc<Semaphore>) -> OwnedSemaphorePermit {
        pool.clone().acquire_owned().await.expect("open") // found: two_each
    }

    async fn order(pool: Arc<Semaphore>) {
        let transaction = connect(&pool).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        let audit = connect(&pool).await;
        drop((transaction, audit));
    }

    pub(crate) async fn run() {
        let pool = Arc::new(Semaphore::new(2));
        for _ in 0..2 {
            tokio::spawn(order(pool.clone()));
        }
    }
}

/// Endless jobs have all threads for blocking jobs, and another job waits.
#[taskscope::instrument_pool]
pub(crate) mod no_thread_left {
    use std::time::Duration;

    pub(crate) async fn run() {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).max_blocking_threads(2).build();
        let runtime = runtime.expect("built");
        for _ in 0..2 {
            runtime.spawn_blocking(|| {
                loop {
                    // found: no_thread_left
                    std::thread::sleep(Duration::from_secs(1));
                }
            });
        }
        std::thread::sleep(Duration::from_millis(50));
        runtime.spawn_blocking(|| ()); // found: no_thread_left
        std::mem::forget(runtime);
    }
}
