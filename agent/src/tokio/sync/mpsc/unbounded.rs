//! The queue without a capacity.

use super::receiver::receiver;
use super::sender::sender;
use super::weak::weak_sender;
use crate::sync::queue::{Received, ReceiverEnd, Receiving, SenderEnd, WeakEnd, count_sent, ends, foresee};
use crate::sync::{Blocked, Kind, Op, Waiting, asks};
use ::tokio::sync::mpsc;
use ::tokio::sync::mpsc::error::{SendError, TryRecvError};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::task::{Context, Poll};

/// A queue that always has room.
#[track_caller]
pub fn unbounded_channel<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let (sender_end, receiver_end) = ends(Kind::Mpsc, 0, Location::caller());
    let receiver = UnboundedReceiver { inner: receiver, end: receiver_end };
    (UnboundedSender { inner: sender, end: sender_end }, receiver)
}

sender! {
    /// Sends into a queue that always has room.
    UnboundedSender, WeakUnboundedSender, |_| 0
}

weak_sender! {
    /// A sender that does not keep the queue open. It can be made an [`UnboundedSender`] as long as there is another
    /// one.
    WeakUnboundedSender, UnboundedSender
}

receiver! {
    /// Receives from a queue that always has room.
    UnboundedReceiver, |_| 0
}

impl<T> UnboundedSender<T> {
    /// Sends a value, without waiting.
    ///
    /// # Errors
    ///
    /// Returns the value if the queue is closed.
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        let Some(slot) = self.end.used() else { return self.inner.send(message) };
        foresee(Some(slot));
        let result = self.inner.send(message);
        if result.is_ok() {
            count_sent(Some(slot));
        }
        result
    }
}
