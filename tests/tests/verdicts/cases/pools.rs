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

/// The same with connections that keep their permits: where these are is no question then.
#[taskscope::instrument_pool]
pub(crate) mod two_connections {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::{OwnedSemaphorePermit, Semaphore};

    struct Connection {
        queries: u32,
        _permit: OwnedSemaphorePermit,
    }

    impl Connection {
        async fn query(&mut self) {
            tokio::time::sleep(Duration::from_millis(10)).await;
            self.queries += 1;
        }
    }

    async fn connect(pool: &Arc<Semaphore>) -> Connection {
        let permit = pool.clone().acquire_owned().await.expect("open"); // found: two_connections
        Connection { queries: 0, _permit: permit }
    }

    async fn order(pool: Arc<Semaphore>) {
        let mut transaction = connect(&pool).await;
        transaction.query().await;
        let mut audit = connect(&pool).await;
        audit.query().await;
        transaction.query().await;
    }

    pub(crate) async fn run() {
        let pool = Arc::new(Semaphore::new(3));
        for _ in 0..3 {
            tokio::spawn(order(pool.clone()));
        }
    }
}

/// Connections that are passed on to who is slow: whoever opens them waits for no more than that.
#[taskscope::instrument_pool]
pub(crate) mod passed_on {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::{OwnedSemaphorePermit, Semaphore};

    struct Connection {
        id: u32,
        _permit: OwnedSemaphorePermit,
    }

    impl Connection {
        fn id(&self) -> u32 {
            self.id
        }
    }

    async fn connect(pool: &Arc<Semaphore>, id: u32) -> Connection {
        let permit = pool.clone().acquire_owned().await.expect("open");
        Connection { id, _permit: permit }
    }

    pub(crate) async fn run() {
        let pool = Arc::new(Semaphore::new(2));
        tokio::spawn(async move {
            for n in 0.. {
                let connection = connect(&pool, n).await;
                assert_eq!(connection.id(), n);
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_secs(60)).await;
                    drop(connection);
                });
            }
        });
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
