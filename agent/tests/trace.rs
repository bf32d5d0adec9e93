//! A trace of a running program, in the form that Perfetto reads.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "the helpers of a test may panic as it does")]

#[path = "support/perfetto.rs"]
mod perfetto;

use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use taskscope::{Agent, tokio};

fn get(addr: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(addr).expect("it accepts");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n").expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

#[taskscope::instrument_pool(name = "relay")]
mod program {
    use super::{Arc, AtomicBool, Duration, Ordering};

    async fn consume(mut queue: tokio::sync::mpsc::Receiver<u32>, total: Arc<tokio::sync::Mutex<u32>>) {
        while let Some(n) = queue.recv().await {
            *total.lock().await += n;
        }
    }

    async fn hold(total: Arc<tokio::sync::Mutex<u32>>, stop: Arc<AtomicBool>) {
        while !stop.load(Ordering::Relaxed) {
            let held = total.lock().await;
            tokio::time::sleep(Duration::from_millis(2)).await;
            drop(held);
            tokio::task::yield_now().await;
        }
    }

    pub(super) async fn run(stop: Arc<AtomicBool>) {
        let (jobs, queue) = tokio::sync::mpsc::channel(4);
        let total = Arc::new(tokio::sync::Mutex::new(0));
        let consumer = tokio::spawn(consume(queue, total.clone()));
        let holder = tokio::spawn(hold(total.clone(), stop.clone()));
        while !stop.load(Ordering::Relaxed) {
            let _ = jobs.send(1).await;
        }
        drop(jobs);
        consumer.await.unwrap();
        holder.await.unwrap();
    }
}

#[test]
fn a_trace_shows_polls_wakes_waits_messages_and_hand_overs() {
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().expect("no agent runs yet");
    let addr = agent.local_addr().expect("it listens");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("relay-worker")
        .enable_all()
        .build()
        .expect("a runtime");
    let stop = Arc::new(AtomicBool::new(false));
    let running = runtime.spawn(program::run(stop.clone()));
    let answer = get(addr, "/debug/trace?seconds=1");
    let (head, body) = answer.split_once("\r\n\r\n").expect("there is a body");
    assert!(head.starts_with("HTTP/1.1 200") && head.contains(".trace.json\""), "{head}");
    let document: Value = serde_json::from_str(body).expect("it is JSON");
    let events = document["traceEvents"].as_array().expect("a list");
    perfetto::check_format(events);

    let count =
        |phase: &str, cat: &str| events.iter().filter(|e| e["ph"] == phase && e["cat"] == cat).count();
    for (phase, cat) in
        [("X", "poll"), ("s", "wake"), ("s", "message"), ("s", "hand over"), ("b", "wait"), ("b", "hold")]
    {
        assert!(count(phase, cat) > 10, "{cat}: {}", count(phase, cat));
    }
    let named = |name: &str| events.iter().any(|e| e["name"] == "thread_name" && e["args"]["name"] == name);
    assert!(named("relay-worker"));
    let poll = events.iter().find(|e| e["cat"] == "poll" && e["name"] == "consume").expect("it is polled");
    assert_eq!(poll["args"]["pool"], "relay");
    assert!(poll["args"]["spawned_at"].as_str().is_some_and(|at| at.contains("tests/trace.rs:")), "{poll}");
    let wait = events
        .iter()
        .find(|e| e["ph"] == "b" && e["name"].as_str().is_some_and(|n| n.contains("lock mutex total")));
    assert!(wait.is_some_and(|w| w["args"]["at"].as_str().is_some_and(|at| at.contains("tests/trace.rs:"))));

    // After the trace the program records as before, and the agent says so.
    assert_eq!(get(addr, "/debug/trace?seconds=0").split(' ').nth(1), Some("400"));
    stop.store(true, Ordering::Relaxed);
    runtime.block_on(running).expect("it ends");
}
