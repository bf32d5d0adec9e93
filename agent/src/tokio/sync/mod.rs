//! `tokio::sync`, with what the agent instruments replaced.

pub mod mpsc;
mod mutex;
mod semaphore;

pub use ::tokio::sync::*;
pub use mutex::{MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard};
pub use semaphore::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
