//! The pools that the build script wrote.

use crate::gate::Gate;
use taskscope::tokio::sync::Semaphore;
use taskscope::tokio::task::JoinHandle;

/// A task and a resource of a pool.
pub(crate) type Made = (JoinHandle<()>, Semaphore);

include!(concat!(env!("OUT_DIR"), "/pools.rs"));

/// A task and a resource of each pool.
pub(crate) fn make(gate: &Gate) -> Vec<Made> {
    POOLS.iter().map(|pool| pool(gate)).collect()
}
