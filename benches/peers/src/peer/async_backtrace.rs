//! async-backtrace: a frame around each task.

use tokio::task::JoinHandle;

/// Nothing has to run.
pub struct Guard;

/// Starts what the peer needs.
pub fn start() -> Guard {
    Guard
}

/// Spawns a task.
pub fn spawn<F: Future<Output: Send> + Send + 'static>(future: F) -> JoinHandle<F::Output>
where
    F::Output: 'static,
{
    tokio::spawn(async_backtrace::frame!(future))
}
