//! Programs made of the crates that services are made of, on the drop-ins: they compile, they answer as without, and what
//! the agent does not see it says.
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "code as applications write it")]

#[path = "../../../agent/tests/support/client.rs"]
mod client;
mod pools;
mod service;
mod streams;

use serde_json::Value;
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use taskscope::{Agent, tokio};

/// The one agent of this process.
fn agent() -> SocketAddr {
    static AGENT: OnceLock<Agent> = OnceLock::new();
    let agent = AGENT.get_or_init(|| Agent::builder().addr("127.0.0.1:0".parse().ok()).start().unwrap());
    agent.local_addr().unwrap()
}

/// An answer of the agent.
fn get(path: &str) -> Value {
    serde_json::from_str(&client::get(agent(), path).1).unwrap()
}

/// Asks until the answer satisfies `wanted`.
async fn until(path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        let path = path.to_owned();
        let answer = tokio::task::spawn_blocking(move || get(&path)).await.unwrap();
        if wanted(&answer) {
            return answer;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{answer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The only entry of a list that satisfies `wanted`.
fn entry<'a>(answer: &'a Value, list: &str, wanted: impl Fn(&Value) -> bool) -> Option<&'a Value> {
    answer[list].as_array().unwrap().iter().find(|entry| wanted(entry))
}
