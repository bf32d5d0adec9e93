//! The receiving end.

use super::{IntoIter, Iter, TryIter};
use crate::original::{conversions, end};
use crate::sync::queue::ReceiverEnd;
use crate::sync::{Blocked, Kind, Op};
use std::fmt;
use std::panic::Location;
use std::sync::mpsc as real;
use std::sync::mpsc::{RecvError, RecvTimeoutError, TryRecvError};
use std::time::Duration;

/// Receives from a queue: [`std::sync::mpsc::Receiver`](::std::sync::mpsc::Receiver).
pub struct Receiver<T> {
    /// Dropped first: the queue is closed, and then it is recorded as closed.
    inner: real::Receiver<T>,
    end: ReceiverEnd,
}

impl<T> Receiver<T> {
    pub(super) fn new(inner: real::Receiver<T>, end: ReceiverEnd) -> Self {
        Self { inner, end }
    }

    /// Receives a value that is there already.
    ///
    /// # Errors
    ///
    /// `Empty` if there is none now, `Disconnected` if none will come.
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let result = self.inner.try_recv();
        if result.is_ok() {
            self.end.took(1);
        }
        result
    }

    /// Receives a value; blocks until there is one.
    ///
    /// # Errors
    ///
    /// If none will come.
    #[track_caller]
    #[inline]
    pub fn recv(&self) -> Result<T, RecvError> {
        match self.end.slot() {
            Some(_) => self.recv_at(Location::caller()),
            None => self.inner.recv(),
        }
    }

    #[inline(never)]
    pub(super) fn recv_at(&self, place: &'static Location<'static>) -> Result<T, RecvError> {
        match self.try_recv() {
            Ok(value) => Ok(value),
            Err(TryRecvError::Disconnected) => Err(RecvError),
            Err(TryRecvError::Empty) => {
                let blocked = Blocked::new(self.end.slot_for_wait(), Op::Recv, place);
                self.received(blocked, self.inner.recv())
            }
        }
    }

    /// Receives a value; blocks until there is one, or for some time.
    ///
    /// # Errors
    ///
    /// `Timeout` if none came in this time, `Disconnected` if none will come.
    #[track_caller]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        match self.try_recv() {
            Ok(value) => Ok(value),
            Err(TryRecvError::Disconnected) => Err(RecvTimeoutError::Disconnected),
            Err(TryRecvError::Empty) => {
                let blocked = Blocked::timed(self.end.slot_for_wait(), Op::Recv, Location::caller());
                self.received(blocked, self.inner.recv_timeout(timeout))
            }
        }
    }

    /// Notes the end of a wait, and what came of it.
    fn received<E>(&self, blocked: Blocked, result: Result<T, E>) -> Result<T, E> {
        blocked.end();
        if result.is_ok() {
            self.end.took(1);
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

    /// The plain receiver. The queue is not covered from now on.
    pub fn into_inner(self) -> real::Receiver<T> {
        self.end.hand_out();
        self.inner
    }

    /// Holds a plain receiver. The queue is recorded as made here, and as not covered.
    #[track_caller]
    pub fn from_inner(inner: real::Receiver<T>) -> Self {
        Self { inner, end: ReceiverEnd::from_outside(Kind::Mpsc, 0, Location::caller()) }
    }
}

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

conversions! { #[track_caller] [T] Receiver<T> as real::Receiver<T>, into_inner }

end! { Receiver<T> }

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
