//! How much a client may ask of the listener.

use std::time::Duration;

/// Limits of the listener. Tests lower them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Bytes of a request's head: its line and its headers.
    pub(crate) head: usize,
    /// Bytes of a request's body.
    pub(crate) body: u64,
    /// From the first byte of a request to the last of its head.
    pub(crate) head_time: Duration,
    /// Between two requests, or while a client does not read its answer.
    pub(crate) idle_time: Duration,
    /// Connections at the same time.
    pub(crate) connections: usize,
    /// Connections beyond that are told so, but only so many at a time.
    pub(crate) refusals: usize,
    /// Profiles at the same time.
    pub(crate) windows: usize,
    /// How long open connections may take to end when the listener stops.
    pub(crate) stop_time: Duration,
}

/// Threads that do the work of requests, those that wait for a profile apart.
pub(crate) const WORKERS: usize = 4;

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            head: 16 << 10,
            body: 64 << 10,
            head_time: Duration::from_secs(10),
            idle_time: Duration::from_secs(60),
            connections: 128,
            refusals: 32,
            windows: 4,
            stop_time: Duration::from_millis(500),
        }
    }
}
