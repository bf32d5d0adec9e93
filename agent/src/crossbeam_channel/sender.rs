//! The sending end.

use crate::original::{conversions, end, escaping};
use crate::sync::queue::{SenderEnd, count_sent};
use crate::sync::{Blocked, Kind, Op};
use crossbeam_channel as real;
use crossbeam_channel::{SendError, SendTimeoutError, TrySendError};
use std::fmt;
use std::panic::Location;
use std::time::{Duration, Instant};

/// Sends into a queue: [`crossbeam_channel::Sender`](real::Sender).
pub struct Sender<T> {
    /// Dropped first, so that no sender is counted as gone that is not.
    inner: real::Sender<T>,
    end: SenderEnd,
}

impl<T> Sender<T> {
    pub(super) fn new(inner: real::Sender<T>, end: SenderEnd) -> Self {
        Self { inner, end }
    }

    /// Sends a value if there is room for it, or, without any room, if a receiver waits for it.
    ///
    /// # Errors
    ///
    /// Returns the value if that is not so, or if no receiver is left.
    pub fn try_send(&self, msg: T) -> Result<(), TrySendError<T>> {
        self.end.used();
        self.counted(self.inner.try_send(msg))
    }

    /// Sends a value; blocks until there is room for it, or, without any room, until it is received.
    ///
    /// # Errors
    ///
    /// Returns the value if no receiver is left.
    #[track_caller]
    pub fn send(&self, msg: T) -> Result<(), SendError<T>> {
        match self.try_send(msg) {
            Ok(()) => Ok(()),
            Err(TrySendError::Disconnected(msg)) => Err(SendError(msg)),
            Err(TrySendError::Full(msg)) => self.send_slowly(msg, Location::caller()),
        }
    }

    #[cold]
    fn send_slowly(&self, msg: T, place: &'static Location<'static>) -> Result<(), SendError<T>> {
        let blocked = Blocked::new(self.end.slot(), Op::Send, place);
        let result = self.inner.send(msg);
        blocked.end();
        self.counted(result)
    }

    /// The same, for some time.
    ///
    /// # Errors
    ///
    /// Returns the value if there was no room in this time, or if no receiver is left.
    #[track_caller]
    pub fn send_timeout(&self, msg: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.send_timed(msg, Location::caller(), |msg| self.inner.send_timeout(msg, timeout))
    }

    /// The same, until `deadline`.
    ///
    /// # Errors
    ///
    /// As [`send_timeout`](Self::send_timeout).
    #[track_caller]
    pub fn send_deadline(&self, msg: T, deadline: Instant) -> Result<(), SendTimeoutError<T>> {
        self.send_timed(msg, Location::caller(), |msg| self.inner.send_deadline(msg, deadline))
    }

    fn send_timed(
        &self,
        msg: T,
        place: &'static Location<'static>,
        send: impl FnOnce(T) -> Result<(), SendTimeoutError<T>>,
    ) -> Result<(), SendTimeoutError<T>> {
        match self.try_send(msg) {
            Ok(()) => Ok(()),
            Err(TrySendError::Disconnected(msg)) => Err(SendTimeoutError::Disconnected(msg)),
            Err(TrySendError::Full(msg)) => {
                let blocked = Blocked::timed(self.end.slot(), Op::Send, place);
                let result = send(msg);
                blocked.end();
                self.counted(result)
            }
        }
    }

    #[inline(always)]
    fn counted<E>(&self, result: Result<(), E>) -> Result<(), E> {
        if result.is_ok() {
            count_sent(self.end.slot());
        }
        result
    }

    /// Whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// Whether there is no room.
    pub fn is_full(&self) -> bool {
        self.inner.is_full()
    }

    /// Messages in the queue.
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// For how many messages there is room in all; `None` if there always is.
    pub fn capacity(&self) -> Option<usize> {
        self.inner.capacity()
    }

    /// Whether both send into the same queue.
    pub fn same_channel(&self, other: &Sender<T>) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// The plain sender. The queue is not covered from now on.
    pub fn into_inner(self) -> real::Sender<T> {
        self.end.escape();
        self.inner
    }

    /// Holds a plain sender. The queue is recorded as made here, and as not covered.
    #[track_caller]
    pub fn from_inner(inner: real::Sender<T>) -> Self {
        let limit = inner.capacity().unwrap_or(0) as u64;
        Self { inner, end: SenderEnd::from_outside(Kind::Mpsc, limit, Location::caller()) }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        // Counted before there is one more.
        let end = self.end.clone();
        Self { inner: self.inner.clone(), end }
    }
}

escaping! { Sender<T> as real::Sender<T>, "queue", "crossbeam's own type, such as `select!`" }

end! { Sender<T>, inside }

conversions! { #[track_caller] [T] Sender<T> as real::Sender<T>, into_inner }

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
