//! The sending end.

use super::Receiver;
use crate::original::{conversions, end, escaping};
use crate::sync::queue::{SingleSender, single};
use crate::sync::{Waiting, asks};
use ::tokio::sync::oneshot;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::task::{Context, Poll};

/// A channel for one value.
#[track_caller]
#[inline]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    // First, so that nothing has to be kept for the case that this panics.
    let (sender_end, receiver_end) = single(Location::caller());
    let (sender, receiver) = oneshot::channel();
    (Sender::new(sender, sender_end), Receiver::new(receiver, receiver_end))
}

/// Sends the value: [`tokio::sync::oneshot::Sender`](::tokio::sync::oneshot::Sender), recorded.
pub struct Sender<T> {
    /// Dropped first: the channel is closed, and then it is recorded as closed.
    inner: oneshot::Sender<T>,
    end: SingleSender,
}

impl<T> Sender<T> {
    fn new(inner: oneshot::Sender<T>, end: SingleSender) -> Self {
        Self { inner, end }
    }

    /// Sends the value, see [`tokio`](::tokio::sync::oneshot::Sender::send).
    ///
    /// # Errors
    ///
    /// Returns the value if the receiver is closed or dropped.
    #[inline]
    pub fn send(self, t: T) -> Result<(), T> {
        let Self { inner, end } = self;
        end.sends(|| inner.send(t))
    }

    /// Waits until the receiver is closed or dropped, see [`tokio`](::tokio::sync::oneshot::Sender::closed).
    #[track_caller]
    pub fn closed(&mut self) -> impl Future<Output = ()> {
        Waiting::new(self.inner.closed(), self.end.slot(), asks::Wait, Location::caller())
    }

    /// Whether the receiver is closed or dropped.
    pub fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    /// Polls for the end of the receiver, see [`tokio`](::tokio::sync::oneshot::Sender::poll_closed).
    #[track_caller]
    pub fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let result = self.inner.poll_closed(cx);
        self.end.polled(result, cx, Location::caller());
        result
    }

    /// The plain sender. The channel is not covered from now on.
    pub fn into_inner(self) -> oneshot::Sender<T> {
        self.end.escape();
        self.inner
    }

    /// Holds a plain sender. The channel is recorded as made here, and as not covered.
    #[track_caller]
    pub fn from_inner(inner: oneshot::Sender<T>) -> Self {
        Self::new(inner, SingleSender::from_outside(Location::caller()))
    }
}

escaping! { Sender<T> as oneshot::Sender<T>, "channel", "tokio's own type" }

conversions! { #[track_caller] [T] Sender<T> as oneshot::Sender<T>, into_inner }

end! { Sender<T> }

impl<T: fmt::Debug> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
