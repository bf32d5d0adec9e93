//! The guard of a reader that keeps its lock alive.

use super::erased::ErasedReadGuard;
use super::lock::Reader;
use super::{RwLock, RwLockReadGuard};
use crate::capture::Endpoint;
use crate::original::transparent;
use crate::site::Body;
use crate::sync::Acquiring;
use ::tokio::sync as real;
use ::tokio::sync::TryLockError;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

/// A reader's lock of a [`RwLock`], which it keeps alive, or of a part of its value:
/// [`tokio::sync::OwnedRwLockReadGuard`](::tokio::sync::OwnedRwLockReadGuard).
///
/// Whoever took it is shown as a holder, with a note that it may have been handed on.
#[clippy::has_significant_drop]
pub struct OwnedRwLockReadGuard<T: ?Sized, U: ?Sized = T> {
    // Dropped before the lock that it borrows from.
    guard: ErasedReadGuard<U>,
    lock: Arc<RwLock<T>>,
    /// What may be sent and shared is for tokio to say.
    like: PhantomData<real::OwnedRwLockReadGuard<T, U>>,
}

impl<T: ?Sized> OwnedRwLockReadGuard<T> {
    /// The future of `read_owned`.
    #[inline]
    pub(super) async fn acquire(lock: Arc<RwLock<T>>, place: &'static Location<'static>) -> Self {
        let guard = Acquiring::new(lock.real.read(), Reader(&*lock), place).await;
        guard.reading.hold().set_movable();
        // SAFETY: as in `new`. It is not called, because the lock cannot be moved while the guard has a lifetime.
        let guard = unsafe { ErasedReadGuard::erase(guard) };
        Self { guard, lock, like: PhantomData }
    }

    #[track_caller]
    pub(super) fn try_acquire(lock: Arc<RwLock<T>>) -> Result<Self, TryLockError> {
        let guard = lock.try_read()?;
        guard.reading.hold().set_movable();
        // SAFETY: as in `acquire`.
        let guard = unsafe { ErasedReadGuard::erase(guard) };
        Ok(Self { guard, lock, like: PhantomData })
    }
}

impl<T: ?Sized, U: ?Sized> OwnedRwLockReadGuard<T, U> {
    /// # Safety
    ///
    /// `guard` borrows from `lock`.
    pub(super) unsafe fn new(guard: RwLockReadGuard<'_, U>, lock: Arc<RwLock<T>>) -> Self {
        // SAFETY: the guard borrows from the lock in the `Arc` beside it, which is not mutably borrowed: nobody gets a
        // mutable reference into an `Arc` that is in use, nor to this one.
        let guard = unsafe { ErasedReadGuard::erase(guard) };
        Self { guard, lock, like: PhantomData }
    }

    /// A guard of a part of the value, see [`tokio`](::tokio::sync::OwnedRwLockReadGuard::map).
    #[inline]
    pub fn map<F, V: ?Sized>(this: Self, f: F) -> OwnedRwLockReadGuard<T, V>
    where
        F: FnOnce(&U) -> &V,
    {
        let Self { guard, lock, .. } = this;
        // SAFETY: the lock outlives this function, at whose end the guard is erased again.
        let guard = unsafe { guard.restore() };
        let mapped = RwLockReadGuard::map(guard, f);
        // SAFETY: it still borrows from the same lock.
        unsafe { OwnedRwLockReadGuard::new(mapped, lock) }
    }

    /// A guard of a part of the value, if there is one, see
    /// [`tokio`](::tokio::sync::OwnedRwLockReadGuard::try_map).
    ///
    /// # Errors
    ///
    /// The guard itself, if there is none.
    #[inline]
    pub fn try_map<F, V: ?Sized>(this: Self, f: F) -> Result<OwnedRwLockReadGuard<T, V>, Self>
    where
        F: FnOnce(&U) -> Option<&V>,
    {
        let Self { guard, lock, .. } = this;
        // SAFETY: the lock outlives this function, at whose end the guard is erased again.
        let guard = unsafe { guard.restore() };
        match RwLockReadGuard::try_map(guard, f) {
            // SAFETY: it still borrows from the same lock.
            Ok(mapped) => Ok(unsafe { OwnedRwLockReadGuard::new(mapped, lock) }),
            // SAFETY: likewise.
            Err(guard) => Err(unsafe { Self::new(guard, lock) }),
        }
    }

    /// The lock that is read.
    #[inline]
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        &this.lock
    }
}

transparent! { [T: ?Sized, U: ?Sized] OwnedRwLockReadGuard<T, U> => U in guard }

impl<T: ?Sized, U: ?Sized> Endpoint for OwnedRwLockReadGuard<T, U> {
    fn __taskscope_owned_by(&self, _: &'static Body) {
        self.guard.get().reading.hold().set_fixed();
    }
}
