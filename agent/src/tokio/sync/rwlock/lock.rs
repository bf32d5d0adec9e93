//! The reader-writer lock itself.

use super::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLockReadGuard, RwLockWriteGuard};
use crate::original::conversions;
use crate::sync::{Acquiring, Entry, Exclusive, Held, Hold, Kind, Op, Reading, Resource, Taking, block_on};
use ::tokio::sync as real;
use ::tokio::sync::TryLockError;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

/// An asynchronous reader-writer lock: [`tokio::sync::RwLock`](::tokio::sync::RwLock), with its readers, its writer and
/// its waiters recorded.
///
/// It is locked, awaited and handed on exactly as tokio's own, which it holds. [`from_inner`](Self::from_inner) makes one
/// of tokio's, [`into_tokio`](Self::into_tokio) gives that back (`into_inner` is the value in it, as with tokio), and
/// `From` does both.
pub struct RwLock<T: ?Sized> {
    pub(super) resource: Resource,
    pub(super) real: real::RwLock<T>,
}

impl<T: ?Sized> RwLock<T> {
    /// A lock that is free.
    #[track_caller]
    pub fn new(value: T) -> Self
    where
        T: Sized,
    {
        Self::recorded(real::RwLock::new(value))
    }

    /// A lock that so many readers can have at a time, see
    /// [`tokio`](::tokio::sync::RwLock::with_max_readers).
    ///
    /// # Panics
    ///
    /// If there are none, or too many.
    #[track_caller]
    pub fn with_max_readers(value: T, max_reads: u32) -> Self
    where
        T: Sized,
    {
        Self::recorded(real::RwLock::with_max_readers(value, max_reads))
    }

    /// A lock for a `static`: it is recorded from its first use on.
    #[track_caller]
    pub const fn const_new(value: T) -> Self
    where
        T: Sized,
    {
        let resource = Resource::lazy(Kind::RwLock, 0, Location::caller());
        Self { resource, real: real::RwLock::const_new(value) }
    }

    /// A lock for a `static`, see [`with_max_readers`](Self::with_max_readers).
    ///
    /// # Panics
    ///
    /// If there are no readers, or too many.
    #[track_caller]
    pub const fn const_with_max_readers(value: T, max_reads: u32) -> Self
    where
        T: Sized,
    {
        let resource = Resource::lazy(Kind::RwLock, 0, Location::caller());
        Self { resource, real: real::RwLock::const_with_max_readers(value, max_reads) }
    }

    #[track_caller]
    fn recorded(real: real::RwLock<T>) -> Self
    where
        T: Sized,
    {
        Self { resource: Resource::new(Kind::RwLock, 0, Location::caller()), real }
    }

