//! What a guard of permits owes, and how it is paid back.

use super::Semaphore;
use crate::sync::Hold;
use std::fmt;
use std::mem::{self, ManuallyDrop};
use std::ops::Deref;

/// Permits that go back to the semaphore when this is dropped: first the record ends, then they are free, then the
/// duration is recorded.
pub(super) struct Debt<S: Deref<Target = Semaphore>> {
    pub(super) semaphore: S,
    pub(super) permits: usize,
    /// Ended by the drop of this.
    hold: ManuallyDrop<Hold>,
}

impl<S: Deref<Target = Semaphore>> Debt<S> {
    #[inline(always)]
    pub(super) fn new(semaphore: S, permits: usize, hold: Hold) -> Self {
        Self { semaphore, permits, hold: ManuallyDrop::new(hold) }
    }

    /// Nothing is owed any more: the permits and their record are somebody else's.
    pub(super) fn hand_over(&mut self) -> (usize, Hold) {
        (mem::take(&mut self.permits), self.hold.take())
    }

    /// Notes that whoever took the permits keeps them.
    pub(super) fn set_fixed(&self) {
        self.hold.set_fixed();
    }

    /// The permits do not go back.
    pub(super) fn forget(mut self) {
        let (permits, hold) = self.hand_over();
        drop(hold);
        self.semaphore.resource().take_from_limit(permits);
    }

    /// Adds what `other` owes to the same semaphore.
    #[track_caller]
    pub(super) fn merge(&mut self, mut other: Self) {
        assert!(
            std::ptr::eq(&*self.semaphore, &*other.semaphore),
            "merging permits from different semaphore instances"
        );
        let Some(total) = self.permits.checked_add(other.permits) else {
            panic!("number of permits overflowed");
        };
        self.permits = total;
        self.hold.merge(other.hand_over().1, total);
    }

    /// Splits a part off.
    pub(super) fn split(&mut self, n: usize) -> Option<Self>
    where
        S: Clone,
    {
        let left = self.permits.checked_sub(n)?;
        self.permits = left;
        let hold = self.hold.split(n, left);
        Some(Self::new(self.semaphore.clone(), n, hold))
    }

    /// Shows it as tokio's own guard of that name does.
    pub(super) fn show(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name).field("sem", &*self.semaphore).field("permits", &self.permits).finish()
    }
}

impl<S: Deref<Target = Semaphore>> Drop for Debt<S> {
    #[inline]
    fn drop(&mut self) {
        let ended = self.hold.end();
        // Not the drop-in's `add_permits`: these were in the count all the time.
        self.semaphore.real().add_permits(self.permits);
        ended.record();
    }
}
