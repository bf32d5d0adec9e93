//! Permits that keep their semaphore alive.

use super::debt::Debt;
use super::{Semaphore, SemaphorePermit};
use crate::capture::Endpoint;
use crate::site::Body;
use crate::sync::Hold;
use ::tokio::sync::{AcquireError, TryAcquireError};
use std::fmt;
use std::mem;
use std::panic::Location;
use std::sync::Arc;

/// Permits of a [`Semaphore`], which they keep alive:
/// [`tokio::sync::OwnedSemaphorePermit`](::tokio::sync::OwnedSemaphorePermit).
///
/// Whoever took them is shown as the holder, with a note that they may have been handed on.
#[must_use]
#[clippy::has_significant_drop]
pub struct OwnedSemaphorePermit {
    debt: Debt<Arc<Semaphore>>,
}

/// The future of `acquire_many_owned`.
#[inline]
pub(super) async fn acquire(
    semaphore: Arc<Semaphore>,
    n: u32,
    place: &'static Location<'static>,
) -> Result<OwnedSemaphorePermit, AcquireError> {
    let (permits, hold) = owned(semaphore.acquire_at(n, place).await?);
    Ok(OwnedSemaphorePermit { debt: Debt::new(semaphore, permits, hold) })
}

pub(super) fn try_acquire(
    semaphore: Arc<Semaphore>,
    n: u32,
    place: &'static Location<'static>,
) -> Result<OwnedSemaphorePermit, TryAcquireError> {
    let (permits, hold) = owned(semaphore.try_acquire_at(n, place)?);
    Ok(OwnedSemaphorePermit { debt: Debt::new(semaphore, permits, hold) })
}

/// What a borrowed guard owed, for an owned one.
#[inline(always)]
fn owned(mut permit: SemaphorePermit<'_>) -> (usize, Hold) {
    let (permits, hold) = permit.debt.hand_over();
    // Nothing is left to pay back.
    mem::forget(permit);
    hold.set_movable();
    (permits, hold)
}

impl OwnedSemaphorePermit {
    /// Takes the permits away from the semaphore for good.
    pub fn forget(self) {
        self.debt.forget();
    }

    /// Adds permits of the same semaphore to these.
    ///
    /// # Panics
    ///
    /// If they are of another semaphore.
    #[track_caller]
    pub fn merge(&mut self, other: Self) {
        self.debt.merge(other.debt);
    }

    /// Takes `n` of these permits into a guard of their own, if there are as many.
    pub fn split(&mut self, n: usize) -> Option<Self> {
        Some(Self { debt: self.debt.split(n)? })
    }

    /// The semaphore.
    pub fn semaphore(&self) -> &Arc<Semaphore> {
        &self.debt.semaphore
    }

    /// How many permits these are.
    pub fn num_permits(&self) -> usize {
        self.debt.permits
    }
}

impl fmt::Debug for OwnedSemaphorePermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.debt.show("OwnedSemaphorePermit", f)
    }
}

impl Endpoint for OwnedSemaphorePermit {
    fn __taskscope_owned_by(&self, _: &'static Body) {
        self.debt.set_fixed();
    }
}
