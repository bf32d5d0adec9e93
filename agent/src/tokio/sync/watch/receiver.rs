//! The receiving ends.

use super::Ref;
use super::error::RecvError;
use crate::original::{conversions, end};
use crate::sync::queue::SubscriberEnd;
use crate::sync::{Kind, Waiting, asks};
use ::tokio::sync::watch;
use std::fmt;
use std::future::Future;
use std::panic::Location;

/// Sees the last value: [`tokio::sync::watch::Receiver`](::tokio::sync::watch::Receiver), recorded while it waits for the
/// next one.
pub struct Receiver<T> {
    /// Dropped first, so that no receiver is counted as gone that is not.
    inner: watch::Receiver<T>,
    end: SubscriberEnd,
}

impl<T> Receiver<T> {
    pub(super) fn new(inner: watch::Receiver<T>, end: SubscriberEnd) -> Self {
        Self { inner, end }
    }

    /// The last value, which does not count as seen. No new one can come while it is borrowed.
    pub fn borrow(&self) -> Ref<'_, T> {
        self.inner.borrow()
    }

    /// The last value, which counts as seen. No new one can come while it is borrowed.
    #[inline]
    pub fn borrow_and_update(&mut self) -> Ref<'_, T> {
        self.inner.borrow_and_update()
    }

    /// Whether there is a value that this receiver has not seen.
    ///
    /// # Errors
    ///
    /// If there is no sender.
    pub fn has_changed(&self) -> Result<bool, RecvError> {
        self.inner.has_changed()
    }

    /// Whether there is no sender.
    pub fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    /// Takes the last value as not seen.
    pub fn mark_changed(&mut self) {
        self.inner.mark_changed();
    }

    /// Takes the last value as seen.
    pub fn mark_unchanged(&mut self) {
        self.inner.mark_unchanged();
    }

    /// Waits for a value that this receiver has not seen, see [`tokio`](::tokio::sync::watch::Receiver::changed). Cancel
    /// safe.
    ///
    /// # Errors
    ///
    /// If there is none, and no sender either.
    #[track_caller]
    pub fn changed(&mut self) -> impl Future<Output = Result<(), RecvError>> {
        self.changed_at(Location::caller())
    }

    /// [`changed`](Self::changed), recorded as called at `place`.
    pub(crate) fn changed_at(
        &mut self,
        place: &'static Location<'static>,
    ) -> impl Future<Output = Result<(), RecvError>> {
        let Self { inner, end } = self;
        let waiting = Waiting::new(inner.changed(), end.slot(), asks::Changed, place);
        waiting.then(|result| {
            result?;
            end.received();
            Ok(())
        })
    }

    /// Waits for a value that `f` wants, see [`tokio`](::tokio::sync::watch::Receiver::wait_for). Cancel safe.
    ///
    /// # Errors
    ///
    /// If there is none, and no sender either.
    #[track_caller]
    pub fn wait_for(
        &mut self,
        f: impl FnMut(&T) -> bool,
    ) -> impl Future<Output = Result<Ref<'_, T>, RecvError>> {
        let Self { inner, end } = self;
        let waiting = Waiting::new(inner.wait_for(f), end.slot(), asks::Changed, Location::caller());
        waiting.then(|result| {
            let value = result?;
            end.received();
            Ok(value)
        })
    }

    /// Whether both are of the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// The plain receiver. The channel is not covered from now on.
    pub fn into_inner(self) -> watch::Receiver<T> {
        self.end.escape();
        self.inner
    }

    /// Holds a plain receiver. The channel is recorded as made here, and as not covered.
    #[track_caller]
    pub fn from_inner(inner: watch::Receiver<T>) -> Self {
        Self::new(inner, SubscriberEnd::from_outside(Kind::Watch, 0, Location::caller()))
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), end: self.end.clone() }
    }
}

conversions! { #[track_caller] [T] Receiver<T> as watch::Receiver<T>, into_inner }

end! { Receiver<T> }

impl<T: fmt::Debug> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
