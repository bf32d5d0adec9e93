//! The sending end.

use super::error::SendError;
use super::{Receiver, Ref};
use crate::original::{conversions, end, escaping};
use crate::sync::queue::{SenderEnd, count_sent, sender_end};
use crate::sync::{Kind, Waiting, asks};
use ::tokio::sync::watch;
use std::fmt;
use std::future::Future;
use std::panic::Location;

/// A channel that holds `init`.
#[track_caller]
pub fn channel<T>(init: T) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = watch::channel(init);
    let end = sender_end(Kind::Watch, 0, Location::caller());
    let receiver = Receiver::new(receiver, end.subscribe());
    (Sender { inner: sender, end }, receiver)
}

/// Gives the channel its values: [`tokio::sync::watch::Sender`](::tokio::sync::watch::Sender), recorded.
pub struct Sender<T> {
    /// Dropped first, so that no sender is counted as gone that is not.
    inner: watch::Sender<T>,
    end: SenderEnd,
}

impl<T> Sender<T> {
    /// A channel that holds `init` and has no receiver.
    #[track_caller]
    pub fn new(init: T) -> Self {
        Self { inner: watch::Sender::new(init), end: sender_end(Kind::Watch, 0, Location::caller()) }
    }

    fn sent(&self) {
        count_sent(self.end.used());
    }

    /// A new value, see [`tokio`](::tokio::sync::watch::Sender::send).
    ///
    /// # Errors
    ///
    /// Returns the value if there is no receiver.
    #[inline]
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        self.inner.send(value)?;
        self.sent();
        Ok(())
    }

    /// Changes the value in its place, see [`tokio`](::tokio::sync::watch::Sender::send_modify).
    ///
    /// # Panics
    ///
    /// If `modify` does. Nobody is told of a change then.
    pub fn send_modify<F>(&self, modify: F)
    where
        F: FnOnce(&mut T),
    {
        self.inner.send_modify(modify);
        self.sent();
    }

    /// Perhaps changes the value in its place, see [`tokio`](::tokio::sync::watch::Sender::send_if_modified). Returns
    /// what `modify` did: whether it has.
    ///
    /// # Panics
    ///
    /// If `modify` does. Nobody is told of a change then.
    pub fn send_if_modified<F>(&self, modify: F) -> bool
    where
        F: FnOnce(&mut T) -> bool,
    {
        let modified = self.inner.send_if_modified(modify);
        if modified {
            self.sent();
        }
        modified
    }

    /// A new value, whether or not there is a receiver; returns the one before.
    pub fn send_replace(&self, value: T) -> T {
        let before = self.inner.send_replace(value);
        self.sent();
        before
    }

    /// The value; no new one can come while it is borrowed.
    pub fn borrow(&self) -> Ref<'_, T> {
        self.inner.borrow()
    }

    /// Whether there is no receiver.
    pub fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    /// Waits until there is no receiver, see [`tokio`](::tokio::sync::watch::Sender::closed).
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        Waiting::new(self.inner.closed(), self.end.slot(), asks::Wait, Location::caller())
    }

    /// One more receiver, which has seen the value that is there.
    pub fn subscribe(&self) -> Receiver<T> {
        Receiver::new(self.inner.subscribe(), self.end.subscribe())
    }

    /// How many receivers there are.
    pub fn receiver_count(&self) -> usize {
        self.inner.receiver_count()
    }

    /// How many senders there are.
    pub fn sender_count(&self) -> usize {
        self.inner.sender_count()
    }

    /// Whether both are of the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// The plain sender. The channel is not covered from now on.
    pub fn into_inner(self) -> watch::Sender<T> {
        self.end.escape();
        self.inner
    }

    /// Holds a plain sender. The channel is recorded as made here, and as not covered.
    #[track_caller]
    pub fn from_inner(inner: watch::Sender<T>) -> Self {
        Self { inner, end: SenderEnd::from_outside(Kind::Watch, 0, Location::caller()) }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), end: self.end.clone() }
    }
}

impl<T: Default> Default for Sender<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

escaping! { Sender<T> as watch::Sender<T>, "channel", "tokio's own type" }

conversions! { #[track_caller] [T] Sender<T> as watch::Sender<T>, into_inner }

end! { Sender<T>, inside }

impl<T: fmt::Debug> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
