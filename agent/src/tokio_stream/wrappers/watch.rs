//! The values of a channel that holds the last one.

use crate::tokio::sync::watch::Receiver;
use crate::tokio::sync::watch::error::RecvError;
use ::tokio_util::sync::ReusableBoxFuture;
use futures_core::Stream;
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The values of a watch channel: [`tokio_stream::wrappers::WatchStream`](::tokio_stream::wrappers::WatchStream).
pub struct WatchStream<T> {
    /// Gives the receiver back.
    changing: ReusableBoxFuture<'static, (Result<(), RecvError>, Receiver<T>)>,
    place: &'static Location<'static>,
}

async fn change<T>(
    mut receiver: Receiver<T>,
    place: &'static Location<'static>,
) -> (Result<(), RecvError>, Receiver<T>) {
    let result = receiver.changed_at(place).await;
    (result, receiver)
}

impl<T: 'static + Clone + Send + Sync> WatchStream<T> {
    /// The value now, and each that follows.
    #[track_caller]
    pub fn new(rx: Receiver<T>) -> Self {
        let changing = ReusableBoxFuture::new(async move { (Ok(()), rx) });
        Self { changing, place: Location::caller() }
    }

    /// Each value that this receiver has not seen.
    #[track_caller]
    pub fn from_changes(rx: Receiver<T>) -> Self {
        let place = Location::caller();
        Self { changing: ReusableBoxFuture::new(change(rx, place)), place }
    }
}

impl<T: 'static + Clone + Send + Sync> Stream for WatchStream<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let (result, mut receiver) = ready!(self.changing.poll(cx));
        let value = result.ok().map(|()| T::clone(&receiver.borrow_and_update()));
        let place = self.place;
        self.changing.set(change(receiver, place));
        Poll::Ready(value)
    }
}

impl<T> Unpin for WatchStream<T> {}

impl<T: 'static + Clone + Send + Sync> From<Receiver<T>> for WatchStream<T> {
    #[track_caller]
    fn from(receiver: Receiver<T>) -> Self {
        Self::new(receiver)
    }
}

impl<T> fmt::Debug for WatchStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchStream").finish()
    }
}
