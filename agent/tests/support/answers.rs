//! What the API answers, asked for until it is as wanted.

#[path = "client.rs"]
pub(crate) mod client;

use serde_json::Value;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// The document at this path.
pub(crate) fn json(addr: SocketAddr, target: &str) -> Value {
    let (status, body) = client::get(addr, target);
    assert_eq!(status, 200, "{target}: {body}");
    serde_json::from_str(&body).expect("JSON")
}

/// Asks until the document is as `wanted`.
pub(crate) fn until<R>(addr: SocketAddr, target: &str, wanted: impl Fn(&Value) -> Option<R>) -> R {
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
