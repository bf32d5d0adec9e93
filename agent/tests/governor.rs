//! The agent under a budget that it cannot keep: it times fewer polls, says so, and counts as before.
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]
#![expect(clippy::expect_used, reason = "the helpers of a test may panic as it does")]

#[path = "support/client.rs"]
mod client;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use taskscope::{Agent, tokio};

/// Asks `what` until it is true.
fn until(mut what: impl FnMut() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < Duration::from_secs(60), "this takes too long");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The answer to a request, as JSON.
fn get(agent: &Agent, path: &str) -> serde_json::Value {
    let (_, body) = client::get(agent.local_addr().expect("it listens"), path);
    serde_json::from_str(&body).expect("it is JSON")
}

/// One of how many polls is timed.
fn one_in(agent: &Agent) -> u64 {
    let coverage = get(agent, "/api/v1/coverage");
    let rows = coverage["sampled"].as_array().expect("a list");
    let polls = rows.iter().find(|row| row["what"].as_str().is_some_and(|w| w.contains("polls")));
    polls.and_then(|row| row["one_in"].as_u64()).expect("polls are listed")
}

#[test]
fn a_small_budget_lowers_the_detail_and_no_count() {
    let agent = Agent::builder()
        .addr("127.0.0.1:0".parse().ok())
        .budget(0.000_001)
        .start()
        .expect("no agent runs yet");
    assert_eq!(get(&agent, "/api/v1/summary")["overhead"]["fixed"], serde_json::Value::Null, "not known yet");
    assert_eq!(one_in(&agent), 1);

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("a runtime");
    let stop = Arc::new(AtomicBool::new(false));
    let yields = Arc::new(AtomicU64::new(0));
    let spinning = runtime.spawn({
        let (stop, yields) = (stop.clone(), yields.clone());
        async move {
            while !stop.load(Ordering::Relaxed) {
                yields.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
            std::future::pending::<()>().await;
        }
    });
    until(|| one_in(&agent) > 1);
    let overhead = get(&agent, "/api/v1/summary")["overhead"].clone();
    for part in ["fixed", "optional"] {
        let share = overhead[part].as_f64().expect("known by now");
        assert!(share > 0.0 && share <= 1.0, "{overhead}");
    }

    stop.store(true, Ordering::Relaxed);
    // Each yield is a poll; the last poll ends in the wait that does not end.
    let expected = yields.load(Ordering::Relaxed);
    until(|| {
        let snapshot = agent.snapshot();
        let done = snapshot.tasks.iter().find(|t| t.polls > 0).map_or(0, |t| t.polls);
        done == yields.load(Ordering::Relaxed) + 1 && done > expected
    });
    let snapshot = agent.snapshot();
    let task = snapshot.tasks.iter().find(|t| t.polls > 0).expect("it is alive");
    // The timed polls stand for all of them.
    let recorded = snapshot.group_of(task).poll.count() as f64;
    let polls = task.polls as f64;
    assert!((recorded / polls - 1.0).abs() < 0.2, "{recorded} recorded of {polls}");
    assert!(task.busy > 0 && task.busy < snapshot.at, "{}", task.busy);
    spinning.abort();
}
