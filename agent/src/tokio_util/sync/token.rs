//! The token.

use super::{DropGuard, DropGuardRef, WaitForCancellationFuture, WaitForCancellationFutureOwned};
use crate::original::conversions;
use crate::sync::queue::{Share, count_sent};
use crate::sync::{Kind, Waiting, asks};
use ::tokio_util::sync as real;
use std::fmt;
use std::future::{Future, poll_fn};
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::pin::pin;
use std::task::Poll;

/// Asks tasks to end: [`tokio_util::sync::CancellationToken`](::tokio_util::sync::CancellationToken), with those who wait
/// for that and the task that cancelled last recorded.
///
/// tokio-util's own does the work, which it holds. [`from_inner`](Self::from_inner) makes one of those,
/// [`into_inner`](Self::into_inner) gives it back, and `From` does both. A clone is the same token; a child is one of its
/// own.
pub struct CancellationToken {
    inner: real::CancellationToken,
    share: Share,
}

impl CancellationToken {
    /// A token that is not cancelled.
    #[track_caller]
    pub fn new() -> Self {
        Self { inner: real::CancellationToken::new(), share: Share::new(Kind::Notify, Location::caller()) }
    }

    /// A token that is cancelled with this one, and that can be cancelled by itself.
    #[track_caller]
    pub fn child_token(&self) -> Self {
        Self { inner: self.inner.child_token(), share: Share::new(Kind::Notify, Location::caller()) }
    }

    /// Cancels this token, its clones and its children.
    pub fn cancel(&self) {
        count_sent(self.share.slot());
        self.inner.cancel();
    }

    /// Whether it is cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.inner.is_cancelled()
    }

    /// Waits until it is cancelled, see [`tokio_util`](::tokio_util::sync::CancellationToken::cancelled). Cancel safe.
    #[track_caller]
    pub fn cancelled(&self) -> WaitForCancellationFuture<'_> {
        self.cancelled_at(Location::caller())
    }

    fn cancelled_at(&self, place: &'static Location<'static>) -> WaitForCancellationFuture<'_> {
        let slot = self.share.slot();
        WaitForCancellationFuture(Waiting::new(self.inner.cancelled(), slot, asks::Wait, place))
    }

    /// [`cancelled`](Self::cancelled) in a future that keeps the token. Cancel safe.
    #[track_caller]
    pub fn cancelled_owned(self) -> WaitForCancellationFutureOwned {
        let Self { inner, share } = self;
        let future = inner.cancelled_owned();
        let waiting = Waiting::new(future, share.slot(), asks::Wait, Location::caller());
        WaitForCancellationFutureOwned { waiting, _share: share }
    }

    /// A guard that cancels when it is dropped.
    pub fn drop_guard(self) -> DropGuard {
        DropGuard::new(self)
    }

    /// A guard that cancels when it is dropped, and borrows the token.
    pub fn drop_guard_ref(&self) -> DropGuardRef<'_> {
        DropGuardRef::new(self)
    }

    /// The output of `fut`, or `None` if the token is cancelled first, see
    /// [`tokio_util`](::tokio_util::sync::CancellationToken::run_until_cancelled).
    #[track_caller]
    pub fn run_until_cancelled<F>(&self, fut: F) -> impl Future<Output = Option<F::Output>>
    where
        F: Future,
    {
        let place = Location::caller();
        async move {
            if self.is_cancelled() {
                return None;
            }
            let mut cancelled = pin!(self.cancelled_at(place));
            let mut fut = pin!(fut);
            poll_fn(|cx| match fut.as_mut().poll(cx) {
                Poll::Ready(output) => Poll::Ready(Some(output)),
                Poll::Pending => cancelled.as_mut().poll(cx).map(|()| None),
            })
            .await
        }
    }

    /// [`run_until_cancelled`](Self::run_until_cancelled) in a future that keeps the token.
    #[track_caller]
    pub fn run_until_cancelled_owned<F>(self, fut: F) -> impl Future<Output = Option<F::Output>>
    where
        F: Future,
    {
        let place = Location::caller();
        async move {
            if self.is_cancelled() {
                return None;
            }
            let mut cancelled = pin!(self.cancelled_at(place));
            let mut fut = pin!(fut);
            poll_fn(|cx| match fut.as_mut().poll(cx) {
                Poll::Ready(output) => Poll::Ready(Some(output)),
                Poll::Pending => cancelled.as_mut().poll(cx).map(|()| None),
            })
            .await
        }
    }

    /// The plain token. It is not covered from now on.
    pub fn into_inner(self) -> real::CancellationToken {
        self.share.escape();
        self.inner
    }

    /// Holds a plain token. It is recorded as made here, and as not covered.
    #[track_caller]
    pub fn from_inner(inner: real::CancellationToken) -> Self {
        Self { inner, share: Share::from_outside(Kind::Notify, Location::caller()) }
    }
}

// As tokio-util's own, which says so of itself.
impl UnwindSafe for CancellationToken {}
impl RefUnwindSafe for CancellationToken {}

impl Clone for CancellationToken {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), share: self.share.clone() }
    }
}

impl Default for CancellationToken {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for CancellationToken {
    fn eq(&self, other: &Self) -> bool {
        self.inner == other.inner
    }
}

impl Eq for CancellationToken {}

impl Hash for CancellationToken {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
    }
}

/// For code that wants tokio-util's own type. All methods are those of the drop-in, so this is reached only where the
/// plain type is asked for; the token is not covered from then on.
impl Deref for CancellationToken {
    type Target = real::CancellationToken;

    fn deref(&self) -> &Self::Target {
        self.share.escape();
        &self.inner
    }
}

conversions! { #[track_caller] [] CancellationToken as real::CancellationToken, into_inner }

impl fmt::Debug for CancellationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
