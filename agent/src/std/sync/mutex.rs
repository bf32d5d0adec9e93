//! The mutex.

use super::MutexGuard;
use super::result::{map, map_attempt, poisoned, slowly};
use crate::original::conversions;
use crate::sync::{Entry, Exclusive, Held, Kind, Op, Resource};
use std::fmt;
use std::panic::Location;
use std::sync as real;
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

/// A mutex: [`std::sync::Mutex`](::std::sync::Mutex), with its holder and its waiters recorded.
///
/// [`from_inner`](Self::from_inner) makes one of std's, [`into_std`](Self::into_std) gives that back (`into_inner` is the
/// value in it, as with std), and `From` does both.
///
/// ```
/// use taskscope::std::sync::Mutex;
///
/// static TOTAL: Mutex<u64> = Mutex::new(0);
/// *TOTAL.lock().unwrap() += 1;
/// assert_eq!(*TOTAL.lock().unwrap(), 1);
/// ```
pub struct Mutex<T: ?Sized> {
    resource: Resource,
    real: real::Mutex<T>,
}

impl<T> Mutex<T> {
    /// A mutex that is free. It is recorded from its first use on.
    #[track_caller]
    #[inline]
    pub const fn new(t: T) -> Self {
        Self { resource: Resource::lazy(Kind::Mutex, 0, Location::caller()), real: real::Mutex::new(t) }
    }

    /// The value in it.
    ///
    /// # Errors
    ///
    /// If it is poisoned, with the value.
    pub fn into_inner(self) -> LockResult<T> {
        self.real.into_inner()
    }

    /// std's own mutex, which is not recorded.
    pub fn into_std(self) -> real::Mutex<T> {
        self.real
    }

    /// Records what happens to a mutex of std's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: real::Mutex<T>) -> Self {
        let resource = Resource::from_outside(Kind::Mutex, 0, Location::caller());
        Self { resource, real }
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Blocks until it has the lock, see [`std`](::std::sync::Mutex::lock).
    ///
    /// # Errors
    ///
    /// If it is poisoned, with the guard.
    #[track_caller]
    #[inline]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        match self.real.try_lock() {
            Ok(real) => Ok(self.locked(real, Location::caller())),
            // The guards in parts, so that the one above need not be in memory.
            Err(TryLockError::Poisoned(poison)) => {
                let (real, exclusive) =
                    poisoned(poison, &self.resource, Location::caller(), Exclusive::taken);
                Err(PoisonError::new(self.guard(real, exclusive)))
            }
            Err(TryLockError::WouldBlock) => {
                let (result, exclusive) = slowly(
                    &self.resource,
                    Op::Lock,
                    Location::caller(),
                    || self.real.lock(),
                    Exclusive::taken,
                );
                map(result, |real| self.guard(real, exclusive))
            }
        }
    }

    /// The lock, if it is free, see [`std`](::std::sync::Mutex::try_lock).
    ///
    /// # Errors
    ///
    /// If it is not, or if it is poisoned, with the guard.
    #[track_caller]
    #[inline]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let place = Location::caller();
        map_attempt(self.real.try_lock(), |real| self.locked(real, place))
    }

    /// Whether a holder has panicked.
    #[inline]
    pub fn is_poisoned(&self) -> bool {
        self.real.is_poisoned()
    }

    /// Forgets that a holder has panicked.
    pub fn clear_poison(&self) {
        self.real.clear_poison();
    }

    /// The value, without a lock: there is no other reference to it.
    ///
    /// # Errors
    ///
    /// If it is poisoned, with the reference.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.real.get_mut()
    }

    /// std's own mutex, for code that asks for it. What that code does is not recorded, and the mutex is shown as not
    /// covered from now on.
    pub fn as_std(&self) -> &real::Mutex<T> {
        self.resource.escape();
        &self.real
    }

    /// Records that the lock was taken.
    #[inline(always)]
    fn locked<'a>(
        &'a self,
        real: real::MutexGuard<'a, T>,
        place: &'static Location<'static>,
    ) -> MutexGuard<'a, T> {
        self.guard(real, Exclusive::taken(&self.resource, place, Entry::Called))
    }

    #[inline(always)]
    fn guard<'a>(&'a self, real: real::MutexGuard<'a, T>, exclusive: Exclusive) -> MutexGuard<'a, T> {
        MutexGuard { held: Held::new(real, exclusive), resource: &self.resource }
    }
}

impl<T> From<T> for Mutex<T> {
    #[track_caller]
    fn from(t: T) -> Self {
        Self::new(t)
    }
}

conversions! { #[track_caller] [T] Mutex<T> as real::Mutex<T>, into_std }

impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
