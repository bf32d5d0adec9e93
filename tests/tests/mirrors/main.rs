//! What tokio-util and tokio-stream make of tokio's types, made of the drop-ins: it behaves as the original, and is recorded.
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "code as applications write it")]

mod look;
mod maps;
mod semaphores;
mod senders;
mod streams;
mod trackers;
