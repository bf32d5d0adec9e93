//! `tokio_util::task`, with what spawns replaced.

mod join_map;
#[expect(unsafe_code, reason = "pin projection")]
pub mod task_tracker;

pub use ::tokio_util::task::*;
pub use join_map::JoinMap;
pub use task_tracker::TaskTracker;
