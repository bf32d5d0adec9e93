//! What the agent answers over HTTP.

use crate::client;
use serde_json::Value;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Asks the agent.
pub(crate) struct Answers {
    pub(crate) addr: SocketAddr,
}

impl Answers {
    /// The body at this place; the status must be 200.
    pub(crate) fn get(&self, target: &str) -> String {
        let (status, body) = client::get(self.addr, target);
        assert_eq!(status, 200, "{target}: {body}");
        body
    }

    /// The document at this place.
    pub(crate) fn json(&self, target: &str) -> Value {
        serde_json::from_str(&self.get(target)).unwrap()
    }

    /// The first document that is as wanted.
    pub(crate) fn until(&self, target: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let document = self.json(target);
            if wanted(&document) {
                return document;
            }
            assert!(start.elapsed() < Duration::from_secs(300), "{document}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// The sum of all samples in the metrics that begin like this.
pub(crate) fn sum(metrics: &str, series: &str) -> f64 {
    let samples = metrics.lines().filter_map(|line| {
        let rest = line.strip_prefix(series)?;
        rest.starts_with(['{', ' ']).then(|| line.rsplit(' ').next()?.parse::<f64>().ok())?
    });
    samples.sum()
}
