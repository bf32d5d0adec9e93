//! Shows what the tasks, queues and locks of a concurrent Rust program are doing, and what is wrong.
#![deny(unsafe_code)]

pub mod detect;
pub mod grid;
pub mod id;
pub mod snapshot;

/// tokio, with what the agent instruments replaced.
pub mod tokio {
    pub use ::tokio::*;
}
