//! Permits that borrow their semaphore.

use super::Semaphore;
use super::debt::Debt;
use std::fmt;

/// Permits of a [`Semaphore`]: [`tokio::sync::SemaphorePermit`](::tokio::sync::SemaphorePermit).
#[must_use]
#[clippy::has_significant_drop]
pub struct SemaphorePermit<'a> {
    pub(super) debt: Debt<&'a Semaphore>,
}

impl SemaphorePermit<'_> {
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
    pub fn semaphore(&self) -> &Semaphore {
        self.debt.semaphore
    }

    /// How many permits these are.
    pub fn num_permits(&self) -> usize {
        self.debt.permits
    }
}

impl fmt::Debug for SemaphorePermit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.debt.show("SemaphorePermit", f)
    }
}
