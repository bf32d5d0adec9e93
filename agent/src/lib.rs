//! Shows what the tasks, queues and locks of a concurrent Rust program are doing, and what is wrong.
#![deny(unsafe_code)]

#[cfg_attr(not(test), expect(dead_code, reason = "some names are used by the wiring of the agent alone"))]
mod config;
pub mod detect;
#[cfg_attr(not(test), expect(dead_code, reason = "some names are used by the wiring of the agent alone"))]
mod error;
pub mod grid;
pub mod id;
#[expect(dead_code, unused_imports, reason = "each name stays until its last user is written; trimmed then")]
mod primitive;
pub mod snapshot;

pub use config::{Config, Token, VARIABLES, Variable};
pub use error::Error;

/// tokio, with what the agent instruments replaced.
pub mod tokio {
    pub use ::tokio::*;
}
