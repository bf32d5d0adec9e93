//! A task that is blocked on a lock, on permits, on a cell or at a barrier, as the API shows it: the resource, who holds
//! it since which line, the operation, the line and how long, in the lists of tasks and resources and in the graph; and
//! the metrics tell readers from writers.
#![expect(clippy::expect_used, reason = "an answer that is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/blocked.rs"]
mod blocked;

use blocked::answers::{client, json, until};
use blocked::{Case, Stage};
use std::net::SocketAddr;

/// Every task here waits, or holds something, until it is aborted.
#[taskscope::instrument_pool(name = "held")]
mod held {
    use super::Case;
    use std::future::{Future, pending, poll_fn};
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::Poll;
    use tokio::runtime::Runtime;
    use tokio::sync::{Barrier, Mutex, OnceCell, RwLock, Semaphore, SetOnce, oneshot};
    use tokio::task::JoinHandle;

    pub(super) type Tasks = Vec<JoinHandle<()>>;

    pub(super) async fn all() -> Vec<(Case, Tasks)> {
        vec![lock().await, permits().await, read().await, write().await, fill().await, set(), arrive()]
    }

    async fn lock() -> (Case, Tasks) {
        let lock = Arc::new(Mutex::new(0));
        let (other, (ready, is_ready)) = (lock.clone(), oneshot::channel());
        let holder = tokio::spawn(async move {
            let _guard = other.lock().await;
            let _ = ready.send(());
            pending().await
        });
        let hold = Some(("lock", line!() - 4));
        is_ready.await.expect("it holds");
        let waiter = tokio::spawn(async move { drop(lock.lock().await) });
        (Case { wait: ("mutex", "lock", line!() - 1), hold }, vec![waiter, holder])
    }

    async fn permits() -> (Case, Tasks) {
        let permits = Arc::new(Semaphore::new(3));
        let (other, (ready, is_ready)) = (permits.clone(), oneshot::channel());
        let holder = tokio::spawn(async move {
            let _permits = other.acquire_many(2).await;
            let _ = ready.send(());
            pending().await
        });
        let hold = Some(("acquire", line!() - 4));
        is_ready.await.expect("it holds");
        let waiter = tokio::spawn(async move { drop(permits.acquire_many(2).await) });
        (Case { wait: ("semaphore", "acquire", line!() - 1), hold }, vec![waiter, holder])
    }

    async fn read() -> (Case, Tasks) {
        let lock = Arc::new(RwLock::new(0));
        let (other, (ready, is_ready)) = (lock.clone(), oneshot::channel());
        let holder = tokio::spawn(async move {
            let _guard = other.write().await;
            let _ = ready.send(());
            pending().await
        });
        let hold = Some(("write", line!() - 4));
        is_ready.await.expect("it holds");
        let waiter = tokio::spawn(async move { drop(lock.read().await) });
        (Case { wait: ("rwlock", "read", line!() - 1), hold }, vec![waiter, holder])
    }

    async fn write() -> (Case, Tasks) {
        let lock = Arc::new(RwLock::new(0));
        let (other, (ready, is_ready)) = (lock.clone(), oneshot::channel());
        let holder = tokio::spawn(async move {
            let _guard = other.read().await;
            let _ = ready.send(());
            pending().await
        });
        let hold = Some(("read", line!() - 4));
        is_ready.await.expect("it holds");
        let waiter = tokio::spawn(async move { drop(lock.write().await) });
        (Case { wait: ("rwlock", "write", line!() - 1), hold }, vec![waiter, holder])
    }

    async fn fill() -> (Case, Tasks) {
        let cell = Arc::new(OnceCell::new());
        let (other, (ready, is_ready)) = (cell.clone(), oneshot::channel());
        let holder = tokio::spawn(async move {
            let slow = || async {
                let _ = ready.send(());
                pending().await
            };
            let _: &u8 = other.get_or_init(slow).await;
        });
        let hold = Some(("init", line!() - 2));
        is_ready.await.expect("it fills the cell");
        let waiter = tokio::spawn(async move { assert_eq!(*cell.get_or_init(pending).await, 0) });
        (Case { wait: ("once_cell", "init", line!() - 1), hold }, vec![waiter, holder])
    }

