//! The guard of a writer that keeps its lock alive.

use super::erased::ErasedWriteGuard;
use super::lock::Writer;
use super::{OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, RwLock, RwLockWriteGuard};
use crate::capture::Endpoint;
use crate::original::transparent;
use crate::site::Body;
use crate::sync::Acquiring;
use ::tokio::sync as real;
use ::tokio::sync::TryLockError;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

/// The writer's lock of a [`RwLock`], which it keeps alive:
/// [`tokio::sync::OwnedRwLockWriteGuard`](::tokio::sync::OwnedRwLockWriteGuard).
///
/// Whoever took it is shown as the holder, with a note that it may have been handed on.
#[clippy::has_significant_drop]
pub struct OwnedRwLockWriteGuard<T: ?Sized> {
    // Dropped before the lock that it borrows from.
    guard: ErasedWriteGuard<T>,
    lock: Arc<RwLock<T>>,
    /// What may be sent and shared is for tokio to say.
    like: PhantomData<real::OwnedRwLockWriteGuard<T>>,
}

impl<T: ?Sized> OwnedRwLockWriteGuard<T> {
    /// The future of `write_owned`.
    #[inline]
    pub(super) async fn acquire(lock: Arc<RwLock<T>>, place: &'static Location<'static>) -> Self {
        let guard = Acquiring::new(lock.real.write(), Writer(&*lock), place).await;
        guard.held.exclusive().set_movable();
        // SAFETY: as in `new`. It is not called, because the lock cannot be moved while the guard has a lifetime.
        let guard = unsafe { ErasedWriteGuard::erase(guard) };
        Self { guard, lock, like: PhantomData }
    }

    #[track_caller]
    pub(super) fn try_acquire(lock: Arc<RwLock<T>>) -> Result<Self, TryLockError> {
        let guard = lock.try_write()?;
        guard.held.exclusive().set_movable();
        // SAFETY: as in `acquire`.
        let guard = unsafe { ErasedWriteGuard::erase(guard) };
        Ok(Self { guard, lock, like: PhantomData })
    }
}

impl<T: ?Sized> OwnedRwLockWriteGuard<T> {
    /// # Safety
    ///
    /// `guard` borrows from `lock`.
    pub(super) unsafe fn new(guard: RwLockWriteGuard<'_, T>, lock: Arc<RwLock<T>>) -> Self {
        // SAFETY: the guard borrows from the lock in the `Arc` beside it, which is not mutably borrowed: nobody gets a
        // mutable reference into an `Arc` that is in use, nor to this one.
        let guard = unsafe { ErasedWriteGuard::erase(guard) };
        Self { guard, lock, like: PhantomData }
    }

    /// A guard of a part of the value, see [`tokio`](::tokio::sync::OwnedRwLockWriteGuard::map).
    #[inline]
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> OwnedRwLockMappedWriteGuard<T, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let Self { guard, lock, .. } = this;
        // SAFETY: the lock outlives this function, at whose end the guard is erased again.
        let guard = unsafe { guard.restore() };
        let mapped = RwLockWriteGuard::map(guard, f);
        // SAFETY: it still borrows from the same lock.
        unsafe { OwnedRwLockMappedWriteGuard::new(mapped, lock) }
    }

    /// A guard of a part of the value, if there is one, see
    /// [`tokio`](::tokio::sync::OwnedRwLockWriteGuard::try_map).
    ///
    /// # Errors
    ///
    /// The guard itself, if there is none.
    #[inline]
    pub fn try_map<F, U: ?Sized>(this: Self, f: F) -> Result<OwnedRwLockMappedWriteGuard<T, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let Self { guard, lock, .. } = this;
        // SAFETY: the lock outlives this function, at whose end the guard is erased again.
        let guard = unsafe { guard.restore() };
        match RwLockWriteGuard::try_map(guard, f) {
            // SAFETY: it still borrows from the same lock.
            Ok(mapped) => Ok(unsafe { OwnedRwLockMappedWriteGuard::new(mapped, lock) }),
            // SAFETY: likewise.
            Err(guard) => Err(unsafe { Self::new(guard, lock) }),
        }
    }

    /// A guard of the whole value, in the form of one of a part, see
    /// [`tokio`](::tokio::sync::OwnedRwLockWriteGuard::into_mapped).
    #[inline]
    pub fn into_mapped(this: Self) -> OwnedRwLockMappedWriteGuard<T> {
        Self::map(this, |value| value)
    }

    /// The lock, shared with other readers from now on, see
    /// [`tokio`](::tokio::sync::OwnedRwLockWriteGuard::downgrade).
    #[track_caller]
    pub fn downgrade(self) -> OwnedRwLockReadGuard<T> {
        let Self { guard, lock, .. } = self;
        // SAFETY: the lock outlives this function, at whose end the guard is erased again.
        let guard = unsafe { guard.restore() };
        let shared = guard.downgrade();
        // SAFETY: it still borrows from the same lock.
        unsafe { OwnedRwLockReadGuard::new(shared, lock) }
    }

    /// The lock for a part of the value, shared with other readers from now on, see
    /// [`tokio`](::tokio::sync::OwnedRwLockWriteGuard::downgrade_map).
    #[inline]
    #[track_caller]
    pub fn downgrade_map<F, U: ?Sized>(this: Self, f: F) -> OwnedRwLockReadGuard<T, U>
    where
        F: FnOnce(&T) -> &U,
    {
        let Self { guard, lock, .. } = this;
        // SAFETY: the lock outlives this function, at whose end the guard is erased again.
        let guard = unsafe { guard.restore() };
        let shared = RwLockWriteGuard::downgrade_map(guard, f);
        // SAFETY: it still borrows from the same lock.
        unsafe { OwnedRwLockReadGuard::new(shared, lock) }
    }

    /// The lock for a part of the value, if there is one, shared with other readers from now on, see
    /// [`tokio`](::tokio::sync::OwnedRwLockWriteGuard::try_downgrade_map).
    ///
    /// # Errors
    ///
    /// The writer's guard, if there is none.
    #[inline]
    #[track_caller]
    pub fn try_downgrade_map<F, U: ?Sized>(this: Self, f: F) -> Result<OwnedRwLockReadGuard<T, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        let Self { guard, lock, .. } = this;
        // SAFETY: the lock outlives this function, at whose end the guard is erased again.
        let guard = unsafe { guard.restore() };
        match RwLockWriteGuard::try_downgrade_map(guard, f) {
            // SAFETY: it still borrows from the same lock.
            Ok(shared) => Ok(unsafe { OwnedRwLockReadGuard::new(shared, lock) }),
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

transparent! { [T: ?Sized] OwnedRwLockWriteGuard<T> => T in guard, mutable }

impl<T: ?Sized> Endpoint for OwnedRwLockWriteGuard<T> {
    fn __taskscope_owned_by(&self, _: &'static Body) {
        self.guard.get().held.exclusive().set_fixed();
    }
}
