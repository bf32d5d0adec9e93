//! tokio's own channels and locks, for peers that do not see them.

pub use tokio::sync::Mutex;
pub use tokio::sync::mpsc::{Sender, channel};

/// Whether messages are recorded.
pub const SEES_CHANNELS: bool = cfg!(feature = "bare");
/// Whether locks are recorded.
pub const SEES_LOCKS: bool = cfg!(feature = "bare");

/// A lock.
pub fn mutex<T>(value: T) -> Mutex<T> {
    Mutex::new(value)
}
