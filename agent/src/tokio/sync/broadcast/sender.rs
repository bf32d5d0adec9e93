//! The sending end.

use super::error::SendError;
use super::{Receiver, WeakSender};
use crate::original::{conversions, end, escaping};
use crate::sync::queue::{SenderEnd, count_sent, sender_end};
use crate::sync::{Kind, Waiting, asks};
use ::tokio::sync::broadcast;
use std::fmt;
use std::future::Future;
use std::panic::Location;

/// A channel that keeps the last `capacity` messages, or some more, for receivers that are behind.
///
/// # Panics
///
/// If `capacity` is 0 or larger than half of what a `usize` can say.
#[track_caller]
pub fn channel<T: Clone>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = broadcast::channel(capacity);
    let end = sender_end(Kind::Broadcast, room(capacity), Location::caller());
    let receiver = Receiver::new(receiver, end.subscribe());
    (Sender { inner: sender, end }, receiver)
}

/// How many messages tokio keeps if so many are asked for.
fn room(capacity: usize) -> u64 {
    capacity.next_power_of_two() as u64
}

/// Sends to all receivers: [`tokio::sync::broadcast::Sender`](::tokio::sync::broadcast::Sender), recorded.
pub struct Sender<T> {
    /// Dropped first, so that no sender is counted as gone that is not.
    pub(super) inner: broadcast::Sender<T>,
    pub(super) end: SenderEnd,
}

impl<T> Sender<T> {
    /// A channel without a receiver, see [`channel`].
    ///
    /// # Panics
    ///
    /// As [`channel`].
    #[track_caller]
    pub fn new(capacity: usize) -> Self {
        let inner = broadcast::Sender::new(capacity);
        Self { inner, end: sender_end(Kind::Broadcast, room(capacity), Location::caller()) }
    }

    /// Sends a value to all receivers that there are, see [`tokio`](::tokio::sync::broadcast::Sender::send). Returns how
    /// many.
    ///
    /// # Errors
    ///
    /// Returns the value if there is none.
    #[inline]
    pub fn send(&self, value: T) -> Result<usize, SendError<T>> {
        let Some(slot) = self.end.used() else { return self.inner.send(value) };
        let receivers = self.inner.send(value)?;
        count_sent(Some(slot));
        Ok(receivers)
    }

    /// One more receiver, of the messages that are sent from now on.
    pub fn subscribe(&self) -> Receiver<T> {
        Receiver::new(self.inner.subscribe(), self.end.subscribe())
    }

    /// A sender that does not keep the channel open.
    #[must_use = "Downgrade creates a WeakSender without destroying the original non-weak sender."]
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender::new(self.inner.downgrade(), self.end.downgrade())
    }

    /// How many messages are kept for receivers that are behind.
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// Whether no receiver is behind.
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// How many receivers there are.
    pub fn receiver_count(&self) -> usize {
        self.inner.receiver_count()
    }

    /// Whether both send into the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// Waits until there is no receiver, see [`tokio`](::tokio::sync::broadcast::Sender::closed).
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        Waiting::new(self.inner.closed(), self.end.slot(), asks::Wait, Location::caller())
    }

    /// How many senders there are.
    pub fn strong_count(&self) -> usize {
        self.inner.strong_count()
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.inner.weak_count()
    }

    /// The plain sender. The channel is not covered from now on.
    pub fn into_inner(self) -> broadcast::Sender<T> {
        self.end.escape();
        self.inner
    }

    /// Holds a plain sender. The channel is recorded as made here, and as not covered.
    #[track_caller]
    pub fn from_inner(inner: broadcast::Sender<T>) -> Self {
        Self { inner, end: SenderEnd::from_outside(Kind::Broadcast, 0, Location::caller()) }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), end: self.end.clone() }
    }
}

escaping! { Sender<T> as broadcast::Sender<T>, "channel", "tokio's own type" }

conversions! { #[track_caller] [T] Sender<T> as broadcast::Sender<T>, into_inner }

end! { Sender<T>, inside }

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