    fn set() -> (Case, Tasks) {
        let cell = SetOnce::new();
        let waiter = tokio::spawn(async move {
            let _: &u8 = cell.wait().await;
        });
        (Case { wait: ("once_cell", "init", line!() - 2), hold: None }, vec![waiter])
    }

    fn arrive() -> (Case, Tasks) {
        let barrier = Barrier::new(2);
        let waiter = tokio::spawn(async move {
            barrier.wait().await;
        });
        (Case { wait: ("barrier", "wait", line!() - 2), hold: None }, vec![waiter])
    }

    /// A task that waits for a lock which was handed to another future of its own that it does not poll.
    pub(super) fn handed(runtime: &Runtime) -> JoinHandle<()> {
        let handed = Mutex::new(0);
        runtime.spawn(async move {
            let guard = handed.lock().await;
            let mut kept = pin!(handed.lock());
            let polled = poll_fn(|cx| Poll::Ready(kept.as_mut().poll(cx).map(drop))).await;
            assert!(polled.is_pending());
            drop(guard);
            drop(handed.lock().await);
        })
    }
}

/// Checks what is shown of a lock that was handed to a future which is not polled.
fn check_handed(addr: SocketAddr) {
    let lock = until(addr, "/api/v1/resources?pool=held&kind=mutex&text=handed", |found| {
        let lock = &found["resources"][0];
        (lock["waiters_total"] == 2).then(|| lock.clone())
    });
    let (kept, polled) = (&lock["waiters"][0], &lock["waiters"][1]);
    assert!(kept["granted"] == true && kept["unpolled"].as_u64() > Some(0), "{kept}");
    assert!(polled["granted"].is_null() && polled["unpolled"] == 0, "{polled}");
    assert!(kept["task"] == polled["task"] && lock["holders_total"] == 0, "{lock}");
    let graph = json(addr, "/api/v1/graph");
    let mut edges = graph["edges"].as_array().expect("edges").iter();
    let handed = edges.find(|edge| edge["from"] == lock["id"]).expect("an edge");
    assert_eq!(
        (&handed["kind"], &handed["op"], &handed["to"]),
        (&"holds".into(), &"lock".into(), &kept["task"])
    );
    assert_eq!(handed["at"], kept["at"]);
    assert!(
        graph["cycles"]
            .as_array()
            .is_some_and(|cycles| cycles.contains(&serde_json::json!([kept["task"], lock["id"]])))
    );
}

#[test]
fn the_api_shows_what_a_task_waits_for_and_who_holds_it() {
    let stage = Stage::new("held", "tests/held_api.rs");
    let cases = stage.runtime.block_on(held::all());
    for (case, _) in &cases {
        let found = stage.check(case);
        if case.wait.0 == "barrier" {
            assert_eq!((&found["parties"], &found["arrived"]), (&2.into(), &1.into()));
        }
    }
    let metrics = client::get(stage.addr, "/metrics").1;
    for mode in ["read", "write"] {
        let one = format!("taskscope_lock_waiters{{pool=\"held\",lock=\"lock\",mode=\"{mode}\"}} 1\n");
        assert!(metrics.contains(&one), "{one}{metrics}");
    }
    let handed = held::handed(&stage.runtime);
    check_handed(stage.addr);
    handed.abort();
    for (case, tasks) in cases {
        for task in tasks {
            task.abort();
            let ended = stage.runtime.block_on(task);
            assert!(ended.is_err_and(|error| error.is_cancelled()), "{}", case.wait.0);
        }
    }
    until(stage.addr, "/api/v1/resources?pool=held", |resources| (resources["total"] == 0).then_some(()));
    // The waits that were given up are counted by what they were for.
    let metrics = client::get(stage.addr, "/metrics").1;
    for (metric, mode) in [("wait", "read"), ("wait", "write"), ("hold", "read"), ("hold", "write")] {
        let name =
            format!("taskscope_lock_{metric}_seconds_count{{pool=\"held\",lock=\"lock\",mode=\"{mode}\"}} ");
        let count = metrics.lines().find_map(|line| line.strip_prefix(name.as_str()));
        // Who did not wait is timed now and then only.
        let least = u32::from(metric == "wait");
        assert!(count.and_then(|n| n.parse().ok()) >= Some(least), "{name}{count:?}");
    }
}
