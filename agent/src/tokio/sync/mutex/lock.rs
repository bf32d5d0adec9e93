//! The mutex itself.

use super::{MutexGuard, OwnedMutexGuard, owned};
use crate::original::conversions;
use crate::sync::{Acquiring, Entry, Exclusive, Held, Kind, Op, Resource, Taking, block_on};
use ::tokio::sync as real;
use ::tokio::sync::TryLockError;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

/// An asynchronous mutex: [`tokio::sync::Mutex`](::tokio::sync::Mutex), with its holder and its waiters recorded.
///
/// It is locked, awaited and handed on exactly as tokio's own, which it holds. [`from_inner`](Self::from_inner) makes one
/// of tokio's, [`into_tokio`](Self::into_tokio) gives that back (`into_inner` is the value in it, as with tokio), and
/// `From` does both.
pub struct Mutex<T: ?Sized> {
    resource: Resource,
    real: real::Mutex<T>,
}

impl<T: ?Sized> Mutex<T> {
    /// A mutex that is free.
    #[track_caller]
    pub fn new(t: T) -> Self
    where
        T: Sized,
    {
        Self { resource: Resource::new(Kind::Mutex, 0, Location::caller()), real: real::Mutex::new(t) }
    }

    /// A mutex for a `static`: it is recorded from its first use on.
    #[track_caller]
    pub const fn const_new(t: T) -> Self
    where
        T: Sized,
    {
        Self { resource: Resource::lazy(Kind::Mutex, 0, Location::caller()), real: real::Mutex::const_new(t) }
    }

    /// Waits for the lock, see [`tokio`](::tokio::sync::Mutex::lock).
    #[track_caller]
    #[inline]
    pub fn lock(&self) -> impl Future<Output = MutexGuard<'_, T>> {
        Acquiring::new(self.real.lock(), self, Location::caller())
    }

    /// Blocks the thread until it has the lock, see [`tokio`](::tokio::sync::Mutex::blocking_lock).
    ///
    /// # Panics
    ///
    /// On a thread that drives asynchronous tasks.
    #[track_caller]
    pub fn blocking_lock(&self) -> MutexGuard<'_, T> {
        block_on(self.lock())
    }

    /// Blocks the thread until it has the lock, see [`tokio`](::tokio::sync::Mutex::blocking_lock_owned).
    ///
    /// # Panics
    ///
    /// On a thread that drives asynchronous tasks.
    #[track_caller]
    pub fn blocking_lock_owned(self: Arc<Self>) -> OwnedMutexGuard<T> {
        block_on(self.lock_owned())
    }

    /// Waits for the lock, for a guard that keeps the mutex alive, see
    /// [`tokio`](::tokio::sync::Mutex::lock_owned).
    #[track_caller]
    #[inline]
    pub fn lock_owned(self: Arc<Self>) -> impl Future<Output = OwnedMutexGuard<T>> {
        owned::lock(self, Location::caller())
    }

    /// The lock, if it is free, see [`tokio`](::tokio::sync::Mutex::try_lock).
    ///
    /// # Errors
    ///
    /// If it is not.
    #[track_caller]
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError> {
        self.try_lock_at(Location::caller())
    }

    pub(super) fn try_lock_at(
        &self,
        place: &'static Location<'static>,
    ) -> Result<MutexGuard<'_, T>, TryLockError> {
        let real = self.real.try_lock().inspect_err(|_| self.resource.refuse())?;
        self.resource.serve();
        Ok(self.locked(real, place, Entry::Called))
    }

    /// The value, without a lock: there is no other reference to it.
    pub fn get_mut(&mut self) -> &mut T {
        self.real.get_mut()
    }

    /// The lock, if it is free, for a guard that keeps the mutex alive, see
    /// [`tokio`](::tokio::sync::Mutex::try_lock_owned).
    ///
    /// # Errors
    ///
    /// If it is not.
    #[track_caller]
    pub fn try_lock_owned(self: Arc<Self>) -> Result<OwnedMutexGuard<T>, TryLockError> {
        owned::try_lock(self, Location::caller())
    }

    /// The value in it.
    pub fn into_inner(self) -> T
    where
        T: Sized,
    {
        self.real.into_inner()
    }

    /// tokio's own mutex, which is not recorded.
    pub fn into_tokio(self) -> real::Mutex<T>
    where
        T: Sized,
    {
        self.real
    }

    /// Records what happens to a mutex of tokio's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: real::Mutex<T>) -> Self
    where
        T: Sized,
    {
        let resource = Resource::from_outside(Kind::Mutex, 0, Location::caller());
        Self { resource, real }
    }

    /// tokio's own mutex, for code that asks for it. What that code does is not recorded, and the mutex is shown as not
    /// covered from now on.
    pub fn as_tokio(&self) -> &real::Mutex<T> {
        self.resource.escape();
        &self.real
    }

    pub(super) fn real(&self) -> &real::Mutex<T> {
        &self.real
    }

    /// Records that the lock was taken.
    #[inline(always)]
    fn locked<'a>(
        &'a self,
        guard: real::MutexGuard<'a, T>,
        place: &'static Location<'static>,
        entry: Entry,
    ) -> MutexGuard<'a, T> {
        let exclusive = Exclusive::taken(&self.resource, place, entry);
        MutexGuard { held: Held::new(guard, exclusive), mutex: self }
    }
}

impl<'a, T: ?Sized> Taking<real::MutexGuard<'a, T>> for &'a Mutex<T> {
    const OP: Op = Op::Lock;
    type Output = MutexGuard<'a, T>;

    #[inline(always)]
    fn resource(&self) -> &Resource {
        &self.resource
    }

    fn amount(&self) -> u32 {
        1
    }

    #[inline(always)]
    fn taken(
        &self,
        guard: real::MutexGuard<'a, T>,
        place: &'static Location<'static>,
        waited: bool,
    ) -> MutexGuard<'a, T> {
        self.locked(guard, place, Entry::of(waited))
    }
}

impl<T> From<T> for Mutex<T> {
    #[track_caller]
    fn from(t: T) -> Self {
        Self::new(t)
    }
}

conversions! { #[track_caller] [T] Mutex<T> as real::Mutex<T>, into_tokio }

impl<T> Default for Mutex<T>
where
    T: Default,
{
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: ?Sized> fmt::Debug for Mutex<T>
where
    T: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
