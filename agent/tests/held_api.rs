//! A task that is blocked on a lock, on permits, on a cell or at a barrier, as the API shows it: the resource, who holds
//! it since which line, the operation, the line and how long, in the lists of tasks and resources and in the graph; and
//! the metrics tell readers from writers.
#![expect(clippy::expect_used, reason = "an answer that is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/client.rs"]
mod client;

use serde_json::Value;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use taskscope::{Agent, tokio};

/// A task that waits, and what for.
struct Case {
    kind: &'static str,
    /// The operation and the line of the wait.
    wait: (&'static str, u32),
    /// Those of the hold that keeps it waiting, if there is one.
    hold: Option<(&'static str, u32)>,
}

/// Every task here waits, or holds something, until it is aborted.
#[taskscope::instrument_pool(name = "held")]
mod held {
    use super::Case;
    use std::future::pending;
    use std::sync::Arc;
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
        (Case { kind: "mutex", wait: ("lock", line!() - 1), hold }, vec![waiter, holder])
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
        (Case { kind: "semaphore", wait: ("acquire", line!() - 1), hold }, vec![waiter, holder])
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
        (Case { kind: "rwlock", wait: ("read", line!() - 1), hold }, vec![waiter, holder])
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
        (Case { kind: "rwlock", wait: ("write", line!() - 1), hold }, vec![waiter, holder])
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
        (Case { kind: "once_cell", wait: ("init", line!() - 1), hold }, vec![waiter, holder])
    }

    fn set() -> (Case, Tasks) {
        let cell = SetOnce::new();
        let waiter = tokio::spawn(async move {
            let _: &u8 = cell.wait().await;
        });
        (Case { kind: "once_cell", wait: ("init", line!() - 2), hold: None }, vec![waiter])
    }

    fn arrive() -> (Case, Tasks) {
        let barrier = Barrier::new(2);
        let waiter = tokio::spawn(async move {
            barrier.wait().await;
        });
        (Case { kind: "barrier", wait: ("wait", line!() - 2), hold: None }, vec![waiter])
    }
}

fn json(addr: SocketAddr, target: &str) -> Value {
    let (status, body) = client::get(addr, target);
    assert_eq!(status, 200, "{target}: {body}");
    serde_json::from_str(&body).expect("JSON")
}

/// Asks until the document is as `wanted`.
fn until<R>(addr: SocketAddr, target: &str, wanted: impl Fn(&Value) -> Option<R>) -> R {
    let start = Instant::now();
    loop {
        let document = json(addr, target);
        if let Some(found) = wanted(&document) {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{target}: {document:#}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is_at(place: &Value, line: u32) -> bool {
    place.as_str().is_some_and(|place| place.contains(&format!("tests/held_api.rs:{line}:")))
}

/// Checks one case, by a wait that has lasted longer than `least`; returns how long that is.
fn check(addr: SocketAddr, case: &Case, least: f64) -> f64 {
    let (op, line) = case.wait;
    let (task, resource, waited) = until(addr, "/api/v1/tasks?pool=held&state=waiting", |tasks| {
        let mut tasks = tasks["tasks"].as_array()?.iter();
        let task = tasks.find(|task| is_at(&task["waiting_on"][0]["at"], line))?;
        let wait = &task["waiting_on"][0];
        assert_eq!((&wait["op"], task["waiting_on"].as_array().map(Vec::len)), (&op.into(), Some(1)));
        let waited = wait["for_seconds"].as_f64().filter(|waited| *waited > least)?;
        Some((task["id"].clone(), wait["resource"].clone(), waited))
    });
    let found = json(addr, &format!("/api/v1/resources/{}", resource.as_str().expect("a resource")));
    assert_eq!((&found["kind"], &found["pool"]), (&case.kind.into(), &"held".into()));
    let waiter = &found["waiters"][0];
    assert!(is_at(&waiter["at"], line), "{waiter}");
    assert_eq!((&waiter["task"], &waiter["op"], &found["waiters_total"]), (&task, &op.into(), &1.into()));
    assert_eq!(found["holders_total"], u32::from(case.hold.is_some()));
    let graph = json(addr, "/api/v1/graph");
    let edge = |from: &Value, to: &Value| {
        let mut edges = graph["edges"].as_array().expect("edges").iter();
        edges.find(|edge| edge["from"] == *from && edge["to"] == *to).expect("an edge").clone()
    };
    let waits = edge(&task, &resource);
    assert_eq!((&waits["kind"], &waits["op"]), (&"waits".into(), &op.into()));
    assert!(is_at(&waits["at"], line), "{waits}");
    if let Some((op, line)) = case.hold {
        let holder = &found["holders"][0];
        assert!(is_at(&holder["acquired_at"], line), "{holder}");
        assert_eq!(holder["op"], op);
        assert!(holder["for_seconds"].as_f64() > Some(least), "{holder}");
        let holds = edge(&resource, &holder["task"]);
        assert_eq!(holds["kind"], "holds");
        assert!(is_at(&holds["at"], line) && holder["task"] != task, "{holds}");
    }
    if case.kind == "barrier" {
        assert_eq!((&found["parties"], &found["arrived"]), (&2.into(), &1.into()));
    }
    waited
}

#[test]
fn the_api_shows_what_a_task_waits_for_and_who_holds_it() {
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().unwrap();
    let addr = agent.local_addr().expect("a listener");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let started = Instant::now();
    let cases = runtime.block_on(held::all());
    for (case, _) in &cases {
        let waited = check(addr, case, 0.0);
        let again = check(addr, case, waited);
        assert!(again <= started.elapsed().as_secs_f64(), "{}: {again}", case.kind);
    }
    let metrics = client::get(addr, "/metrics").1;
    for mode in ["read", "write"] {
        let one = format!("taskscope_lock_waiters{{pool=\"held\",lock=\"lock\",mode=\"{mode}\"}} 1\n");
        assert!(metrics.contains(&one), "{one}{metrics}");
    }
    for (case, tasks) in cases {
        for task in tasks {
            task.abort();
            let ended = runtime.block_on(task);
            assert!(ended.is_err_and(|error| error.is_cancelled()), "{}", case.kind);
        }
    }
    until(addr, "/api/v1/resources?pool=held", |resources| (resources["total"] == 0).then_some(()));
    // The waits that were given up are counted by what they were for.
    let metrics = client::get(addr, "/metrics").1;
    for (metric, mode) in [("wait", "read"), ("wait", "write"), ("hold", "read"), ("hold", "write")] {
        let name =
            format!("taskscope_lock_{metric}_seconds_count{{pool=\"held\",lock=\"lock\",mode=\"{mode}\"}} ");
        let count = metrics.lines().find_map(|line| line.strip_prefix(name.as_str()));
        // Who did not wait is timed now and then only.
        let least = u32::from(metric == "wait");
        assert!(count.and_then(|n| n.parse().ok()) >= Some(least), "{name}{count:?}");
    }
}
