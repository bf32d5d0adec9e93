//! The guard of a part of what is locked, which keeps the mutex alive.

use super::erased::ErasedMappedGuard;
use super::{MappedMutexGuard, Mutex};
use crate::original::transparent;
use ::tokio::sync as real;
use std::marker::PhantomData;
use std::sync::Arc;

/// The lock of a [`Mutex`], which it keeps alive, for a part of its value:
/// [`tokio::sync::OwnedMappedMutexGuard`](::tokio::sync::OwnedMappedMutexGuard).
#[clippy::has_significant_drop]
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct OwnedMappedMutexGuard<T: ?Sized, U: ?Sized = T> {
    // Dropped before the mutex that it borrows from.
    guard: ErasedMappedGuard<U>,
    mutex: Arc<Mutex<T>>,
    /// What may be sent and shared is for tokio to say.
    like: PhantomData<real::OwnedMappedMutexGuard<T, U>>,
}

impl<T: ?Sized, U: ?Sized> OwnedMappedMutexGuard<T, U> {
    /// `guard` borrows from `mutex`.
    pub(super) fn new(guard: ErasedMappedGuard<U>, mutex: Arc<Mutex<T>>) -> Self {
        Self { guard, mutex, like: PhantomData }
    }

    /// A guard of a part of the value, see [`tokio`](::tokio::sync::OwnedMappedMutexGuard::map).
    #[inline]
    pub fn map<S, F>(this: Self, f: F) -> OwnedMappedMutexGuard<T, S>
    where
        F: FnOnce(&mut U) -> &mut S,
    {
        let Self { guard, mutex, .. } = this;
        // SAFETY: the mutex outlives this function, at whose end the guard is erased again.
        let guard = unsafe { guard.restore() };
        let mapped = MappedMutexGuard::map(guard, f);
        // SAFETY: the guard borrows from the mutex in the `Arc` beside it, to which nobody gets a mutable reference.
        let mapped = unsafe { ErasedMappedGuard::erase(mapped) };
        OwnedMappedMutexGuard::new(mapped, mutex)
    }

    /// A guard of a part of the value, if there is one, see
    /// [`tokio`](::tokio::sync::OwnedMappedMutexGuard::try_map).
    ///
    /// # Errors
    ///
    /// The guard itself, if there is none.
    #[inline]
    pub fn try_map<S, F>(this: Self, f: F) -> Result<OwnedMappedMutexGuard<T, S>, Self>
    where
        F: FnOnce(&mut U) -> Option<&mut S>,
    {
        let Self { guard, mutex, .. } = this;
        // SAFETY: the mutex outlives this function, at whose end the guard is erased again.
        let guard = unsafe { guard.restore() };
        match MappedMutexGuard::try_map(guard, f) {
            Ok(mapped) => {
                // SAFETY: as in `map`.
                let mapped = unsafe { ErasedMappedGuard::erase(mapped) };
                Ok(OwnedMappedMutexGuard::new(mapped, mutex))
            }
            Err(guard) => {
                // SAFETY: as in `map`.
                let guard = unsafe { ErasedMappedGuard::erase(guard) };
                Err(Self::new(guard, mutex))
            }
        }
    }
}

transparent! { [T: ?Sized, U: ?Sized] OwnedMappedMutexGuard<T, U> => U in guard, mutable }