    /// Waits to read, see [`tokio`](::tokio::sync::RwLock::read).
    #[track_caller]
    #[inline]
    pub fn read(&self) -> impl Future<Output = RwLockReadGuard<'_, T>> {
        Acquiring::new(self.real.read(), Reader(self), Location::caller())
    }

    /// Waits to write, see [`tokio`](::tokio::sync::RwLock::write).
    #[track_caller]
    #[inline]
    pub fn write(&self) -> impl Future<Output = RwLockWriteGuard<'_, T>> {
        Acquiring::new(self.real.write(), Writer(self), Location::caller())
    }

    /// Waits to read, for a guard that keeps the lock alive, see [`tokio`](::tokio::sync::RwLock::read_owned).
    #[track_caller]
    #[inline]
    pub fn read_owned(self: Arc<Self>) -> impl Future<Output = OwnedRwLockReadGuard<T>> {
        OwnedRwLockReadGuard::acquire(self, Location::caller())
    }

    /// Waits to write, for a guard that keeps the lock alive, see [`tokio`](::tokio::sync::RwLock::write_owned).
    #[track_caller]
    #[inline]
    pub fn write_owned(self: Arc<Self>) -> impl Future<Output = OwnedRwLockWriteGuard<T>> {
        OwnedRwLockWriteGuard::acquire(self, Location::caller())
    }

    /// Blocks the thread until it can read, see [`tokio`](::tokio::sync::RwLock::blocking_read).
    ///
    /// # Panics
    ///
    /// On a thread that drives asynchronous tasks.
    #[track_caller]
    pub fn blocking_read(&self) -> RwLockReadGuard<'_, T> {
        block_on(self.read())
    }

    /// Blocks the thread until it can write, see [`tokio`](::tokio::sync::RwLock::blocking_write).
    ///
    /// # Panics
    ///
    /// On a thread that drives asynchronous tasks.
    #[track_caller]
    pub fn blocking_write(&self) -> RwLockWriteGuard<'_, T> {
        block_on(self.write())
    }

    /// A reader's lock, if there is no writer, see [`tokio`](::tokio::sync::RwLock::try_read).
    ///
    /// # Errors
    ///
    /// If there is one, or one waits.
    #[track_caller]
    pub fn try_read(&self) -> Result<RwLockReadGuard<'_, T>, TryLockError> {
        let real = self.real.try_read().inspect_err(|_| self.resource.refuse())?;
        Ok(self.reads(real, Location::caller(), Entry::Called))
    }

    /// A writer's lock, if nobody has one, see [`tokio`](::tokio::sync::RwLock::try_write).
    ///
    /// # Errors
    ///
    /// If somebody has.
    #[track_caller]
    pub fn try_write(&self) -> Result<RwLockWriteGuard<'_, T>, TryLockError> {
        let real = self.real.try_write().inspect_err(|_| self.resource.refuse())?;
        self.resource.serve();
        Ok(self.writes(real, Location::caller(), Entry::Called))
    }

    /// A reader's lock that keeps the lock alive, if there is no writer, see
    /// [`tokio`](::tokio::sync::RwLock::try_read_owned).
    ///
    /// # Errors
    ///
    /// If there is one, or one waits.
    #[track_caller]
    pub fn try_read_owned(self: Arc<Self>) -> Result<OwnedRwLockReadGuard<T>, TryLockError> {
        OwnedRwLockReadGuard::try_acquire(self)
    }

    /// A writer's lock that keeps the lock alive, if nobody has one, see
    /// [`tokio`](::tokio::sync::RwLock::try_write_owned).
    ///
    /// # Errors
    ///
    /// If somebody has.
    #[track_caller]
    pub fn try_write_owned(self: Arc<Self>) -> Result<OwnedRwLockWriteGuard<T>, TryLockError> {
        OwnedRwLockWriteGuard::try_acquire(self)
    }

    /// The value, without a lock: there is no other reference to it.
    pub fn get_mut(&mut self) -> &mut T {
        self.real.get_mut()
    }

    /// The value in it.
    pub fn into_inner(self) -> T
    where
        T: Sized,
    {
        self.real.into_inner()
    }

    /// tokio's own lock, which is not recorded.
    pub fn into_tokio(self) -> real::RwLock<T>
    where
        T: Sized,
    {
        self.real
    }

    /// Records what happens to a lock of tokio's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: real::RwLock<T>) -> Self
    where
        T: Sized,
    {
        let this = Self::recorded(real);
        this.resource.escape();
        this
    }

    /// tokio's own lock, for code that asks for it. What that code does is not recorded, and the lock is shown as not
    /// covered from now on.
    pub fn as_tokio(&self) -> &real::RwLock<T> {
        self.resource.escape();
        &self.real
    }

    /// Records that a reader has the lock.
    #[inline(always)]
    fn reads<'a>(
        &self,
        real: real::RwLockReadGuard<'a, T>,
        place: &'static Location<'static>,
        entry: Entry,
    ) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard { reading: Reading::new(real, Hold::taken(&self.resource, 1, place, entry)) }
    }

    /// Records that a writer has the lock.
    #[inline(always)]
    fn writes<'a>(
        &self,
        real: real::RwLockWriteGuard<'a, T>,
        place: &'static Location<'static>,
        entry: Entry,
    ) -> RwLockWriteGuard<'a, T> {
        RwLockWriteGuard { held: Held::new(real, Exclusive::taken(&self.resource, place, entry)) }
    }
}

/// Who wants to read.
pub(super) struct Reader<'a, T: ?Sized>(pub(super) &'a RwLock<T>);

/// Who wants to write.
pub(super) struct Writer<'a, T: ?Sized>(pub(super) &'a RwLock<T>);

impl<'a, T: ?Sized> Taking<real::RwLockReadGuard<'a, T>> for Reader<'a, T> {
    const OP: Op = Op::Read;
    type Output = RwLockReadGuard<'a, T>;

    #[inline(always)]
    fn resource(&self) -> &Resource {
        &self.0.resource
    }

    fn amount(&self) -> u32 {
        1
    }

    #[inline(always)]
    fn taken(
        &self,
        real: real::RwLockReadGuard<'a, T>,
        place: &'static Location<'static>,
        waited: bool,
    ) -> RwLockReadGuard<'a, T> {
        self.0.reads(real, place, Entry::of(waited))
    }
}

impl<'a, T: ?Sized> Taking<real::RwLockWriteGuard<'a, T>> for Writer<'a, T> {
    const OP: Op = Op::Write;
    type Output = RwLockWriteGuard<'a, T>;

    #[inline(always)]
    fn resource(&self) -> &Resource {
        &self.0.resource
    }

    fn amount(&self) -> u32 {
        1
    }

    #[inline(always)]
    fn taken(
        &self,
        real: real::RwLockWriteGuard<'a, T>,
        place: &'static Location<'static>,
        waited: bool,
    ) -> RwLockWriteGuard<'a, T> {
        self.0.writes(real, place, Entry::of(waited))
    }
}

impl<T> From<T> for RwLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

conversions! { #[track_caller] [T] RwLock<T> as real::RwLock<T>, into_tokio }

impl<T> Default for RwLock<T>
where
    T: Default,
{
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: ?Sized> fmt::Debug for RwLock<T>
where
    T: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
