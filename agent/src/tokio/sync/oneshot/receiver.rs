//! The receiving end.

use super::error::{RecvError, TryRecvError};
use crate::capture::Endpoint;
use crate::site::Body;
use crate::sync::queue::SingleReceiver;
use crate::sync::{Blocked, Op};
use ::tokio::sync::oneshot;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The future of the value: [`tokio::sync::oneshot::Receiver`](::tokio::sync::oneshot::Receiver), recorded while it waits.
pub struct Receiver<T> {
    /// Dropped first: the channel is closed, and then it is recorded as closed.
    inner: oneshot::Receiver<T>,
    end: SingleReceiver,
}

impl<T> Receiver<T> {
    pub(super) fn new(inner: oneshot::Receiver<T>, end: SingleReceiver) -> Self {
        Self { inner, end }
    }

    /// Keeps the sender from sending, see [`tokio`](::tokio::sync::oneshot::Receiver::close). A value that was sent can
    /// still be received.
    pub fn close(&mut self) {
        self.inner.close();
        self.end.close();
    }

    /// Whether the value or the end was received.
    pub fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }

    /// Whether there is no value now.
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// The value, if it is there.
    ///
    /// # Errors
    ///
    /// `Empty` if there is none now, `Closed` if none will come.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let result = self.inner.try_recv();
        match result {
            Ok(_) => self.end.received(true),
            Err(TryRecvError::Closed) => self.end.received(false),
            Err(TryRecvError::Empty) => {}
        }
        result
    }

    /// Blocks the thread until the value is there, see [`tokio`](::tokio::sync::oneshot::Receiver::blocking_recv).
    ///
    /// # Errors
    ///
    /// If none will come.
    ///
    /// # Panics
    ///
    /// If it is called inside of asynchronous execution.
    #[track_caller]
    pub fn blocking_recv(self) -> Result<T, RecvError> {
        let Self { inner, mut end } = self;
        let place = Location::caller();
        let blocked = inner.is_empty().then(|| Blocked::new(end.slot(), Op::Recv, place));
        let result = inner.blocking_recv();
        if let Some(blocked) = blocked {
            blocked.end();
        }
        end.received(result.is_ok());
        result
    }

    /// The plain receiver. The channel is not covered from now on.
    pub fn into_inner(self) -> oneshot::Receiver<T> {
        self.end.hand_out();
        self.inner
    }

    /// Holds a plain receiver. The channel is recorded as made here, and as not covered.
    #[track_caller]
    pub fn from_inner(inner: oneshot::Receiver<T>) -> Self {
        Self::new(inner, SingleReceiver::from_outside(Location::caller()))
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let result = Pin::new(&mut self.inner).poll(cx);
        self.end.polled(&result, cx);
        result
    }
}

impl<T> From<oneshot::Receiver<T>> for Receiver<T> {
    #[track_caller]
    fn from(inner: oneshot::Receiver<T>) -> Self {
        Self::from_inner(inner)
    }
}

impl<T> From<Receiver<T>> for oneshot::Receiver<T> {
    fn from(receiver: Receiver<T>) -> Self {
        receiver.into_inner()
    }
}

impl<T> Endpoint for Receiver<T> {
    fn __taskscope_owned_by(&self, body: &'static Body) {
        self.end.own(body);
    }
}

impl<T: fmt::Debug> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
