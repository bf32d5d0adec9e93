//! The reader-writer lock.

use super::result::{map, map_attempt, poisoned, slowly};
use super::{RwLockReadGuard, RwLockWriteGuard};
use crate::original::conversions;
use crate::sync::{Entry, Exclusive, Held, Hold, Kind, Op, Reading, Resource};
use std::fmt;
use std::panic::Location;
use std::sync as real;
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

/// A reader-writer lock: [`std::sync::RwLock`](::std::sync::RwLock), with its readers, its writer and its waiters recorded.
///
/// [`from_inner`](Self::from_inner) makes one of std's, [`into_std`](Self::into_std) gives that back (`into_inner` is the
/// value in it, as with std), and `From` does both.
pub struct RwLock<T: ?Sized> {
    resource: Resource,
    real: real::RwLock<T>,
}

impl<T> RwLock<T> {
    /// A lock that is free. It is recorded from its first use on.
    #[track_caller]
    #[inline]
    pub const fn new(t: T) -> Self {
        Self { resource: Resource::lazy(Kind::RwLock, 0, Location::caller()), real: real::RwLock::new(t) }
    }

    /// The value in it.
    ///
    /// # Errors
    ///
    /// If it is poisoned, with the value.
    pub fn into_inner(self) -> LockResult<T> {
        self.real.into_inner()
    }

    /// std's own lock, which is not recorded.
    pub fn into_std(self) -> real::RwLock<T> {
        self.real
    }

    /// Records what happens to a lock of std's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: real::RwLock<T>) -> Self {
        let resource = Resource::from_outside(Kind::RwLock, 0, Location::caller());
        Self { resource, real }
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Blocks until it can read, see [`std`](::std::sync::RwLock::read).
    ///
    /// # Errors
    ///
    /// If it is poisoned, with the guard.
    ///
    /// # Panics
    ///
    /// As std's own, if the thread has the lock already and the system notices.
    #[track_caller]
    #[inline]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        match self.real.try_read() {
            Ok(real) => Ok(self.reads(real, Location::caller())),
            // The guards in parts, so that the one above need not be in memory.
            Err(TryLockError::Poisoned(poison)) => {
                let (real, record) = poisoned(poison, &self.resource, Location::caller(), hold_one);
                Err(PoisonError::new(RwLockReadGuard { reading: Reading::new(real, record) }))
            }
            Err(TryLockError::WouldBlock) => {
                let (result, record) =
                    slowly(&self.resource, Op::Read, Location::caller(), || self.real.read(), hold_one);
                map(result, |real| RwLockReadGuard { reading: Reading::new(real, record) })
            }
        }
    }

    /// Blocks until it can write, see [`std`](::std::sync::RwLock::write).
    ///
    /// # Errors
    ///
    /// If it is poisoned, with the guard.
    ///
    /// # Panics
    ///
    /// As std's own, if the thread has the lock already and the system notices.
    #[track_caller]
    #[inline]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        match self.real.try_write() {
            Ok(real) => Ok(self.writes(real, Location::caller())),
            // The guards in parts, so that the one above need not be in memory.
            Err(TryLockError::Poisoned(poison)) => {
                let (real, record) = poisoned(poison, &self.resource, Location::caller(), Exclusive::taken);
                Err(PoisonError::new(RwLockWriteGuard { held: Held::new(real, record) }))
            }
            Err(TryLockError::WouldBlock) => {
                let (result, record) = slowly(
                    &self.resource,
                    Op::Write,
                    Location::caller(),
                    || self.real.write(),
                    Exclusive::taken,
                );
                map(result, |real| RwLockWriteGuard { held: Held::new(real, record) })
            }
        }
    }

    /// A reader's lock, if there is no writer, see [`std`](::std::sync::RwLock::try_read).
    ///
    /// # Errors
    ///
    /// If there is one, or if it is poisoned, with the guard.
    #[track_caller]
    #[inline]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        let place = Location::caller();
        map_attempt(self.real.try_read(), |real| self.reads(real, place))
    }

    /// A writer's lock, if nobody has one, see [`std`](::std::sync::RwLock::try_write).
    ///
    /// # Errors
    ///
    /// If somebody has, or if it is poisoned, with the guard.
    #[track_caller]
    #[inline]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        let place = Location::caller();
        map_attempt(self.real.try_write(), |real| self.writes(real, place))
    }

    /// Whether a writer has panicked.
    #[inline]
    pub fn is_poisoned(&self) -> bool {
        self.real.is_poisoned()
    }

    /// Forgets that a writer has panicked.
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

    /// std's own lock, for code that asks for it. What that code does is not recorded, and the lock is shown as not covered
    /// from now on.
    pub fn as_std(&self) -> &real::RwLock<T> {
        self.resource.escape();
        &self.real
    }

    /// Records that a reader has the lock.
    #[inline(always)]
    fn reads<'a>(
        &self,
        real: real::RwLockReadGuard<'a, T>,
        place: &'static Location<'static>,
    ) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard { reading: Reading::new(real, Hold::taken(&self.resource, 1, place, Entry::Called)) }
    }

    /// Records that a writer has the lock.
    #[inline(always)]
    fn writes<'a>(
        &self,
        real: real::RwLockWriteGuard<'a, T>,
        place: &'static Location<'static>,
    ) -> RwLockWriteGuard<'a, T> {
        RwLockWriteGuard { held: Held::new(real, Exclusive::taken(&self.resource, place, Entry::Called)) }
    }
}

/// Records that a reader has the lock.
fn hold_one(resource: &Resource, place: &'static Location<'static>, entry: Entry) -> Hold {
    Hold::taken(resource, 1, place, entry)
}

impl<T> From<T> for RwLock<T> {
    #[track_caller]
    fn from(t: T) -> Self {
        Self::new(t)
    }
}

conversions! { #[track_caller] [T] RwLock<T> as real::RwLock<T>, into_std }

impl<T: Default> Default for RwLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
