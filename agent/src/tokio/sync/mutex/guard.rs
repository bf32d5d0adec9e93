//! The guard that borrows its mutex.

use super::{MappedMutexGuard, Mutex};
use crate::original::transparent;
use crate::sync::{Exclusive, Held};
use ::tokio::sync as real;

/// The lock of a [`Mutex`]: [`tokio::sync::MutexGuard`](::tokio::sync::MutexGuard).
#[clippy::has_significant_drop]
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MutexGuard<'a, T: ?Sized> {
    pub(super) held: Held<real::MutexGuard<'a, T>>,
    pub(super) mutex: &'a Mutex<T>,
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// A guard of a part of the value, see [`tokio`](::tokio::sync::MutexGuard::map).
    #[inline]
    pub fn map<U, F>(this: Self, f: F) -> MappedMutexGuard<'a, U>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> &mut U,
    {
        let (real, exclusive) = this.held.into_parts();
        let mut kept = Exclusive::UNSEEN;
        // Inside of the closure, so that a panic of `f` takes the holder away before it frees the lock.
        let real = real::MutexGuard::map(real, |value| {
            let part = f(value);
            kept = exclusive;
            part
        });
        MappedMutexGuard { held: Held::new(real, kept) }
    }

    /// A guard of a part of the value, if there is one, see [`tokio`](::tokio::sync::MutexGuard::try_map).
    ///
    /// # Errors
    ///
    /// The guard itself, if there is none.
    #[inline]
    pub fn try_map<U, F>(this: Self, f: F) -> Result<MappedMutexGuard<'a, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let mutex = this.mutex;
        let (real, exclusive) = this.held.into_parts();
        let mut kept = Exclusive::UNSEEN;
        let mapped = real::MutexGuard::try_map(real, |value| {
            let part = f(value);
            kept = exclusive;
            part
        });
        match mapped {
            Ok(real) => Ok(MappedMutexGuard { held: Held::new(real, kept) }),
            Err(real) => Err(Self { held: Held::new(real, kept), mutex }),
        }
    }

    /// The mutex that is locked.
    #[inline]
    pub fn mutex(this: &Self) -> &'a Mutex<T> {
        this.mutex
    }
}

transparent! { [T: ?Sized] MutexGuard<'_, T> => T in held, mutable }
