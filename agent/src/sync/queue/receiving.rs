//! The futures of the receiving end.

use super::ReceiverEnd;
use std::fmt;
use std::future::Future;
use std::marker::PhantomPinned;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What a receiver's poll returns when it is ready.
pub(crate) trait Received {
    /// How many messages that is.
    fn messages(&self) -> usize;
}

impl<T> Received for Option<T> {
    #[inline(always)]
    fn messages(&self) -> usize {
        usize::from(self.is_some())
    }
}

impl Received for usize {
    #[inline(always)]
    fn messages(&self) -> usize {
        *self
    }
}

/// A receiver's poll function as a future.
pub(crate) struct Receiving<'a, F> {
    end: &'a mut ReceiverEnd,
    poll: F,
    /// `None` once it has returned.
    place: Option<&'static Location<'static>>,
    /// The future that this stands for is not `Unpin` either.
    _pinned: PhantomPinned,
}

impl<F> fmt::Debug for Receiving<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiving").field("place", &self.place).finish_non_exhaustive()
    }
}

impl<'a, F> Receiving<'a, F> {
    /// The future of `poll`, called at `place`.
    #[inline(always)]
    pub(crate) fn new<R>(end: &'a mut ReceiverEnd, place: &'static Location<'static>, poll: F) -> Self
    where
        F: FnMut(&mut Context<'_>) -> Poll<R>,
    {
        Self { end, poll, place: Some(place), _pinned: PhantomPinned }
    }
}

impl<F, R> Future for Receiving<'_, F>
where
    F: FnMut(&mut Context<'_>) -> Poll<R>,
    R: Received,
{
    type Output = R;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        // SAFETY: nothing is moved out of the reference, and no part of it is pinned.
        let this = unsafe { self.get_unchecked_mut() };
        let Some(place) = this.place else { finished() };
        let result = this.end.polled((this.poll)(cx), R::messages, cx, place);
        if result.is_ready() {
            this.place = None;
        }
        result
    }
}

/// What every `async fn` does.
#[cold]
fn finished() -> ! {
    panic!("`async fn` resumed after completion")
}

impl<F> Drop for Receiving<'_, F> {
    #[inline(always)]
    fn drop(&mut self) {
        self.end.end_wait();
    }
}
