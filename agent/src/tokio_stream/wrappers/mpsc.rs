//! The messages of a queue.

use super::holds::holds;
use crate::capture::Endpoint;
use crate::site::Body;
use crate::tokio::sync::mpsc::{Receiver, UnboundedReceiver};
use futures_core::Stream;
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Declares the stream of `$receiver`; `$most` is how many messages it can have once it is closed.
macro_rules! stream {
    ($(#[$doc:meta])* $name:ident, $receiver:ident, $most:expr) => {
        $(#[$doc])*
        pub struct $name<T> {
            inner: $receiver<T>,
            place: &'static Location<'static>,
        }

        impl<T> $name<T> {
            /// The messages of this receiver.
            #[track_caller]
            pub fn new(recv: $receiver<T>) -> Self {
                Self { inner: recv, place: Location::caller() }
            }

            /// Closes the queue: no more can be sent, and what was sent still comes.
            pub fn close(&mut self) {
                self.inner.close();
            }
        }

        impl<T> Stream for $name<T> {
            type Item = T;

            fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
                let place = self.place;
                self.inner.poll_recv_at(cx, place)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                let most: fn(&$receiver<T>) -> usize = $most;
                (self.inner.len(), self.inner.is_closed().then(|| most(&self.inner)))
            }
        }

        holds!($name, $receiver);

        impl<T> Endpoint for $name<T> {
            fn __taskscope_owned_by(&self, body: &'static Body) {
                self.inner.__taskscope_owned_by(body);
            }
        }
    };
}

stream! {
    /// The messages of a queue with a capacity:
    /// [`tokio_stream::wrappers::ReceiverStream`](::tokio_stream::wrappers::ReceiverStream).
    ReceiverStream, Receiver, |receiver| receiver.max_capacity() - receiver.capacity()
}

stream! {
    /// The messages of a queue without a limit:
    /// [`tokio_stream::wrappers::UnboundedReceiverStream`](::tokio_stream::wrappers::UnboundedReceiverStream).
    UnboundedReceiverStream, UnboundedReceiver, |receiver| receiver.len()
}
