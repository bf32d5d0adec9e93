//! `tokio::task`, with what the agent instruments replaced.

mod abort_handle;
mod join_handle;
pub mod join_set;
mod local_set;
mod members;
mod spawn;

pub use ::tokio::task::*;

pub use abort_handle::AbortHandle;
pub use join_handle::JoinHandle;
pub use join_set::JoinSet;
pub use local_set::{LocalSet, spawn_local};
#[cfg(feature = "rt-multi-thread")]
pub use spawn::block_in_place;
pub use spawn::{spawn, spawn_blocking};

pub(crate) use members::Members;
pub(crate) use spawn::{job, rooted, spawned};
