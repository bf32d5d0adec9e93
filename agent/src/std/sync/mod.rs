//! `std::sync`: locks, conditions and queues that know who holds them, who waits for them, and where.
//!
//! Every type holds std's own of the same name and behaves like it: the same signatures, poison, panics and fairness. A lock
//! that is free is taken by a `try_lock` of std's; only if that fails, a wait is recorded and the thread blocks. All of
//! them are made in constants, so each is recorded from its first use on.
//!
//! A value converts to and from std's own with `from_inner`, `into_std` and `From`. What happens through the plain value is
//! not seen, so the resource counts as not covered from then on.
//!
//! All else is std's own: `Arc`, atomics, `LazyLock`, what poison is made of.

mod barrier;
mod condvar;
mod guards;
pub mod mpsc;
mod mutex;
mod once;
mod once_lock;
mod result;
mod rwlock;
pub(crate) mod turn;

pub use ::std::sync::*;

pub use barrier::Barrier;
pub use condvar::Condvar;
pub use guards::{MutexGuard, RwLockReadGuard, RwLockWriteGuard};
pub use mutex::Mutex;
#[expect(deprecated, reason = "std has it still")]
pub use once::ONCE_INIT;
pub use once::Once;
pub use once_lock::OnceLock;
pub use rwlock::RwLock;
