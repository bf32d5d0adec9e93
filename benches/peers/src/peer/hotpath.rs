//! hotpath: its futures, channels and locks.

pub use hotpath::wrap::tokio::sync::Mutex;
use hotpath::wrap::tokio::sync::mpsc::Receiver;
pub use hotpath::wrap::tokio::sync::mpsc::Sender;
use hotpath::{Format, HotpathGuard, HotpathGuardBuilder, Section};
use tokio::task::JoinHandle;

/// Whether messages are recorded.
pub const SEES_CHANNELS: bool = true;
/// Whether locks are recorded.
pub const SEES_LOCKS: bool = true;

/// Its collector.
pub struct Guard(#[expect(dead_code, reason = "it is kept")] HotpathGuard);

/// Starts what the peer needs.
pub fn start() -> Guard {
    let sections = vec![Section::Futures, Section::Channels, Section::Mutexes];
    Guard(HotpathGuardBuilder::new("main").format(Format::None).sections(sections).build())
}

/// A bounded queue.
pub fn channel<T: Send + 'static>(room: usize) -> (Sender<T>, Receiver<T>) {
    hotpath::channel!(tokio::sync::mpsc::channel::<T>(room))
}

/// A lock.
pub fn mutex<T: Send + 'static>(value: T) -> Mutex<T> {
    hotpath::mutex!(tokio::sync::Mutex::new(value))
}

/// Spawns a task.
pub fn spawn<F: Future<Output: Send> + Send + 'static>(future: F) -> JoinHandle<F::Output>
where
    F::Output: 'static,
{
    tokio::spawn(hotpath::future!(future))
}
