//! What follows a wait: a future that hands the result to a function, without a state machine of its own.

use super::Waiting;
use super::asks::Asks;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The future of an operation that may wait, and what to do with its result.
pub(crate) struct Then<F, A: Asks, G> {
    waiting: Waiting<F, A>,
    then: G,
}

impl<F, A: Asks, G> fmt::Debug for Then<F, A, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Then").finish_non_exhaustive()
    }
}

impl<F: Future, A: Asks> Waiting<F, A> {
    /// Calls `then` with what the future returns, at once. What it gives away it has in an `Option`: nothing here has to
    /// know whether it was called.
    #[inline(always)]
    pub(crate) fn then<R, G: FnMut(F::Output) -> R>(self, then: G) -> Then<F, A, G> {
        Then { waiting: self, then }
    }
}

impl<F, A, G, R> Future for Then<F, A, G>
where
    F: Future,
    A: Asks,
    G: FnMut(F::Output) -> R,
{
    type Output = R;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        // SAFETY: the future is not moved out of the reference; the function is not pinned.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: `this` was pinned, and the future is a part of it that is never moved and has no `Drop` of ours.
        unsafe { Pin::new_unchecked(&mut this.waiting) }.poll(cx).map(&mut this.then)
    }
}

/// What the function of a [`Then`] gives away.
#[inline(always)]
pub(crate) fn give<T>(kept: &mut Option<T>) -> T {
    match kept.take() {
        Some(value) => value,
        // The inner future has panicked for the same reason.
        None => unreachable!("a future was polled after it had returned"),
    }
}
