//! The guard of a part of what is locked.

use crate::original::transparent;
use crate::sync::{Exclusive, Held};
use ::tokio::sync as real;

/// The lock of a [`Mutex`](super::Mutex), for a part of its value:
/// [`tokio::sync::MappedMutexGuard`](::tokio::sync::MappedMutexGuard).
#[clippy::has_significant_drop]
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MappedMutexGuard<'a, T: ?Sized> {
    pub(super) held: Held<real::MappedMutexGuard<'a, T>>,
}

impl<'a, T: ?Sized> MappedMutexGuard<'a, T> {
    /// A guard of a part of the value, see [`tokio`](::tokio::sync::MappedMutexGuard::map).
    #[inline]
    pub fn map<U, F>(this: Self, f: F) -> MappedMutexGuard<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let (real, exclusive) = this.held.into_parts();
        let mut kept = Exclusive::UNSEEN;
        // Inside of the closure, so that a panic of `f` takes the holder away before it frees the lock.
        let real = real::MappedMutexGuard::map(real, |value| {
            let part = f(value);
            kept = exclusive;
            part
        });
        MappedMutexGuard { held: Held::new(real, kept) }
    }

    /// A guard of a part of the value, if there is one, see [`tokio`](::tokio::sync::MappedMutexGuard::try_map).
    ///
    /// # Errors
    ///
    /// The guard itself, if there is none.
    #[inline]
    pub fn try_map<U, F>(this: Self, f: F) -> Result<MappedMutexGuard<'a, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let (real, exclusive) = this.held.into_parts();
        let mut kept = Exclusive::UNSEEN;
        let mapped = real::MappedMutexGuard::try_map(real, |value| {
            let part = f(value);
            kept = exclusive;
            part
        });
        match mapped {
            Ok(real) => Ok(MappedMutexGuard { held: Held::new(real, kept) }),
            Err(real) => Err(Self { held: Held::new(real, kept) }),
        }
    }
}

transparent! { [T: ?Sized] MappedMutexGuard<'_, T> => T in held, mutable }
