//! The future of an operation that takes a lock or permits: tokio's own, with its wait and its result recorded.

use super::wait::{Finish, end_wait};
use super::{Op, Record, Resource, Subject};
use std::fmt;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::panic::Location;
use std::pin::Pin;
use std::ptr;
use std::task::{Context, Poll, Waker};

/// What is taken from which resource, and what becomes of the result `R` of tokio's future.
pub(crate) trait Taking<R> {
    /// The operation, as a wait shows it.
    const OP: Op;
    /// What the caller gets.
    type Output;

    fn resource(&self) -> &Resource;

    /// Permits asked for.
    fn amount(&self) -> u32;

    /// Records the result.
    fn taken(&self, result: R, place: &'static Location<'static>, waited: bool) -> Self::Output;
}

/// The future. Nothing is recorded before its first poll.
///
/// `F` is the future of an `async fn`, which has nothing left to drop once it is ready.
pub(crate) struct Acquiring<F: Future, T: Taking<F::Output>> {
    future: ManuallyDrop<F>,
    taking: T,
    place: &'static Location<'static>,
    /// Closed when `state` becomes `Done`, or by the drop.
    record: ManuallyDrop<Record>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It did not come to a wait yet.
    New,
    /// It came to a wait, recorded if there was room.
    Waiting,
    /// Its future is ready, and not dropped.
    Done,
}

impl<F: Future, T: Taking<F::Output>> Acquiring<F, T> {
    #[inline(always)]
    pub(crate) fn new(future: F, taking: T, place: &'static Location<'static>) -> Self {
        let (future, record) = (ManuallyDrop::new(future), ManuallyDrop::new(Record::NONE));
        Self { future, taking, place, record, state: State::New }
    }

    #[cold]
    #[inline(never)]
    fn pending(&mut self, waker: &Waker) {
        if let Some(resource) = self.taking.resource().slot() {
            let subject = Subject::Resource(resource);
            self.record.pending(waker, subject, T::OP, self.taking.amount(), ptr::from_ref(self.place));
            if self.record.is_open() {
                self.state = State::Waiting;
            }
        }
    }

    /// The wait is over: its duration goes to the resource's group.
    #[cold]
    #[inline(never)]
    fn finish_wait(&mut self) {
        end_wait(&mut self.record, self.taking.resource().slot(), T::OP);
    }

    /// It is given up before it is ready: the wait is over when the future is gone, also if the drop of that panics.
    #[cold]
    #[inline(never)]
    fn cancel(&mut self) {
        let resource = self.taking.resource().slot();
        let _finish = Finish { record: &mut self.record, resource, op: T::OP };
        // SAFETY: called by the drop alone, and only if the future was not ready.
        unsafe { ManuallyDrop::drop(&mut self.future) };
    }
}

impl<F: Future, T: Taking<F::Output>> fmt::Debug for Acquiring<F, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acquiring").field("state", &self.state).finish_non_exhaustive()
    }
}

impl<F: Future, T: Taking<F::Output>> Future for Acquiring<F, T> {
    type Output = T::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T::Output> {
        // SAFETY: the future is not moved out of the reference, and `Drop` drops it in place.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: `this` was pinned, and the future is a part of it that is never moved.
        match unsafe { Pin::new_unchecked(&mut *this.future) }.poll(cx) {
            Poll::Ready(result) => {
                let waited = this.state == State::Waiting;
                if waited {
                    this.finish_wait();
                }
                let output = this.taking.taken(result, this.place, waited);
                this.state = State::Done;
                Poll::Ready(output)
            }
            Poll::Pending => {
                this.pending(cx.waker());
                Poll::Pending
            }
        }
    }
}

impl<F: Future, T: Taking<F::Output>> Drop for Acquiring<F, T> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.state != State::Done {
            self.cancel();
        }
    }
}
