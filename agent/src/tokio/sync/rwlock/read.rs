//! The guard of a reader that borrows its lock.

use crate::original::transparent;
use crate::sync::{Hold, Reading};
use ::tokio::sync as real;

/// A reader's lock of a [`RwLock`](super::RwLock), or of a part of its value:
/// [`tokio::sync::RwLockReadGuard`](::tokio::sync::RwLockReadGuard).
#[clippy::has_significant_drop]
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    pub(super) reading: Reading<real::RwLockReadGuard<'a, T>>,
}

impl<'a, T: ?Sized> RwLockReadGuard<'a, T> {
    /// A guard of a part of the value, see [`tokio`](::tokio::sync::RwLockReadGuard::map).
    #[inline]
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> RwLockReadGuard<'a, U>
    where
        F: FnOnce(&T) -> &U,
    {
        let (real, hold) = this.reading.into_parts();
        let mut kept = Hold::unseen();
        // Inside of the closure, so that a panic of `f` takes the record away before it frees the lock.
        let real = real::RwLockReadGuard::map(real, |value| {
            let part = f(value);
            kept = hold;
            part
        });
        RwLockReadGuard { reading: Reading::new(real, kept) }
    }

    /// A guard of a part of the value, if there is one, see [`tokio`](::tokio::sync::RwLockReadGuard::try_map).
    ///
    /// # Errors
    ///
    /// The guard itself, if there is none.
    #[inline]
    pub fn try_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockReadGuard<'a, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        let (real, hold) = this.reading.into_parts();
        let mut kept = Hold::unseen();
        let mapped = real::RwLockReadGuard::try_map(real, |value| {
            let part = f(value);
            kept = hold;
            part
        });
        match mapped {
            Ok(real) => Ok(RwLockReadGuard { reading: Reading::new(real, kept) }),
            Err(real) => Err(Self { reading: Reading::new(real, kept) }),
        }
    }
}

transparent! { [T: ?Sized] RwLockReadGuard<'_, T> => T in reading }
