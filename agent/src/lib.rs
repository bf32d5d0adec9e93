//! Shows what the tasks, queues and locks of a concurrent Rust program are doing, and what is wrong.
#![deny(unsafe_code)]

pub mod detect;
pub mod grid;
pub mod id;
#[expect(dead_code, unused_imports, reason = "each name stays until its last user is written; trimmed then")]
mod primitive;
pub mod snapshot;

/// tokio, with what the agent instruments replaced.
pub mod tokio {
    pub use ::tokio::*;
}
