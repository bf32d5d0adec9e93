//! The queue with a capacity.

use super::receiver::receiver;
use super::sender::sender;
use super::weak::weak_sender;
use super::{OwnedPermit, Permit, PermitIterator};
use crate::sync::queue::{
    Received, ReceiverEnd, Receiving, SenderEnd, WeakEnd, count_sent, ends, enter, foresee,
};
use crate::sync::{Blocked, Kind, Op, Waiting, asks, give};
use ::tokio::sync::mpsc;
use ::tokio::sync::mpsc::error::{SendError, SendTimeoutError, TryRecvError, TrySendError};
use ::tokio::time::{self, Duration};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::task::{Context, Poll};

/// A queue for `buffer` messages. A sender waits for room when it is full.
///
/// # Panics
///
/// If `buffer` is 0 or larger than tokio's semaphores allow.
#[track_caller]
pub fn channel<T>(buffer: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = mpsc::channel(buffer);
    let (sender_end, receiver_end) = ends(Kind::Mpsc, buffer as u64, Location::caller());
    (Sender { inner: sender, end: sender_end }, Receiver { inner: receiver, end: receiver_end })
}

sender! {
    /// Sends into a queue that has a capacity.
    Sender, WeakSender, |sender| sender.max_capacity() as u64
}

weak_sender! {
    /// A sender that does not keep the queue open. It can be made a [`Sender`] as long as there is another one.
    WeakSender, Sender
}

receiver! {
    /// Receives from a queue that has a capacity.
    Receiver, |receiver| receiver.max_capacity() as u64
}

impl<T> Receiver<T> {
    /// For how many more messages there is room now; what is reserved counts as used.
    pub fn capacity(&self) -> usize {
        self.inner.capacity()
    }

    /// For how many messages the queue was made.
    pub fn max_capacity(&self) -> usize {
        self.inner.max_capacity()
    }
}

impl<T> Sender<T> {
    /// Sends a value, after waiting for room. Cancelled, it has not sent, has lost its place in the line, and the
    /// value is dropped.
    ///
    /// # Errors
    ///
    /// Returns the value if the queue is closed.
    #[track_caller]
    pub fn send(&self, value: T) -> impl Future<Output = Result<(), SendError<T>>> {
        let slot = self.end.used();
        let waiting = Waiting::new(self.inner.reserve(), slot, asks::Send, Location::caller());
        let mut value = Some(value);
        waiting.then(move |permit| match permit {
            Ok(permit) => {
                enter(slot);
                permit.send(give(&mut value));
                Ok(())
            }
            Err(_) => Err(SendError(give(&mut value))),
        })
    }

