//! The results of a set of tasks.

use super::holds::holds;
use crate::sync::Record;
use crate::tokio::task::JoinSet;
use crate::tokio::task::join_set::note_join;
use ::tokio::task::JoinError;
use futures_core::Stream;
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The results of a set of tasks as they end:
/// [`tokio_stream::wrappers::JoinSetStream`](::tokio_stream::wrappers::JoinSetStream).
pub struct JoinSetStream<T> {
    inner: JoinSet<T>,
    wait: Record,
    place: &'static Location<'static>,
}

impl<T> JoinSetStream<T> {
    /// The results of this set.
    #[track_caller]
    pub fn new(join_set: JoinSet<T>) -> Self {
        Self { inner: join_set, wait: Record::NONE, place: Location::caller() }
    }
}

impl<T: 'static> Stream for JoinSetStream<T> {
    type Item = Result<T, JoinError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let result = self.inner.poll_join_next(cx);
        let (place, subject) = (self.place, self.inner.awaited());
        note_join(&mut self.wait, cx, result.is_pending(), subject, place);
        result
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.inner.len(), Some(self.inner.len()))
    }
}

holds!(JoinSetStream, JoinSet);
