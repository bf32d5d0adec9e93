//! The guard that keeps its mutex alive.

use super::erased::{ErasedGuard, ErasedMappedGuard};
use super::{Mutex, MutexGuard, OwnedMappedMutexGuard};
use crate::capture::Endpoint;
use crate::original::transparent;
use crate::site::Body;
use crate::sync::Acquiring;
use ::tokio::sync::TryLockError;
use std::panic::Location;
use std::sync::Arc;

/// The lock of a [`Mutex`], which it keeps alive: [`tokio::sync::OwnedMutexGuard`](::tokio::sync::OwnedMutexGuard).
///
/// Whoever took it is shown as the holder, with a note that it may have been handed on.
#[clippy::has_significant_drop]
pub struct OwnedMutexGuard<T: ?Sized> {
    // Dropped before the mutex that it borrows from.
    guard: ErasedGuard<T>,
    mutex: Arc<Mutex<T>>,
}

/// The future of `lock_owned`.
#[inline]
pub(super) async fn lock<T: ?Sized>(
    mutex: Arc<Mutex<T>>,
    place: &'static Location<'static>,
) -> OwnedMutexGuard<T> {
    let guard = Acquiring::new(mutex.real().lock(), &*mutex, place).await;
    guard.held.exclusive().set_movable();
    // SAFETY: the guard borrows from the mutex in the `Arc` beside it, which is not mutably borrowed: nobody gets a
    // mutable reference into an `Arc` that is in use, nor to this one.
    let guard = unsafe { ErasedGuard::erase(guard) };
    OwnedMutexGuard { guard, mutex }
}

pub(super) fn try_lock<T: ?Sized>(
    mutex: Arc<Mutex<T>>,
    place: &'static Location<'static>,
) -> Result<OwnedMutexGuard<T>, TryLockError> {
    let guard = mutex.try_lock_at(place)?;
    guard.held.exclusive().set_movable();
    // SAFETY: as in `lock`.
    let guard = unsafe { ErasedGuard::erase(guard) };
    Ok(OwnedMutexGuard { guard, mutex })
}

impl<T: ?Sized> OwnedMutexGuard<T> {
    /// A guard of a part of the value, see [`tokio`](::tokio::sync::OwnedMutexGuard::map).
    #[inline]
    pub fn map<U, F>(this: Self, f: F) -> OwnedMappedMutexGuard<T, U>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> &mut U,
    {
        let Self { guard, mutex } = this;
        // SAFETY: the mutex outlives this function, at whose end the guard is erased again.
        let guard = unsafe { guard.restore() };
        let mapped = MutexGuard::map(guard, f);
        // SAFETY: as in `lock`.
        let mapped = unsafe { ErasedMappedGuard::erase(mapped) };
        OwnedMappedMutexGuard::new(mapped, mutex)
    }

    /// A guard of a part of the value, if there is one, see [`tokio`](::tokio::sync::OwnedMutexGuard::try_map).
    ///
    /// # Errors
    ///
    /// The guard itself, if there is none.
    #[inline]
    pub fn try_map<U, F>(this: Self, f: F) -> Result<OwnedMappedMutexGuard<T, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let Self { guard, mutex } = this;
        // SAFETY: the mutex outlives this function, at whose end the guard is erased again.
        let guard = unsafe { guard.restore() };
        match MutexGuard::try_map(guard, f) {
            Ok(mapped) => {
                // SAFETY: as in `lock`.
                let mapped = unsafe { ErasedMappedGuard::erase(mapped) };
                Ok(OwnedMappedMutexGuard::new(mapped, mutex))
            }
            Err(guard) => {
                // SAFETY: as in `lock`.
                let guard = unsafe { ErasedGuard::erase(guard) };
                Err(Self { guard, mutex })
            }
        }
    }

    /// The mutex that is locked.
    #[inline]
    pub fn mutex(this: &Self) -> &Arc<Mutex<T>> {
        &this.mutex
    }
}

transparent! { [T: ?Sized] OwnedMutexGuard<T> => T in guard, mutable }

impl<T: ?Sized> Endpoint for OwnedMutexGuard<T> {
    fn __taskscope_owned_by(&self, _: &'static Body) {
        self.guard.get().held.exclusive().set_fixed();
    }
}
