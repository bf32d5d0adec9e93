//! `std::sync`: locks that know who holds them and who waits for them, and condition variables.
//!
//! Every type holds std's own of the same name and behaves like it: the same signatures, poison, panics and fairness. A lock
//! that is free is taken by a `try_lock` of std's; only if that fails, a wait is recorded and the thread blocks. All of
//! them are made in constants, so each is recorded from its first use on.
//!
//! A value converts to and from std's own with `from_inner`, `into_std` and `From`. What happens through the plain value is
//! not seen, so the resource counts as not covered from then on.
//!
//! All else is std's own: `Arc`, atomics, `LazyLock`, what poison is made of.

mod condvar;
mod guards;
mod mutex;
mod result;
mod rwlock;

pub use ::std::sync::*;

pub use condvar::Condvar;
pub use guards::{MutexGuard, RwLockReadGuard, RwLockWriteGuard};
pub use mutex::Mutex;
pub use rwlock::RwLock;
