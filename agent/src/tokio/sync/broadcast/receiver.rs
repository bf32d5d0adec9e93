//! The receiving ends.

use super::error::{RecvError, TryRecvError};
use crate::original::{conversions, end};
use crate::sync::queue::SubscriberEnd;
use crate::sync::{Blocked, Kind, Op, Waiting, asks};
use ::tokio::sync::broadcast;
use std::fmt;
use std::future::Future;
use std::panic::Location;

/// Gets every message: [`tokio::sync::broadcast::Receiver`](::tokio::sync::broadcast::Receiver), recorded while it waits.
pub struct Receiver<T> {
    /// Dropped first, so that no receiver is counted as gone that is not.
    inner: broadcast::Receiver<T>,
    end: SubscriberEnd,
}

impl<T> Receiver<T> {
    pub(super) fn new(inner: broadcast::Receiver<T>, end: SubscriberEnd) -> Self {
        Self { inner, end }
    }

    /// How many messages this receiver has not got yet, those that it missed included.
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// Whether it got them all.
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// Whether both receive from the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// How many senders there are.
    pub fn sender_strong_count(&self) -> usize {
        self.inner.sender_strong_count()
    }

    /// How many weak senders there are.
    pub fn sender_weak_count(&self) -> usize {
        self.inner.sender_weak_count()
    }

    /// Whether there is no sender.
    pub fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    /// The plain receiver. The channel is not covered from now on.
    pub fn into_inner(self) -> broadcast::Receiver<T> {
        self.end.escape();
        self.inner
    }

    /// Holds a plain receiver. The channel is recorded as made here, and as not covered.
    #[track_caller]
    pub fn from_inner(inner: broadcast::Receiver<T>) -> Self {
        Self::new(inner, SubscriberEnd::from_outside(Kind::Broadcast, 0, Location::caller()))
    }
}

impl<T: Clone> Receiver<T> {
    /// One more receiver, of the messages that are sent from now on.
    pub fn resubscribe(&self) -> Self {
        Self::new(self.inner.resubscribe(), self.end.clone())
    }

    /// Waits for the next message, see [`tokio`](::tokio::sync::broadcast::Receiver::recv). Cancel safe.
    ///
    /// # Errors
    ///
    /// `Closed` if none will come, `Lagged` with their number if messages were missed.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Result<T, RecvError>> {
        self.recv_at(Location::caller())
    }

    /// [`recv`](Self::recv), recorded as called at `place`.
    pub(crate) fn recv_at(
        &mut self,
        place: &'static Location<'static>,
    ) -> impl Future<Output = Result<T, RecvError>> {
        let Self { inner, end } = self;
        let waiting = Waiting::new(inner.recv(), end.slot(), asks::Recv, place);
        waiting.then(|result| {
            note(end, &result);
            result
        })
    }

    /// The next message, if it is there.
    ///
    /// # Errors
    ///
    /// `Empty` if there is none now, `Closed` if none will come, `Lagged` with their number if messages were missed.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let result = self.inner.try_recv();
        match &result {
            Ok(_) => self.end.received(),
            Err(TryRecvError::Lagged(messages)) => self.end.missed(*messages),
            Err(_) => {}
        }
        result
    }

    /// [`recv`](Self::recv) for a thread outside of any runtime.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    ///
    /// # Panics
    ///
    /// If it is called inside of asynchronous execution.
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Result<T, RecvError> {
        let place = Location::caller();
        let blocked = self.inner.is_empty().then(|| Blocked::new(self.end.slot(), Op::Recv, place));
        let result = self.inner.blocking_recv();
        if let Some(blocked) = blocked {
            blocked.end();
        }
        note(&mut self.end, &result);
        result
    }
}

/// Records what was received.
#[inline(always)]
fn note<T>(end: &mut SubscriberEnd, result: &Result<T, RecvError>) {
    // First, so that it is one test.
    if !end.is_seen() {
        return;
    }
    match result {
        Ok(_) => end.received(),
        Err(RecvError::Lagged(messages)) => end.missed(*messages),
        Err(RecvError::Closed) => {}
    }
}

conversions! { #[track_caller] [T] Receiver<T> as broadcast::Receiver<T>, into_inner }

end! { Receiver<T> }

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
