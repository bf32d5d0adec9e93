//! The sending end that does not keep the channel open.

use super::Sender;
use crate::original::{conversions, end};
use crate::sync::Kind;
use crate::sync::queue::WeakEnd;
use ::tokio::sync::broadcast;
use std::fmt;
use std::panic::Location;

/// A sender that does not keep the channel open. It can be made a [`Sender`] as long as there is another one.
pub struct WeakSender<T> {
    inner: broadcast::WeakSender<T>,
    end: WeakEnd,
}

impl<T> WeakSender<T> {
    pub(super) fn new(inner: broadcast::WeakSender<T>, end: WeakEnd) -> Self {
        Self { inner, end }
    }

    /// A sender into the same channel; `None` if no other one is left.
    #[must_use]
    pub fn upgrade(&self) -> Option<Sender<T>> {
        // Counted first: the count is never below the number of real senders.
        let end = self.end.to_sender();
        let inner = self.inner.upgrade()?;
        Some(Sender { inner, end })
    }

    /// How many senders there are.
    pub fn strong_count(&self) -> usize {
        self.inner.strong_count()
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.inner.weak_count()
    }

    /// The plain weak sender. The channel is not covered from now on.
    pub fn into_inner(self) -> broadcast::WeakSender<T> {
        self.end.escape();
        self.inner
    }

    /// Holds a plain weak sender. The channel is recorded as made here, and as not covered.
    #[track_caller]
    pub fn from_inner(inner: broadcast::WeakSender<T>) -> Self {
        Self { inner, end: WeakEnd::from_outside(Kind::Broadcast, 0, Location::caller()) }
    }
}

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), end: self.end.clone() }
    }
}

conversions! { #[track_caller] [T] WeakSender<T> as broadcast::WeakSender<T>, into_inner }

end! { WeakSender<T> }

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