    /// Sends a value if there is room now.
    ///
    /// # Errors
    ///
    /// Returns the value if the queue is full or closed.
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        match self.inner.try_reserve() {
            Ok(permit) => {
                enter(self.end.used());
                permit.send(message);
                Ok(())
            }
            Err(TrySendError::Closed(())) => Err(TrySendError::Closed(message)),
            Err(TrySendError::Full(())) => Err(TrySendError::Full(message)),
        }
    }

    /// [`send`](Self::send) that waits no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// Returns the value if the queue is closed or there was no room in time.
    ///
    /// # Panics
    ///
    /// If it is awaited outside of a runtime with time.
    #[track_caller]
    pub fn send_timeout(
        &self,
        value: T,
        timeout: Duration,
    ) -> impl Future<Output = Result<(), SendTimeoutError<T>>> {
        let slot = self.end.used();
        let place = Location::caller();
        async move {
            let reserved = Waiting::new(self.inner.reserve(), slot, asks::Send, place);
            let permit = match time::timeout(timeout, reserved).await {
                Err(_) => return Err(SendTimeoutError::Timeout(value)),
                Ok(Err(_)) => return Err(SendTimeoutError::Closed(value)),
                Ok(Ok(permit)) => permit,
            };
            enter(slot);
            permit.send(value);
            Ok(())
        }
    }

    /// [`send`](Self::send) for a thread outside of any runtime.
    ///
    /// # Errors
    ///
    /// Returns the value if the queue is closed.
    ///
    /// # Panics
    ///
    /// If it is called inside of asynchronous execution.
    #[track_caller]
    pub fn blocking_send(&self, value: T) -> Result<(), SendError<T>> {
        let slot = self.end.used();
        let room = self.inner.capacity() > 0;
        if room {
            foresee(slot);
        }
        // Recorded even if there is room, since another sender may be quicker; that it was a wait is known only if
        // there was none.
        let blocked = Blocked::new(slot, Op::Send, Location::caller());
        let result = self.inner.blocking_send(value);
        if !room {
            blocked.end();
        }
        if result.is_ok() {
            count_sent(slot);
        }
        result
    }

    /// Waits for room for one message and reserves it. Cancelled, it has lost its place in the line.
    ///
    /// # Errors
    ///
    /// If the queue is closed.
    #[track_caller]
    pub fn reserve(&self) -> impl Future<Output = Result<Permit<'_, T>, SendError<()>>> {
        let (slot, place) = (self.end.used(), Location::caller());
        let waiting = Waiting::new(self.inner.reserve(), slot, asks::Send, place);
        waiting.then(move |permit| Ok(Permit::new(permit?, slot, place)))
    }

    /// Waits for room for `n` messages and reserves it. Cancelled, it has lost its place in the line.
    ///
    /// # Errors
    ///
    /// If the queue is closed, or `n` is more than it can ever hold.
    #[track_caller]
    pub fn reserve_many(
        &self,
        n: usize,
    ) -> impl Future<Output = Result<PermitIterator<'_, T>, SendError<()>>> {
        let (slot, place) = (self.end.used(), Location::caller());
        let amount = u32::try_from(n).unwrap_or(u32::MAX);
        let waiting = Waiting::new(self.inner.reserve_many(n), slot, asks::SendMany(amount), place);
        waiting.then(move |permits| Ok(PermitIterator::new(permits?, slot, place)))
    }

    /// [`reserve`](Self::reserve) that moves the sender into the permit and so is bound to no lifetime.
    ///
    /// # Errors
    ///
    /// If the queue is closed.
    #[track_caller]
    pub fn reserve_owned(self) -> impl Future<Output = Result<OwnedPermit<T>, SendError<()>>> {
        self.reserve_owned_at(Location::caller())
    }

    /// [`reserve_owned`](Self::reserve_owned), recorded as called at `place`.
    pub(crate) fn reserve_owned_at(
        self,
        place: &'static Location<'static>,
    ) -> impl Future<Output = Result<OwnedPermit<T>, SendError<()>>> {
        let Self { inner, end } = self;
        end.used();
        let waiting = Waiting::new(inner.reserve_owned(), end.slot(), asks::Send, place);
        let mut end = Some(end);
        waiting.then(move |permit| {
            let end = give(&mut end);
            Ok(OwnedPermit::new(permit?, end, place))
        })
    }

    /// Reserves room for one message if there is room now.
    ///
    /// # Errors
    ///
    /// If the queue is full or closed.
    #[track_caller]
    pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        let permit = self.inner.try_reserve()?;
        Ok(Permit::new(permit, self.end.slot(), Location::caller()))
    }

    /// Reserves room for `n` messages if there is room now.
    ///
    /// # Errors
    ///
    /// If there is no room for all of them, or the queue is closed.
    #[track_caller]
    pub fn try_reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, TrySendError<()>> {
        let permits = self.inner.try_reserve_many(n)?;
        Ok(PermitIterator::new(permits, self.end.slot(), Location::caller()))
    }

    /// [`try_reserve`](Self::try_reserve) that moves the sender into the permit.
    ///
    /// # Errors
    ///
    /// Returns the sender if the queue is full or closed.
    #[track_caller]
    pub fn try_reserve_owned(self) -> Result<OwnedPermit<T>, TrySendError<Self>> {
        let Self { inner, end } = self;
        match inner.try_reserve_owned() {
            Ok(permit) => Ok(OwnedPermit::new(permit, end, Location::caller())),
            Err(TrySendError::Closed(inner)) => Err(TrySendError::Closed(Self { inner, end })),
            Err(TrySendError::Full(inner)) => Err(TrySendError::Full(Self { inner, end })),
        }
    }

    /// For how many more messages there is room now; what is reserved counts as used.
    pub fn capacity(&self) -> usize {
        self.inner.capacity()
    }

    /// For how many messages the queue was made.
    pub fn max_capacity(&self) -> usize {
        self.inner.max_capacity()
    }

    /// tokio's own sender, for who keeps none of it.
    #[cfg(feature = "tokio-util")]
    pub(crate) fn plain(&self) -> &mpsc::Sender<T> {
        &self.inner
    }
}
