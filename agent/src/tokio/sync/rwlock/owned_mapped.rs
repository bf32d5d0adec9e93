//! The guard of a writer for a part of what is locked, which keeps the lock alive.

use super::erased::ErasedMappedGuard;
use super::{RwLock, RwLockMappedWriteGuard};
use crate::original::transparent;
use ::tokio::sync as real;
use std::marker::PhantomData;
use std::sync::Arc;

/// The writer's lock of a [`RwLock`], which it keeps alive, for a part of its value:
/// [`tokio::sync::OwnedRwLockMappedWriteGuard`](::tokio::sync::OwnedRwLockMappedWriteGuard).
#[clippy::has_significant_drop]
pub struct OwnedRwLockMappedWriteGuard<T: ?Sized, U: ?Sized = T> {
    // Dropped before the lock that it borrows from.
    guard: ErasedMappedGuard<U>,
    lock: Arc<RwLock<T>>,
    /// What may be sent and shared is for tokio to say.
    like: PhantomData<real::OwnedRwLockMappedWriteGuard<T, U>>,
}

impl<T: ?Sized, U: ?Sized> OwnedRwLockMappedWriteGuard<T, U> {
    /// # Safety
    ///
    /// `guard` borrows from `lock`.
    pub(super) unsafe fn new(guard: RwLockMappedWriteGuard<'_, U>, lock: Arc<RwLock<T>>) -> Self {
        // SAFETY: the guard borrows from the lock in the `Arc` beside it, to which nobody gets a mutable reference.
        let guard = unsafe { ErasedMappedGuard::erase(guard) };
        Self { guard, lock, like: PhantomData }
    }

    /// A guard of a part of the value, see [`tokio`](::tokio::sync::OwnedRwLockMappedWriteGuard::map).
    #[inline]
    pub fn map<F, V: ?Sized>(this: Self, f: F) -> OwnedRwLockMappedWriteGuard<T, V>
    where
        F: FnOnce(&mut U) -> &mut V,
    {
        let Self { guard, lock, .. } = this;
        // SAFETY: the lock outlives this function, at whose end the guard is erased again.
        let guard = unsafe { guard.restore() };
        let mapped = RwLockMappedWriteGuard::map(guard, f);
        // SAFETY: it still borrows from the same lock.
        unsafe { OwnedRwLockMappedWriteGuard::new(mapped, lock) }
    }

    /// A guard of a part of the value, if there is one, see
    /// [`tokio`](::tokio::sync::OwnedRwLockMappedWriteGuard::try_map).
    ///
    /// # Errors
    ///
    /// The guard itself, if there is none.
    #[inline]
    pub fn try_map<F, V: ?Sized>(this: Self, f: F) -> Result<OwnedRwLockMappedWriteGuard<T, V>, Self>
    where
        F: FnOnce(&mut U) -> Option<&mut V>,
    {
        let Self { guard, lock, .. } = this;
        // SAFETY: the lock outlives this function, at whose end the guard is erased again.
        let guard = unsafe { guard.restore() };
        match RwLockMappedWriteGuard::try_map(guard, f) {
            // SAFETY: it still borrows from the same lock.
            Ok(mapped) => Ok(unsafe { OwnedRwLockMappedWriteGuard::new(mapped, lock) }),
            // SAFETY: likewise.
            Err(guard) => Err(unsafe { Self::new(guard, lock) }),
        }
    }

    /// The lock that is written.
    #[inline]
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        &this.lock
    }
}

transparent! { [T: ?Sized, U: ?Sized] OwnedRwLockMappedWriteGuard<T, U> => U in guard, mutable }
