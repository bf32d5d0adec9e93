//! A queue and its workers: what the agent says of them over HTTP.
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as it does")]

#[path = "support/client.rs"]
mod client;

use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use taskscope::tokio::sync::{Mutex, mpsc};
use taskscope::{Agent, tokio};

const WORKERS: u64 = 3;
const SERVICE: Duration = Duration::from_millis(4);

/// The document of the first queue that has this capacity, once it is as wanted.
fn until(agent: &Agent, capacity: u64, wanted: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        let pools: Value =
            serde_json::from_str(&client::get(agent.local_addr().unwrap(), "/api/v1/pools").1).unwrap();
        let queues =
            pools["pools"].as_array().unwrap().iter().flat_map(|pool| pool["queues"].as_array().unwrap());
        let queue =
            queues.into_iter().find(|queue| queue["capacity"] == capacity).map(|queue| &queue["queueing"]);
        if let Some(facts) = queue.filter(|facts| wanted(facts)) {
            return facts.clone();
        }
        assert!(start.elapsed() < Duration::from_secs(120), "{pools:#}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn workers_that_take_turns_are_known_and_how_busy_they_are() {
    let patience = Duration::from_millis(900);
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).stuck_after(patience).start().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let guard = runtime.enter();

    let (send, receive) = mpsc::channel::<()>(777);
    let receive = Arc::new(Mutex::new(receive));
    for _ in 0..WORKERS {
        let receive = receive.clone();
        tokio::spawn(async move {
            loop {
                let message = receive.lock().await.recv().await;
                if message.is_none() {
                    return;
                }
                tokio::time::sleep(SERVICE).await;
            }
        });
    }
    let stopped = stop.clone();
    tokio::spawn(async move {
        while !stopped.load(Ordering::Relaxed) {
            send.send(()).await.unwrap();
            send.send(()).await.unwrap();
            tokio::time::sleep(SERVICE).await;
        }
    });

    let facts = until(&agent, 777, |facts| {
        ["workers", "service_seconds", "wait_seconds", "little_ratio"]
            .iter()
            .all(|name| !facts[*name].is_null())
    });
    let number = |name: &str| facts[name].as_f64().unwrap();
    assert_eq!(facts["workers"], WORKERS, "{facts:#}");
    // No sleep is shorter than it was asked for, and all workers together have no more than all of the time.
    assert!(number("service_seconds") >= SERVICE.as_secs_f64() * 0.98, "{facts:#}");
    assert!((0.01..=1.0).contains(&number("utilization")), "{facts:#}");
    let load = number("departures_per_second") * number("service_seconds");
    let busy = number("utilization") * WORKERS as f64;
    assert!((load / busy - 1.0).abs() < 0.01, "the load is what keeps them busy: {facts:#}");
    assert!(number("workers_blocked_ratio") < 0.5, "a turn is no lock to wait for: {facts:#}");

    // The tasks that come and go, and the end of what is said when nothing comes any more.
    stop.store(true, Ordering::Relaxed);
    until(&agent, 777, |facts| facts.is_null());
    drop(guard);
}
