//! The messages of a channel in which every receiver gets every message.

use crate::tokio::sync::broadcast::Receiver;
use crate::tokio::sync::broadcast::error::RecvError;
use ::tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use ::tokio_util::sync::ReusableBoxFuture;
use futures_core::Stream;
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The messages of a broadcast channel:
/// [`tokio_stream::wrappers::BroadcastStream`](::tokio_stream::wrappers::BroadcastStream).
pub struct BroadcastStream<T> {
    /// Gives the receiver back with what it received.
    receiving: ReusableBoxFuture<'static, (Result<T, RecvError>, Receiver<T>)>,
    place: &'static Location<'static>,
}

async fn receive<T: Clone>(
    mut receiver: Receiver<T>,
    place: &'static Location<'static>,
) -> (Result<T, RecvError>, Receiver<T>) {
    let result = receiver.recv_at(place).await;
    (result, receiver)
}

impl<T: 'static + Clone + Send> BroadcastStream<T> {
    /// The messages of this receiver.
    #[track_caller]
    pub fn new(rx: Receiver<T>) -> Self {
        let place = Location::caller();
        Self { receiving: ReusableBoxFuture::new(receive(rx, place)), place }
    }
}

impl<T: 'static + Clone + Send> Stream for BroadcastStream<T> {
    type Item = Result<T, BroadcastStreamRecvError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let (result, receiver) = ready!(self.receiving.poll(cx));
        let place = self.place;
        self.receiving.set(receive(receiver, place));
        Poll::Ready(match result {
            Ok(message) => Some(Ok(message)),
            Err(RecvError::Lagged(messages)) => Some(Err(BroadcastStreamRecvError::Lagged(messages))),
            Err(RecvError::Closed) => None,
        })
    }
}

impl<T: 'static + Clone + Send> From<Receiver<T>> for BroadcastStream<T> {
    #[track_caller]
    fn from(receiver: Receiver<T>) -> Self {
        Self::new(receiver)
    }
}

impl<T> fmt::Debug for BroadcastStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BroadcastStream").finish()
    }
}
