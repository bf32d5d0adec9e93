//! await-tree: a registered root for each task.

use await_tree::{Config, Registry};
use std::sync::LazyLock;
use tokio::task::JoinHandle;

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::new(Config::default()));

/// Nothing has to run.
pub struct Guard;

/// Starts what the peer needs.
pub fn start() -> Guard {
    LazyLock::force(&REGISTRY);
    Guard
}

/// Spawns a task.
pub fn spawn<F: Future<Output: Send> + Send + 'static>(future: F) -> JoinHandle<F::Output>
where
    F::Output: 'static,
{
    tokio::spawn(REGISTRY.register_anonymous("task").instrument(future))
}
