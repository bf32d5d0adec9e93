//! The receiving end.

use super::{IntoIter, Iter, TryIter};
use crate::original::{conversions, end, escaping};
use crate::sync::queue::ConsumerEnd;
use crate::sync::{Blocked, Kind, Op};
use crossbeam_channel as real;
use crossbeam_channel::{RecvError, RecvTimeoutError, TryRecvError};
use std::fmt;
use std::panic::Location;
use std::time::{Duration, Instant};

/// Receives from a queue: [`crossbeam_channel::Receiver`](real::Receiver).
pub struct Receiver<T> {
    /// Dropped first: the queue is closed, and then it is recorded as closed.
    inner: real::Receiver<T>,
    end: ConsumerEnd,
}

impl<T> Receiver<T> {
    pub(super) fn new(inner: real::Receiver<T>, end: ConsumerEnd) -> Self {
        Self { inner, end }
    }

    /// Receives a value that is there already.
    ///
    /// # Errors
    ///
    /// `Empty` if there is none now, `Disconnected` if none will come.
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.counted(self.inner.try_recv())
    }

    /// Receives a value; blocks until there is one.
    ///
    /// # Errors
    ///
    /// If none will come.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        self.recv_at(Location::caller())
    }

    #[inline(always)]
    pub(super) fn recv_at(&self, place: &'static Location<'static>) -> Result<T, RecvError> {
        match self.try_recv() {
            Ok(value) => Ok(value),
            Err(TryRecvError::Disconnected) => Err(RecvError),
            Err(TryRecvError::Empty) => self.recv_slowly(place),
        }
    }

    #[cold]
    fn recv_slowly(&self, place: &'static Location<'static>) -> Result<T, RecvError> {
        let blocked = Blocked::new(self.end.slot(), Op::Recv, place);
        let result = self.inner.recv();
        blocked.end();
        self.counted(result)
    }

    /// Receives a value; blocks until there is one, or for some time.
    ///
    /// # Errors
    ///
    /// `Timeout` if none came in this time, `Disconnected` if none will come.
    #[track_caller]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.recv_timed(Location::caller(), || self.inner.recv_timeout(timeout))
    }

    /// Receives a value; blocks until there is one, or until `deadline`.
    ///
    /// # Errors
    ///
    /// As [`recv_timeout`](Self::recv_timeout).
    #[track_caller]
    pub fn recv_deadline(&self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.recv_timed(Location::caller(), || self.inner.recv_deadline(deadline))
    }

    fn recv_timed(
        &self,
        place: &'static Location<'static>,
        recv: impl FnOnce() -> Result<T, RecvTimeoutError>,
    ) -> Result<T, RecvTimeoutError> {
        match self.try_recv() {
            Ok(value) => Ok(value),
            Err(TryRecvError::Disconnected) => Err(RecvTimeoutError::Disconnected),
            Err(TryRecvError::Empty) => {
                let blocked = Blocked::timed(self.end.slot(), Op::Recv, place);
                let result = recv();
                blocked.end();
                self.counted(result)
            }
        }
    }

    #[inline(always)]
    fn counted<E>(&self, result: Result<T, E>) -> Result<T, E> {
        if result.is_ok() {
            self.end.received();
        }
        result
    }

    /// All values; blocks for each until none will come.
    #[track_caller]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { receiver: self, place: Location::caller() }
    }

    /// The values that are there already.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter { receiver: self }
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

    /// Whether both receive from the same queue.
    pub fn same_channel(&self, other: &Receiver<T>) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// The plain receiver. The queue is not covered from now on.
    pub fn into_inner(self) -> real::Receiver<T> {
        self.end.escape();
        self.inner
    }

    /// Holds a plain receiver. The queue is recorded as made here, and as not covered.
    #[track_caller]
    pub fn from_inner(inner: real::Receiver<T>) -> Self {
        let limit = inner.capacity().unwrap_or(0) as u64;
        Self { inner, end: ConsumerEnd::from_outside(Kind::Mpsc, limit, Location::caller()) }
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        // Counted before there is one more.
        let end = self.end.clone();
        Self { inner: self.inner.clone(), end }
    }
}

escaping! { Receiver<T> as real::Receiver<T>, "queue", "crossbeam's own type, such as `select!`" }

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    #[track_caller]
    fn into_iter(self) -> IntoIter<T> {
        IntoIter { receiver: self, place: Location::caller() }
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    #[track_caller]
    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

end! { Receiver<T> }

conversions! { #[track_caller] [T] Receiver<T> as real::Receiver<T>, into_inner }

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
