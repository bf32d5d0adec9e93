//! `parking_lot`: locks, conditions and what is done once, which know who holds them, who waits for them, and where
//! (feature `parking-lot`).
//!
//! Every lock holds parking_lot's own of the same name and behaves like it. A lock that is free is taken by a `try_lock` of
//! parking_lot's; only if that fails, a wait is recorded and the thread blocks. All of them are made in constants, so each
//! is recorded from its first use on.
//!
//! The locks are lock_api's with raw locks that record, so guards, mapped, upgradable and owned ones included, are lock_api's
//! own. Around them is a type of the same name, which knows the line that made it and derefs to lock_api's. What
//! gives the lock back, such as `MutexGuard::mutex`, gives lock_api's. A lock of lock_api that a program builds from
//! [`RawMutex`] and its kin is shown as made where it was used first.
//!
//! - A lock that a guard takes again (`unlocked`, `bump`) is shown as taken at lock_api's line, and so is a [`ReentrantMutex`]
//!   that is taken by `lock_arc` and its kin.
//! - With parking_lot's feature `send_guard`, a guard may be dropped by another thread than the one that took it: readers of
//!   a [`RwLock`] are not recorded then, and the lock is shown as not covered.
//! - A thread that waits to upgrade its guard is shown as waiting, and not as a reader.

mod condvar;
mod fair_mutex;
mod mutex;
mod newtype;
mod once;
mod raw_mutex;
mod raw_rwlock;
mod reentrant;
mod rwlock;

pub use ::parking_lot::*;

pub use condvar::Condvar;
pub use fair_mutex::{FairMutex, FairMutexGuard, MappedFairMutexGuard, const_fair_mutex};
pub use mutex::{MappedMutexGuard, Mutex, MutexGuard, const_mutex};
pub use once::Once;
pub use raw_mutex::{RawFairMutex, RawMutex, Recorded};
pub use raw_rwlock::RawRwLock;
pub use reentrant::{
    MappedReentrantMutexGuard, RawOwnedMutex, ReentrantMutex, ReentrantMutexGuard, const_reentrant_mutex,
};
pub use rwlock::{
    MappedRwLockReadGuard, MappedRwLockWriteGuard, RwLock, RwLockReadGuard, RwLockUpgradableReadGuard,
    RwLockWriteGuard, const_rwlock,
};
