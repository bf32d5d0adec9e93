//! The semaphore itself.

use super::debt::Debt;
use super::{OwnedSemaphorePermit, SemaphorePermit, owned};
use crate::capture::Inside;
use crate::original::conversions;
use crate::sync::{Acquiring, Entry, Hold, Kind, Op, Parts, Resource, Taking, block_on};
use ::tokio::sync as real;
use ::tokio::sync::{AcquireError, TryAcquireError};
use std::fmt;
use std::future::Future;
use std::mem;
use std::panic::Location;
use std::sync::Arc;

/// A counting semaphore: [`tokio::sync::Semaphore`](::tokio::sync::Semaphore), with the holders of its permits and its
/// waiters recorded.
///
/// It is acquired, awaited and closed exactly as tokio's own, which it holds. [`into_inner`](Self::into_inner),
/// [`from_inner`](Self::from_inner) and `From` convert to and from that.
pub struct Semaphore {
    resource: Resource,
    real: real::Semaphore,
}

impl Inside for Semaphore {
    fn __taskscope_inside(&self, parts: &mut Parts) {
        parts.resource(&self.resource);
    }
}

impl Semaphore {
    /// The most permits that a semaphore can have.
    pub const MAX_PERMITS: usize = real::Semaphore::MAX_PERMITS;

    /// A semaphore with so many permits.
    ///
    /// # Panics
    ///
    /// If there are more than [`MAX_PERMITS`](Self::MAX_PERMITS).
    #[track_caller]
    pub fn new(permits: usize) -> Self {
        let real = real::Semaphore::new(permits);
        Self { resource: Resource::new(Kind::Semaphore, permits as u64, Location::caller()), real }
    }

    /// A semaphore for a `static`: it is recorded from its first use on.
    ///
    /// # Panics
    ///
    /// If there are more than [`MAX_PERMITS`](Self::MAX_PERMITS).
    #[track_caller]
    pub const fn const_new(permits: usize) -> Self {
        let real = real::Semaphore::const_new(permits);
        Self { resource: Resource::lazy(Kind::Semaphore, permits as u64, Location::caller()), real }
    }

    /// How many permits are free.
    pub fn available_permits(&self) -> usize {
        self.real.available_permits()
    }

    /// Adds permits, see [`tokio`](::tokio::sync::Semaphore::add_permits).
    ///
    /// # Panics
    ///
    /// If there are more than [`MAX_PERMITS`](Self::MAX_PERMITS) then.
    pub fn add_permits(&self, n: usize) {
        // First, so that at no moment more permits are out than there are.
        self.resource.add_to_limit(n);
        self.real.add_permits(n);
    }

    /// Takes permits away for good, see [`tokio`](::tokio::sync::Semaphore::forget_permits).
    pub fn forget_permits(&self, n: usize) -> usize {
        let forgotten = self.real.forget_permits(n);
        self.resource.take_from_limit(forgotten);
        forgotten
    }

    /// Waits for a permit, see [`tokio`](::tokio::sync::Semaphore::acquire).
    ///
    /// # Errors
    ///
    /// If the semaphore is closed.
    #[track_caller]
    #[inline]
    pub fn acquire(&self) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> {
        Acquiring::new(self.real.acquire(), self, Location::caller())
    }

    /// Waits for permits, see [`tokio`](::tokio::sync::Semaphore::acquire_many).
    ///
    /// # Errors
    ///
    /// If the semaphore is closed.
    #[track_caller]
    #[inline]
    pub fn acquire_many(&self, n: u32) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> {
        self.acquire_at(n, Location::caller())
    }

    #[inline]
    pub(super) fn acquire_at(
        &self,
        n: u32,
        place: &'static Location<'static>,
    ) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> {
        Acquiring::new(self.real.acquire_many(n), Asked { semaphore: self, amount: n }, place)
    }

