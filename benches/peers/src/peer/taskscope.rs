//! taskscope: the drop-ins, with recording on. The agent runs if `PEERS_AGENT` is set.

use taskscope::tokio;
pub use tokio::sync::Mutex;
use tokio::sync::mpsc::Receiver;
pub use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;

/// Whether messages are recorded.
pub const SEES_CHANNELS: bool = true;
/// Whether locks are recorded.
pub const SEES_LOCKS: bool = true;

/// The agent.
pub struct Guard(#[expect(dead_code, reason = "it is kept")] Option<taskscope::Agent>);

/// Starts what the peer needs.
pub fn start() -> Guard {
    let agent = std::env::var_os("PEERS_AGENT")
        .map(|_| taskscope::Agent::builder().addr("127.0.0.1:0".parse().ok()).start().unwrap());
    Guard(agent)
}

/// Spawns a task.
#[track_caller]
pub fn spawn<F: Future<Output: Send> + Send + 'static>(future: F) -> JoinHandle<F::Output>
where
    F::Output: 'static,
{
    tokio::spawn(future)
}

/// A bounded queue.
#[track_caller]
pub fn channel<T>(room: usize) -> (Sender<T>, Receiver<T>) {
    tokio::sync::mpsc::channel(room)
}

/// A lock.
#[track_caller]
pub fn mutex<T>(value: T) -> Mutex<T> {
    Mutex::new(value)
}

/// Runs a future as a task of a runtime of one thread.
pub fn block_on<F: Future<Output = ()> + Send + 'static>(future: F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { ::tokio::spawn(future).await.unwrap() });
}

/// Runs a future on a runtime of two worker threads.
pub fn block_on_workers<F: Future<Output = ()> + Send + 'static>(future: F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { tokio::spawn(future).await.unwrap() });
}
