//! tokio-metrics: a monitor around each task.

use std::sync::LazyLock;
use tokio::task::JoinHandle;
use tokio_metrics::TaskMonitor;

static MONITOR: LazyLock<TaskMonitor> = LazyLock::new(TaskMonitor::new);

/// Nothing has to run.
pub struct Guard;

/// Starts what the peer needs.
pub fn start() -> Guard {
    LazyLock::force(&MONITOR);
    Guard
}

/// Spawns a task.
pub fn spawn<F: Future<Output: Send> + Send + 'static>(future: F) -> JoinHandle<F::Output>
where
    F::Output: 'static,
{
    tokio::spawn(MONITOR.instrument(future))
}
