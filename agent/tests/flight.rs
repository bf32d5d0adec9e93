//! The flight recorder: a finding comes with a trace of what happened around it.
#![expect(clippy::expect_used, reason = "what is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/client.rs"]
mod client;
#[path = "support/perfetto.rs"]
mod perfetto;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use taskscope::snapshot::{TraceKind, Tracer};
use taskscope::{Agent, tokio};

/// There is one agent in a process, and one test at a time looks at the rings.
static TURN: Mutex<()> = Mutex::new(());

#[taskscope::instrument_pool(name = "bank")]
mod bank {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Mutex;
    use tokio::sync::Notify;

    /// Two tasks that take two locks in opposite order, once they are told to, and one that never stops.
    pub(super) async fn run(start: Arc<Notify>) {
        let (left, right) = (Arc::new(Mutex::new(1)), Arc::new(Mutex::new(2)));
        let ready = Arc::new(tokio::sync::Barrier::new(2));
        let (a, b, both) = (left.clone(), right.clone(), ready.clone());
        let _one = tokio::spawn(async move {
            let from = a.lock().await;
            both.wait().await;
            let to = b.lock().await;
            drop((from, to));
        });
        let _other = tokio::spawn(async move {
            start.notified().await;
            let from = right.lock().await;
            ready.wait().await;
            let to = left.lock().await;
            drop((from, to));
        });
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Runs the program until its deadlock is found and has a trace. Returns the finding, and the trace.
fn deadlock(agent: &Agent) -> (Value, Value) {
    let addr = agent.local_addr().expect("it listens");
    let json = |target: &str| -> Value {
        let (status, body) = client::get(addr, target);
        assert_eq!(status, 200, "{target}: {body}");
        serde_json::from_str(&body).expect("it is JSON")
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let start = std::sync::Arc::new(tokio::sync::Notify::new());
    runtime.spawn(bank::run(start.clone()));
    start.notify_one();
    let begun = Instant::now();
    let finding = loop {
        let document = json("/api/v1/findings?kind=deadlock&state=active");
        let found = document["findings"].as_array().and_then(|all| all.last()).cloned();
        match found.filter(|finding| finding["trace"].is_string()) {
            Some(finding) => break finding,
            None => assert!(begun.elapsed() < Duration::from_secs(60), "{document}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let trace = json(finding["trace"].as_str().expect("a path"));
    assert!(json("/debug/trace?last=1")["traceEvents"].is_array());
    assert_eq!(client::get(addr, "/debug/trace?finding=f99999").0, 404);
    runtime.shutdown_background();
    (finding, trace)
}

fn events(trace: &Value) -> &Vec<Value> {
    trace["traceEvents"].as_array().expect("a list")
}

/// What is wrong with a trace of the deadlock, whenever it began.
fn check(finding: &Value, trace: &Value) {
    let events = events(trace);
    perfetto::check_format(events);
    assert!(trace["otherData"]["findings"].as_array().is_some_and(|ids| ids.contains(&finding["id"])));
    let tasks: BTreeSet<&str> =
        finding["tasks"].as_array().expect("a list").iter().filter_map(|task| task["id"].as_str()).collect();
    assert_eq!(tasks.len(), 2, "{finding}");
    let of = |cat: &str, task: &str| -> BTreeSet<String> {
        let spans = events.iter().filter(|e| e["ph"] == "b" && e["cat"] == cat && e["args"]["task"] == task);
        spans.filter_map(|e| Some(e["args"]["resource"].as_str()?.to_owned())).collect()
    };
    let mut held = BTreeSet::new();
    for task in &tasks {
        let (holds, waits) = (of("hold", task), of("wait", task));
        assert!(!holds.is_empty() && !waits.is_empty(), "{task} holds {holds:?} and waits for {waits:?}");
        held.extend(holds);
    }
    assert_eq!(held.len(), 2, "each holds what the other waits for");
    let places = events.iter().filter(|e| e["cat"] == "hold").filter_map(|e| e["args"]["at"].as_str());
    assert!(places.filter(|at| at.contains("tests/flight.rs:")).count() >= 2);
}

/// Polls of a task that are in a trace.
fn polls(trace: &Value, task: &Value) -> usize {
    let of = |e: &&Value| e["cat"] == "poll" && e["args"]["task"] == *task;
    events(trace).iter().filter(of).count()
}

#[test]
fn a_deadlock_has_a_trace_of_what_its_tasks_hold_and_wait_for() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().expect("no agent runs");
    let (finding, trace) = deadlock(&agent);
    check(&finding, &trace);
    let others = events(&trace).iter().filter(|e| e["cat"] == "poll").count();
    assert!(others > 0, "the program went on while the deadlock was suspected");
}

#[test]
fn a_recorder_that_is_always_on_has_the_polls_that_led_to_the_deadlock() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let agent = Agent::builder()
        .addr("127.0.0.1:0".parse().ok())
        .flight_recorder(true)
        .budget(1.0)
        .start()
        .expect("no agent runs");
    let (finding, trace) = deadlock(&agent);
    check(&finding, &trace);
    for task in finding["tasks"].as_array().expect("a list") {
        assert!(polls(&trace, &task["id"]) > 0, "{task}");
    }
}

#[test]
fn events_are_those_of_the_thread_that_noted_them() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let tracer = Tracer::start(100_000);
    // One after the other: each has the ring of the one before.
    for _ in 0..5 {
        let lock = taskscope::std::sync::Mutex::new(());
        let taking = taskscope::std::thread::spawn(move || drop(lock.lock()));
        taking.join().expect("no panic");
    }
    let trace = tracer.finish();
    let mut threads = BTreeMap::new();
    for event in &trace.events {
        let here = event.place.is_some_and(|place| place.file.ends_with("flight.rs"));
        if let TraceKind::Taken(lock) = event.kind
            && here
        {
            threads.insert(lock, event.thread);
        }
    }
    let different: BTreeSet<u64> = threads.values().copied().filter(|thread| *thread != 0).collect();
    assert_eq!(different.len(), 5, "{threads:?}");
}
