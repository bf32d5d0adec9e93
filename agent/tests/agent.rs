//! A running agent: it starts once, answers over HTTP whatever the program does, finds a lost waker, and stops.
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/client.rs"]
mod client;

use client::get;
use std::future::poll_fn;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::task::Poll;
use std::time::{Duration, Instant};
use taskscope::detect::FindingKind;
use taskscope::{Agent, tokio};

/// Asks until the answer contains `wanted`.
fn until(addr: SocketAddr, path: &str, wanted: &str) -> String {
    let start = Instant::now();
    loop {
        let (status, body) = get(addr, path);
        assert_eq!(status, 200, "{body}");
        if body.contains(wanted) {
            return body;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{wanted} is not in {body}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[taskscope::instrument_pool(name = "uploads")]
mod program {
    use super::{Poll, poll_fn};

    async fn lost() {
        poll_fn(|_| Poll::<()>::Pending).await;
    }

    /// Where the task below is spawned.
    pub(super) const SPAWN: u32 = line!() + 3;

    pub(super) fn spawn_lost() -> tokio::task::JoinHandle<()> {
        tokio::spawn(lost())
    }
}

#[test]
fn from_start_to_stop() {
    // Somebody has the port: no error, and no listener.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let deaf = Agent::builder().addr(taken.local_addr().ok()).start().unwrap();
    assert_eq!(deaf.local_addr(), None);
    drop(deaf);

    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().unwrap();
    let addr = agent.local_addr().unwrap();
    assert!(Agent::builder().start().unwrap_err().is_already_running());
    assert_eq!(get(addr, "/healthz").1.trim(), "ok");

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let lost = {
        let _inside = runtime.enter();
        program::spawn_lost()
    };
    let found = until(addr, "/api/v1/findings", "lost_waker");
    assert!(
        found.contains("\"pool\":\"uploads\"")
            && found.contains(&format!("tests/agent.rs:{}:", program::SPAWN)),
        "{found}"
    );
    assert!(found.contains("poll_fn(|_| Poll::<()>::Pending)"), "the await is named: {found}");
    assert!(found.contains("\"certainty\":\"proven\""), "{found}");
    assert_eq!(agent.findings()[0].finding.kind, FindingKind::LostWaker);
    until(addr, "/metrics", "taskscope_findings{kind=\"lost_waker\",certainty=\"proven\"} 1");

    // Every worker is blocked, and the agent answers.
    let (release, gate) = std::sync::mpsc::channel::<()>();
    let gate = std::sync::Arc::new(std::sync::Mutex::new(gate));
    for _ in 0..2 {
        let gate = gate.clone();
        runtime.spawn(async move {
            let _ = gate.lock().unwrap().recv();
        });
    }
    until(addr, "/api/v1/tasks?state=running&sort=-age_seconds", "\"total\":2");
    assert_eq!(get(addr, "/api/v1/pools").0, 200);
    drop(release);

    // It heals when the task goes.
    lost.abort();
    let healed = until(addr, "/api/v1/findings", "\"resolved_unix_ms\":1");
    assert!(healed.contains("lost_waker"), "{healed}");

    drop(agent);
    assert!(TcpStream::connect(addr).is_err());
    // The wrappers go on working, and the next agent may come.
    runtime.block_on(async { tokio::spawn(async {}).await.unwrap() });
    let next = Agent::builder().addr(None).start().unwrap();
    assert_eq!(next.findings(), []);
}
