//! The guards of locks.

use crate::original::transparent;
use crate::sync::{Held, Reading, Resource};
#[cfg(taskscope_std_downgrades)]
use std::panic::Location;
use std::sync as real;

/// The lock of a [`Mutex`](super::Mutex): [`std::sync::MutexGuard`](::std::sync::MutexGuard).
#[clippy::has_significant_drop]
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MutexGuard<'a, T: ?Sized> {
    pub(super) held: Held<real::MutexGuard<'a, T>>,
    /// The mutex's, for a condition variable that takes the lock again.
    pub(super) resource: &'a Resource,
}

/// A reader's lock of a [`RwLock`](super::RwLock): [`std::sync::RwLockReadGuard`](::std::sync::RwLockReadGuard).
#[clippy::has_significant_drop]
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    pub(super) reading: Reading<real::RwLockReadGuard<'a, T>>,
}

/// A writer's lock of a [`RwLock`](super::RwLock): [`std::sync::RwLockWriteGuard`](::std::sync::RwLockWriteGuard).
#[clippy::has_significant_drop]
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    pub(super) held: Held<real::RwLockWriteGuard<'a, T>>,
}

#[cfg(taskscope_std_downgrades)]
impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// The lock, shared with other readers from now on, see [`std`](::std::sync::RwLockWriteGuard::downgrade). Here as
    /// there, it takes Rust 1.92.
    #[expect(clippy::incompatible_msrv, reason = "it is here where std has it")]
    #[track_caller]
    pub fn downgrade(s: Self) -> RwLockReadGuard<'a, T> {
        let (real, exclusive) = s.held.into_parts();
        let hold = exclusive.share(Location::caller());
        let real = real::RwLockWriteGuard::downgrade(real);
        RwLockReadGuard { reading: Reading::new(real, hold) }
    }
}

transparent! { [T: ?Sized] MutexGuard<'_, T> => T in held, mutable }
transparent! { [T: ?Sized] RwLockReadGuard<'_, T> => T in reading }
transparent! { [T: ?Sized] RwLockWriteGuard<'_, T> => T in held, mutable }
