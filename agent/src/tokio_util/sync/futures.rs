//! The futures that wait for a cancellation.

use crate::sync::queue::Share;
use crate::sync::{Waiting, asks};
use ::tokio_util::sync as real;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The future of [`CancellationToken::cancelled`](super::CancellationToken::cancelled).
#[must_use = "futures do nothing unless polled"]
pub struct WaitForCancellationFuture<'a>(pub(super) Waiting<real::WaitForCancellationFuture<'a>, asks::Wait>);

/// The future of [`CancellationToken::cancelled_owned`](super::CancellationToken::cancelled_owned).
#[must_use = "futures do nothing unless polled"]
pub struct WaitForCancellationFutureOwned {
    /// Dropped first: the wait is over before the resource is gone.
    pub(super) waiting: Waiting<real::WaitForCancellationFutureOwned, asks::Wait>,
    pub(super) _share: Share,
}

impl Future for WaitForCancellationFuture<'_> {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // SAFETY: the only part, which is never moved and has no `Drop` of ours.
        unsafe { self.map_unchecked_mut(|this| &mut this.0) }.poll(cx)
    }
}

impl Future for WaitForCancellationFutureOwned {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // SAFETY: a part that is never moved, and there is no `Drop` of ours.
        unsafe { self.map_unchecked_mut(|this| &mut this.waiting) }.poll(cx)
    }
}

impl fmt::Debug for WaitForCancellationFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.future().fmt(f)
    }
}

impl fmt::Debug for WaitForCancellationFutureOwned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.waiting.future().fmt(f)
    }
}
