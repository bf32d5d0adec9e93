//! The futures of the waiting side.

use super::Notify;
use crate::sync::{Waiting, asks};
use ::tokio::sync::futures as real;
use std::fmt;
use std::future::Future;
use std::mem::MaybeUninit;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// The future of [`Notify::notified`]: [`tokio::sync::futures::Notified`](::tokio::sync::futures::Notified), recorded
/// while it waits.
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Notified<'a>(pub(super) Waiting<real::Notified<'a>, asks::Notified>);

impl<'a> Notified<'a> {
    /// Gets into the line without a poll, see [`tokio`](::tokio::sync::futures::Notified::enable). Returns whether it is
    /// notified already.
    pub fn enable(self: Pin<&mut Self>) -> bool {
        self.waiting().ask(|future| future.enable())
    }

    fn waiting(self: Pin<&mut Self>) -> Pin<&mut Waiting<real::Notified<'a>, asks::Notified>> {
        // SAFETY: the only part, which is never moved and has no `Drop` of ours.
        unsafe { self.map_unchecked_mut(|this| &mut this.0) }
    }
}

impl Future for Notified<'_> {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.waiting().poll(cx)
    }
}

impl fmt::Debug for Notified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.future().fmt(f)
    }
}

/// The future of [`Notify::notified_owned`]: it keeps the `Notify` alive.
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct OwnedNotified {
    /// Always initialized, up to the drop. It borrows from `notify`. As a plain value, a function that takes this by
    /// value would promise that the borrow outlives the function, which it does not if the function drops this.
    notified: MaybeUninit<Notified<'static>>,
    /// Dropped after what borrows from it.
    notify: Arc<Notify>,
}

impl OwnedNotified {
    pub(super) fn new(notify: Arc<Notify>, place: &'static Location<'static>) -> Self {
        // SAFETY: what the `Arc` points to stays in its place, alive, and is never mutably borrowed while this `Arc` is
        // here, which is longer than the future beside it.
        let borrowed: &'static Notify = unsafe { &*Arc::as_ptr(&notify) };
        Self { notified: MaybeUninit::new(borrowed.notified_at(place)), notify }
    }

    /// Gets into the line without a poll, see [`tokio`](::tokio::sync::futures::OwnedNotified::enable). Returns whether
    /// it is notified already.
    pub fn enable(self: Pin<&mut Self>) -> bool {
        self.notified().enable()
    }

    fn notified(self: Pin<&mut Self>) -> Pin<&mut Notified<'static>> {
        // SAFETY: nothing is moved out of the reference.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: initialized up to the drop.
        let notified = unsafe { this.notified.assume_init_mut() };
        // SAFETY: `self` was pinned, the future is a part of it that is never moved, and the drop drops it in place.
        unsafe { Pin::new_unchecked(notified) }
    }
}

impl Drop for OwnedNotified {
    fn drop(&mut self) {
        // SAFETY: initialized, and not used after this.
        unsafe { self.notified.assume_init_drop() };
    }
}

impl Future for OwnedNotified {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.notified().poll(cx)
    }
}

impl fmt::Debug for OwnedNotified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedNotified").field("notify", &self.notify).finish_non_exhaustive()
    }
}
