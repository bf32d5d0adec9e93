//! The listener of a real agent: it answers while the program cannot run, and comes and goes with the agent.
#![expect(clippy::expect_used, reason = "an answer that is not there fails the test")]

#[path = "support/client.rs"]
mod client;

use client::get;
use serde_json::Value;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use taskscope::{Agent, tokio};

/// Workers of the program's runtime.
const WORKERS: usize = 2;

fn json(addr: SocketAddr, target: &str) -> Value {
    let (status, body) = get(addr, target);
    assert_eq!(status, 200, "{target}: {body}");
    serde_json::from_str(&body).expect("JSON")
}

/// The first answer with this many entries: a snapshot may be shown again for a moment.
fn with_total(addr: SocketAddr, target: &str, total: usize) -> Value {
    loop {
        let document = json(addr, target);
        if document["total"] == total {
            return document;
        }
        std::thread::yield_now();
    }
}

fn agent(addr: &str) -> Agent {
    Agent::builder().addr(addr.parse().ok()).start().expect("nothing is in the way")
}

/// One test, because a process has one agent.
#[test]
fn it_answers_while_the_program_is_blocked_and_ends_with_the_agent() {
    let agent = agent("127.0.0.1:0");
    let addr = agent.local_addr().expect("a listener");

    let again = Agent::builder().addr(None).start().expect_err("one agent per process");
    assert!(again.is_already_running(), "{again}");

    while_every_worker_is_blocked(addr);

    drop(agent);
    assert!(TcpStream::connect(addr).is_err(), "nobody listens any more");

    // The next agent may have the place, and a taken port is no error.
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let addr = taken.local_addr().expect("bound").to_string();
    assert_eq!(self::agent(&addr).local_addr(), None);
}

fn while_every_worker_is_blocked(addr: SocketAddr) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()
        .expect("a runtime");
    let inside = Arc::new(Barrier::new(WORKERS + 1));
    let (release, released): (Vec<_>, Vec<_>) = (0..WORKERS).map(|_| channel::<()>()).unzip();
    let (send, mut receive) = tokio::sync::mpsc::channel::<u8>(4);
    let line = line!() + 1;
    let waiting = runtime.spawn(async move { receive.recv().await });
    // It has to have waited before the workers are taken.
    with_total(addr, "/api/v1/tasks?state=waiting", 1);
    let blocked: Vec<_> = released
        .into_iter()
        .map(|released| {
            let inside = inside.clone();
            runtime.spawn(async move {
                inside.wait();
                let _ = released.recv();
            })
        })
        .collect();
    inside.wait();

    with_total(addr, "/api/v1/tasks?state=running", WORKERS);
    let waiting_task = json(addr, "/api/v1/tasks?state=waiting")["tasks"][0].clone();
    let spawned_at = waiting_task["spawned_at"].as_str().expect("a place");
    assert!(spawned_at.contains(&format!("tests/listener.rs:{line}:")), "{spawned_at}");
    let wait = &waiting_task["waiting_on"][0];
    assert_eq!(wait["op"], "recv", "{waiting_task}");
    let id = wait["resource"].as_str().expect("an id");
    let queue = json(addr, &format!("/api/v1/resources/{id}"));
    assert_eq!((&queue["kind"], &queue["depth"], &queue["capacity"]), (&"mpsc".into(), &0.into(), &4.into()));
    assert_eq!(queue["waiters"][0]["task"], waiting_task["id"], "{queue}");
    for target in
        ["/", "/healthz", "/metrics", "/api/v1/summary", "/api/v1/pools", "/api/v1/findings", "/api/v1/graph"]
    {
        assert_eq!(get(addr, target).0, 200, "{target}");
    }

    drop(release);
    drop(send);
    runtime.block_on(async {
        for task in blocked {
            task.await.expect("it was released");
        }
        assert_eq!(waiting.await.expect("it was released"), None);
    });
    drop(runtime);
    with_total(addr, "/api/v1/tasks", 0);
}
