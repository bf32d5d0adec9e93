//! A task that is blocked on a channel or a signal, as the API shows it: the resource, the operation, the line and how
//! long, in the list of tasks, in the list of resources and in the graph.
#![expect(clippy::expect_used, reason = "an answer that is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/client.rs"]
mod client;

use serde_json::Value;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use taskscope::{Agent, tokio};

/// A kind of resource, the operation that waits for it, and the line of the wait.
type Case = (&'static str, &'static str, u32);

/// Every task here waits until it is aborted.
#[taskscope::instrument_pool(name = "blocked")]
mod blocked {
    use super::Case;
    use std::sync::Arc;
    use tokio::sync::{Notify, broadcast, oneshot, watch};
    use tokio::task::JoinHandle;

    pub(super) fn all() -> Vec<(Case, JoinHandle<()>)> {
        vec![notified(), notified_owned(), value(), closed(), changed(), wait_for(), message()]
    }

    fn notified() -> (Case, JoinHandle<()>) {
        let notify = Notify::new();
        let task = tokio::spawn(async move {
            notify.notified().await;
        });
        (("notify", "notified", line!() - 2), task)
    }

    fn notified_owned() -> (Case, JoinHandle<()>) {
        let notify = Arc::new(Notify::new());
        let task = tokio::spawn(async move {
            notify.clone().notified_owned().await;
        });
        (("notify", "notified", line!() - 2), task)
    }

    fn value() -> (Case, JoinHandle<()>) {
        let (tx, rx) = oneshot::channel::<u8>();
        let task = tokio::spawn(async move {
            let _ = rx.await;
            drop(tx);
        });
        (("oneshot", "recv", line!() - 3), task)
    }

    fn closed() -> (Case, JoinHandle<()>) {
        let (mut tx, rx) = oneshot::channel::<u8>();
        let task = tokio::spawn(async move {
            tx.closed().await;
            drop(rx);
        });
        (("oneshot", "wait", line!() - 3), task)
    }

    fn changed() -> (Case, JoinHandle<()>) {
        let (tx, mut rx) = watch::channel(0);
        let task = tokio::spawn(async move {
            let _ = rx.changed().await;
            drop(tx);
        });
        (("watch", "changed", line!() - 3), task)
    }

    fn wait_for() -> (Case, JoinHandle<()>) {
        let (tx, mut rx) = watch::channel(0);
        let task = tokio::spawn(async move {
            let _ = rx.wait_for(|value| *value == 1).await;
            drop(tx);
        });
        (("watch", "changed", line!() - 3), task)
    }

    fn message() -> (Case, JoinHandle<()>) {
        let (tx, mut rx) = broadcast::channel::<u8>(4);
        let task = tokio::spawn(async move {
            let _ = rx.recv().await;
            drop(tx);
        });
        (("broadcast", "recv", line!() - 3), task)
    }
}

fn get(addr: SocketAddr, target: &str) -> Value {
    let (status, body) = client::get(addr, target);
    assert_eq!(status, 200, "{target}: {body}");
    serde_json::from_str(&body).expect("JSON")
}

/// Asks until the answer is as `wanted`.
fn until<R>(addr: SocketAddr, target: &str, wanted: impl Fn(&Value) -> Option<R>) -> R {
    let start = Instant::now();
    loop {
        let document = get(addr, target);
        if let Some(found) = wanted(&document) {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{target}: {document:#}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is_at(place: &Value, line: u32) -> bool {
    place.as_str().is_some_and(|place| place.contains(&format!("tests/waits_api.rs:{line}:")))
}

#[test]
fn the_api_shows_what_a_task_waits_for() {
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().unwrap();
    let addr = agent.local_addr().expect("a listener");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let started = Instant::now();
    let cases = {
        let _inside = runtime.enter();
        blocked::all()
    };
    for ((kind, op, line), _) in &cases {
        let (kind, op, line) = (*kind, *op, *line);
        let mut least = 0.0;
        // Twice: the second time the wait is longer.
        for _ in 0..2 {
            let (task, resource, waited) = until(addr, "/api/v1/tasks?pool=blocked&state=waiting", |tasks| {
                let task = tasks["tasks"]
                    .as_array()?
                    .iter()
                    .find(|task| is_at(&task["waiting_on"][0]["at"], line))?;
                let wait = &task["waiting_on"][0];
                assert_eq!(wait["op"], op);
                let waited = wait["for_seconds"].as_f64().filter(|waited| *waited > least)?;
                Some((task["id"].clone(), wait["resource"].clone(), waited))
            });
            assert!(waited <= started.elapsed().as_secs_f64(), "{kind} {op}: {waited}");
            let target = format!("/api/v1/resources/{}", resource.as_str().expect("a resource"));
            let found = get(addr, &target);
            assert_eq!((&found["kind"], &found["pool"]), (&kind.into(), &"blocked".into()));
            let waiter = &found["waiters"][0];
            assert!(is_at(&waiter["at"], line), "{waiter}");
            assert_eq!((&waiter["task"], &waiter["op"]), (&task, &op.into()));
            until(addr, "/api/v1/graph", |graph| {
                let edges = graph["edges"].as_array()?;
                let edge = edges.iter().find(|edge| edge["from"] == task && edge["to"] == resource)?;
                assert_eq!((&edge["kind"], &edge["op"]), (&"waits".into(), &op.into()));
                is_at(&edge["at"], line).then_some(())
            });
            least = waited + 0.001;
        }
    }
    for ((kind, ..), task) in cases {
        task.abort();
        let ended = runtime.block_on(task);
        assert!(ended.is_err_and(|error| error.is_cancelled()), "{kind}");
    }
    until(addr, "/api/v1/resources?pool=blocked", |resources| (resources["total"] == 0).then_some(()));
}
