//! Connection pools: deadpool and bb8, whose own waits are outside, with managers whose locks are inside.

use super::{agent, entry, until};
use taskscope::tokio;

#[taskscope::instrument_pool(name = "database")]
mod database {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;
    use tokio::sync::Mutex;

    pub(super) struct Connection {
        number: u32,
        log: Arc<Mutex<Vec<u32>>>,
    }

    impl Connection {
        pub(super) async fn query(&mut self) -> u32 {
            let mut log = self.log.lock().await;
            tokio::time::sleep(Duration::from_millis(1)).await;
            log.push(self.number);
            self.number
        }
    }

    #[derive(Default)]
    pub(super) struct Manager {
        made: AtomicU32,
        pub(super) log: Arc<Mutex<Vec<u32>>>,
    }

    impl Manager {
        fn connect(&self) -> Connection {
            let number = self.made.fetch_add(1, Ordering::Relaxed);
            Connection { number, log: self.log.clone() }
        }
    }

    impl deadpool::managed::Manager for Manager {
        type Type = Connection;
        type Error = std::convert::Infallible;

        async fn create(&self) -> Result<Connection, Self::Error> {
            Ok(self.connect())
        }

        async fn recycle(
            &self,
            _: &mut Connection,
            _: &deadpool::managed::Metrics,
        ) -> deadpool::managed::RecycleResult<Self::Error> {
            Ok(())
        }
    }

    impl bb8::ManageConnection for Manager {
        type Connection = Connection;
        type Error = std::convert::Infallible;

        async fn connect(&self) -> Result<Connection, Self::Error> {
            Ok(self.connect())
        }

        async fn is_valid(&self, _: &mut Connection) -> Result<(), Self::Error> {
            Ok(())
        }

        fn has_broken(&self, _: &mut Connection) -> bool {
            false
        }
    }

    pub(super) async fn with_deadpool(clients: u32) -> Vec<u32> {
        let pool =
            deadpool::managed::Pool::<Manager>::builder(Manager::default()).max_size(3).build().unwrap();
        let mut asked = tokio::task::JoinSet::new();
        for _ in 0..clients {
            let pool = pool.clone();
            asked.spawn(async move { pool.get().await.unwrap().query().await });
        }
        asked.join_all().await
    }

    pub(super) async fn with_bb8(clients: u32) -> Vec<u32> {
        let pool = bb8::Pool::builder().max_size(3).build(Manager::default()).await.unwrap();
        let mut asked = tokio::task::JoinSet::new();
        for _ in 0..clients {
            let pool = pool.clone();
            asked.spawn(async move { pool.get().await.unwrap().query().await });
        }
        asked.join_all().await
    }

    pub(super) async fn hold(manager: &Manager, release: tokio::sync::oneshot::Receiver<()>) {
        let _held = manager.log.lock().await;
        release.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pools_lend_their_connections() {
    agent();
    for numbers in [database::with_deadpool(30).await, database::with_bb8(30).await] {
        assert_eq!(numbers.len(), 30);
        assert!(numbers.iter().all(|n| *n < 3), "never more connections than the pool has: {numbers:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_inside_of_a_connection_is_seen() {
    agent();
    let manager = database::Manager::default();
    let log = manager.log.clone();
    let (release, released) = tokio::sync::oneshot::channel();
    let holder = tokio::spawn(async move { database::hold(&manager, released).await });
    until("/api/v1/resources?kind=mutex&limit=1000", |resources| {
        entry(resources, "resources", |r| r["holders"].as_array().is_some_and(|h| !h.is_empty())).is_some()
    })
    .await;
    let waiter = tokio::spawn(async move { log.lock().await.len() });
    let tasks = until("/api/v1/tasks?limit=1000", |tasks| {
        entry(tasks, "tasks", |t| t["waiting_on"][0]["op"] == "lock").is_some()
    })
    .await;
    let waiting = entry(&tasks, "tasks", |t| t["waiting_on"][0]["op"] == "lock").unwrap();
    assert!(waiting["waiting_on"][0]["at"].as_str().unwrap().contains("programs/pools.rs"), "{waiting}");
    release.send(()).unwrap();
    holder.await.unwrap();
    assert_eq!(waiter.await.unwrap(), 0);
}
