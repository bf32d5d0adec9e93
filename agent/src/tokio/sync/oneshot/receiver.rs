//! The receiving end.

use super::error::{RecvError, TryRecvError};
use crate::capture::Endpoint;
use crate::original::conversions;
use crate::site::Body;
use crate::sync::queue::SingleReceiver;
use crate::sync::{Beside, Blocked, Op};
use ::tokio::sync::oneshot;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The future of the value: [`tokio::sync::oneshot::Receiver`](::tokio::sync::oneshot::Receiver), recorded while it waits.
pub struct Receiver<T> {
    /// The channel is closed, and then it is recorded as closed.
    inner: Beside<oneshot::Receiver<T>, SingleReceiver>,
}

impl<T> Receiver<T> {
    pub(super) fn new(inner: oneshot::Receiver<T>, end: SingleReceiver) -> Self {
        Self { inner: Beside::new(inner, end) }
    }

    /// Keeps the sender from sending, see [`tokio`](::tokio::sync::oneshot::Receiver::close). A value that was sent can
    /// still be received.
    pub fn close(&mut self) {
        self.inner.real.close();
        self.inner.seen.close();
    }

    /// Whether the value or the end was received.
    pub fn is_terminated(&self) -> bool {
        self.inner.real.is_terminated()
    }

    /// Whether there is no value now.
    pub fn is_empty(&self) -> bool {
        self.inner.real.is_empty()
    }

    /// The value, if it is there.
    ///
    /// # Errors
    ///
    /// `Empty` if there is none now, `Closed` if none will come.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let result = self.inner.real.try_recv();
        match result {
            Ok(_) => self.inner.seen.received(true),
            Err(TryRecvError::Closed) => self.inner.seen.received(false),
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
        let (inner, mut end) = self.inner.into_parts();
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
        let (inner, end) = self.inner.into_parts();
        end.hand_out();
        inner
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
        let result = Pin::new(&mut *self.inner.real).poll(cx);
        self.inner.seen.polled(&result, cx);
        result
    }
}

conversions! { #[track_caller] [T] Receiver<T> as oneshot::Receiver<T>, into_inner }

impl<T> Endpoint for Receiver<T> {
    fn __taskscope_owned_by(&self, body: &'static Body) {
        self.inner.seen.own(body);
    }
}

impl<T: fmt::Debug> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.real.fmt(f)
    }
}