    /// A permit, if one is free, see [`tokio`](::tokio::sync::Semaphore::try_acquire).
    ///
    /// # Errors
    ///
    /// If none is free, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire(&self) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        self.try_acquire_at(1, Location::caller())
    }

    /// Permits, if they are free, see [`tokio`](::tokio::sync::Semaphore::try_acquire_many).
    ///
    /// # Errors
    ///
    /// If there are not enough, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        self.try_acquire_at(n, Location::caller())
    }

    pub(super) fn try_acquire_at(
        &self,
        n: u32,
        place: &'static Location<'static>,
    ) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        let permit = self.real.try_acquire_many(n).inspect_err(|error| {
            // A closed one has nothing for anybody.
            if *error == TryAcquireError::NoPermits {
                self.resource.refuse();
            }
        })?;
        Ok(self.lend(permit, n, place, Entry::Called))
    }

    /// Blocks the thread until it has a permit, see [`tokio`](::tokio::sync::Semaphore::blocking_acquire).
    ///
    /// # Errors
    ///
    /// If the semaphore is closed.
    ///
    /// # Panics
    ///
    /// On a thread that drives asynchronous tasks.
    #[track_caller]
    pub fn blocking_acquire(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        block_on(self.acquire())
    }

    /// Blocks the thread until it has permits, see [`tokio`](::tokio::sync::Semaphore::blocking_acquire_many).
    ///
    /// # Errors
    ///
    /// If the semaphore is closed.
    ///
    /// # Panics
    ///
    /// On a thread that drives asynchronous tasks.
    #[track_caller]
    pub fn blocking_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, AcquireError> {
        block_on(self.acquire_many(n))
    }

    /// Waits for a permit that keeps the semaphore alive, see [`tokio`](::tokio::sync::Semaphore::acquire_owned).
    ///
    /// # Errors
    ///
    /// If the semaphore is closed.
    #[track_caller]
    #[inline]
    pub fn acquire_owned(
        self: Arc<Self>,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> {
        owned::acquire(self, 1, Location::caller())
    }

    /// Waits for permits that keep the semaphore alive, see
    /// [`tokio`](::tokio::sync::Semaphore::acquire_many_owned).
    ///
    /// # Errors
    ///
    /// If the semaphore is closed.
    #[track_caller]
    #[inline]
    pub fn acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> {
        self.acquire_many_owned_at(n, Location::caller())
    }

    /// [`acquire_many_owned`](Self::acquire_many_owned), recorded as called at `place`.
    #[inline]
    pub(crate) fn acquire_many_owned_at(
        self: Arc<Self>,
        n: u32,
        place: &'static Location<'static>,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> {
        owned::acquire(self, n, place)
    }

    /// A permit that keeps the semaphore alive, if one is free, see
    /// [`tokio`](::tokio::sync::Semaphore::try_acquire_owned).
    ///
    /// # Errors
    ///
    /// If none is free, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        owned::try_acquire(self, 1, Location::caller())
    }

    /// Permits that keep the semaphore alive, if they are free, see
    /// [`tokio`](::tokio::sync::Semaphore::try_acquire_many_owned).
    ///
    /// # Errors
    ///
    /// If there are not enough, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire_many_owned(self: Arc<Self>, n: u32) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        self.try_acquire_many_owned_at(n, Location::caller())
    }

    /// [`try_acquire_many_owned`](Self::try_acquire_many_owned), recorded as called at `place`.
    pub(crate) fn try_acquire_many_owned_at(
        self: Arc<Self>,
        n: u32,
        place: &'static Location<'static>,
    ) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        owned::try_acquire(self, n, place)
    }

    /// Blocks the thread until it has a permit, see
    /// [`tokio`](::tokio::sync::Semaphore::blocking_acquire_owned).
    ///
    /// # Errors
    ///
    /// If the semaphore is closed.
    ///
    /// # Panics
    ///
    /// On a thread that drives asynchronous tasks.
    #[track_caller]
    pub fn blocking_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, AcquireError> {
        block_on(self.acquire_owned())
    }

    /// Blocks the thread until it has permits, see
    /// [`tokio`](::tokio::sync::Semaphore::blocking_acquire_many_owned).
    ///
    /// # Errors
    ///
    /// If the semaphore is closed.
    ///
    /// # Panics
    ///
    /// On a thread that drives asynchronous tasks.
    #[track_caller]
    pub fn blocking_acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, AcquireError> {
        block_on(self.acquire_many_owned(n))
    }

    /// Closes it: whoever waits gets an error, and whoever asks later, see
    /// [`tokio`](::tokio::sync::Semaphore::close).
    pub fn close(&self) {
        self.resource.close();
        self.real.close();
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.real.is_closed()
    }

    /// tokio's own semaphore, which is not recorded.
    pub fn into_inner(self) -> real::Semaphore {
        self.real
    }

    /// Records what happens to a semaphore of tokio's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: real::Semaphore) -> Self {
        let permits = real.available_permits() as u64;
        let resource = Resource::from_outside(Kind::Semaphore, permits, Location::caller());
        if real.is_closed() {
            resource.close();
        }
        Self { resource, real }
    }

    /// tokio's own semaphore, for code that asks for it. What that code does is not recorded, and the semaphore is shown
    /// as not covered from now on.
    pub fn as_tokio(&self) -> &real::Semaphore {
        self.resource.escape();
        &self.real
    }

    pub(super) fn real(&self) -> &real::Semaphore {
        &self.real
    }

    pub(super) fn resource(&self) -> &Resource {
        &self.resource
    }

    /// Records that permits were taken. From here on our guard owes them, as tokio's would, with the same drop.
    #[inline(always)]
    fn lend<'a>(
        &'a self,
        permit: real::SemaphorePermit<'a>,
        n: u32,
        place: &'static Location<'static>,
        entry: Entry,
    ) -> SemaphorePermit<'a> {
        mem::forget(permit);
        SemaphorePermit { debt: Debt::new(self, n as usize, Hold::taken(&self.resource, n, place, entry)) }
    }
}

impl<'a> Taking<Result<real::SemaphorePermit<'a>, AcquireError>> for &'a Semaphore {
    const OP: Op = Op::Acquire;
    type Output = Result<SemaphorePermit<'a>, AcquireError>;

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
        result: Result<real::SemaphorePermit<'a>, AcquireError>,
        place: &'static Location<'static>,
        waited: bool,
    ) -> Self::Output {
        match result {
            Ok(permit) => Ok(self.lend(permit, 1, place, Entry::of(waited))),
            Err(closed) => Err(closed),
        }
    }
}

/// Permits that are asked for.
struct Asked<'a> {
    semaphore: &'a Semaphore,
    amount: u32,
}

impl<'a> Taking<Result<real::SemaphorePermit<'a>, AcquireError>> for Asked<'a> {
    const OP: Op = Op::Acquire;
    type Output = Result<SemaphorePermit<'a>, AcquireError>;

    #[inline(always)]
    fn resource(&self) -> &Resource {
        &self.semaphore.resource
    }

    fn amount(&self) -> u32 {
        self.amount
    }

    #[inline(always)]
    fn taken(
        &self,
        result: Result<real::SemaphorePermit<'a>, AcquireError>,
        place: &'static Location<'static>,
        waited: bool,
    ) -> Self::Output {
        match result {
            Ok(permit) => Ok(self.semaphore.lend(permit, self.amount, place, Entry::of(waited))),
            Err(closed) => Err(closed),
        }
    }
}

conversions! { #[track_caller] [] Semaphore as real::Semaphore, into_inner }

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
