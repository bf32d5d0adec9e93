//! The guard of a writer for a part of what is locked.

use crate::original::transparent;
use crate::sync::{Exclusive, Held};
use ::tokio::sync as real;

/// The writer's lock of a [`RwLock`](super::RwLock), for a part of its value:
/// [`tokio::sync::RwLockMappedWriteGuard`](::tokio::sync::RwLockMappedWriteGuard).
#[clippy::has_significant_drop]
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockMappedWriteGuard<'a, T: ?Sized> {
    pub(super) held: Held<real::RwLockMappedWriteGuard<'a, T>>,
}

impl<'a, T: ?Sized> RwLockMappedWriteGuard<'a, T> {
    /// A guard of a part of the value, see [`tokio`](::tokio::sync::RwLockMappedWriteGuard::map).
    #[inline]
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> RwLockMappedWriteGuard<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let (real, exclusive) = this.held.into_parts();
        let mut kept = Exclusive::UNSEEN;
        // Inside of the closure, so that a panic of `f` takes the holder away before it frees the lock.
        let real = real::RwLockMappedWriteGuard::map(real, |value| {
            let part = f(value);
            kept = exclusive;
            part
        });
        RwLockMappedWriteGuard { held: Held::new(real, kept) }
    }

    /// A guard of a part of the value, if there is one, see
    /// [`tokio`](::tokio::sync::RwLockMappedWriteGuard::try_map).
    ///
    /// # Errors
    ///
    /// The guard itself, if there is none.
    #[inline]
    pub fn try_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockMappedWriteGuard<'a, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let (real, exclusive) = this.held.into_parts();
        let mut kept = Exclusive::UNSEEN;
        let mapped = real::RwLockMappedWriteGuard::try_map(real, |value| {
            let part = f(value);
            kept = exclusive;
            part
        });
        match mapped {
            Ok(real) => Ok(RwLockMappedWriteGuard { held: Held::new(real, kept) }),
            Err(real) => Err(Self { held: Held::new(real, kept) }),
        }
    }
}

transparent! { [T: ?Sized] RwLockMappedWriteGuard<'_, T> => T in held, mutable }
