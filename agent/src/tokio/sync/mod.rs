//! `tokio::sync`, with what the agent instruments replaced.

pub mod broadcast;
pub mod futures;
pub mod mpsc;
mod mutex;
mod notify;
pub mod oneshot;
mod semaphore;
pub mod watch;

pub use ::tokio::sync::*;
pub use mutex::{MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard};
pub use notify::Notify;
pub use semaphore::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
