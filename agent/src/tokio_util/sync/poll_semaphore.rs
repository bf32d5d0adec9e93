//! A semaphore that can be polled.

use crate::tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, TryAcquireError};
use ::tokio_util::sync::ReusableBoxFuture;
use futures_core::Stream;
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// A [`Semaphore`] that can be polled for permits: [`tokio_util::sync::PollSemaphore`](::tokio_util::sync::PollSemaphore).
/// Its waits are shown where it was made.
pub struct PollSemaphore {
    semaphore: Arc<Semaphore>,
    /// The number of permits that are waited for, or were last, and the future of that.
    waiting: Option<(u32, Acquiring)>,
    place: &'static Location<'static>,
}

type Acquiring = ReusableBoxFuture<'static, Result<OwnedSemaphorePermit, AcquireError>>;

impl PollSemaphore {
    /// Polls this semaphore.
    #[track_caller]
    pub fn new(semaphore: Arc<Semaphore>) -> Self {
        Self { semaphore, waiting: None, place: Location::caller() }
    }

    /// Closes the semaphore.
    pub fn close(&self) {
        self.semaphore.close();
    }

    /// The semaphore.
    pub fn clone_inner(&self) -> Arc<Semaphore> {
        self.semaphore.clone()
    }

    /// The semaphore, without its place in the line.
    pub fn into_inner(self) -> Arc<Semaphore> {
        self.semaphore
    }

    /// Polls for a permit; `None` if the semaphore is closed. Only the waker of the last call is woken.
    pub fn poll_acquire(&mut self, cx: &mut Context<'_>) -> Poll<Option<OwnedSemaphorePermit>> {
        self.poll_acquire_many(cx, 1)
    }

    /// Polls for permits, see [`tokio_util`](::tokio_util::sync::PollSemaphore::poll_acquire_many).
    pub fn poll_acquire_many(
        &mut self,
        cx: &mut Context<'_>,
        permits: u32,
    ) -> Poll<Option<OwnedSemaphorePermit>> {
        let acquire = || self.semaphore.clone().acquire_many_owned_at(permits, self.place);
        let (asked, future) = match &mut self.waiting {
            Some(waiting) => waiting,
            None => {
                // What is free needs no box.
                match self.semaphore.clone().try_acquire_many_owned_at(permits, self.place) {
                    Ok(permit) => return Poll::Ready(Some(permit)),
                    Err(TryAcquireError::Closed) => return Poll::Ready(None),
                    Err(TryAcquireError::NoPermits) => {}
                }
                self.waiting.insert((permits, ReusableBoxFuture::new(acquire())))
            }
        };
        if *asked != permits {
            *asked = permits;
            future.set(acquire());
        }
        let result = ready!(future.poll(cx));
        // The box is kept for the next call.
        future.set(acquire());
        if result.is_err() {
            self.waiting = None;
        }
        Poll::Ready(result.ok())
    }

    /// How many permits are free.
    pub fn available_permits(&self) -> usize {
        self.semaphore.available_permits()
    }

    /// Adds permits.
    ///
    /// # Panics
    ///
    /// If there are more than tokio allows.
    pub fn add_permits(&self, n: usize) {
        self.semaphore.add_permits(n);
    }
}

impl Stream for PollSemaphore {
    type Item = OwnedSemaphorePermit;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<OwnedSemaphorePermit>> {
        self.get_mut().poll_acquire(cx)
    }
}

impl Clone for PollSemaphore {
    #[track_caller]
    fn clone(&self) -> Self {
        Self::new(self.clone_inner())
    }
}

impl fmt::Debug for PollSemaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollSemaphore").field("semaphore", &self.semaphore).finish()
    }
}

impl AsRef<Semaphore> for PollSemaphore {
    fn as_ref(&self) -> &Semaphore {
        &self.semaphore
    }
}
