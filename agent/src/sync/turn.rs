//! A future that waits for its turn, and then does something of its own.

use super::resource::Resource;
use super::wait::end_wait;
use super::{Op, Record, Subject};
use crate::primitive::real::atomic::AtomicBool;
use crate::primitive::real::atomic::Ordering::Relaxed;
use crate::registry::ResourceSlot;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::ptr;
use std::task::{Context, Poll, Waker};

/// The future: what it waits for is recorded until it has begun.
#[derive(Debug)]
pub(crate) struct Turn<'a, F> {
    future: F,
    wait: TurnWait<'a>,
}

/// The recorded part of [`Turn`]: it has the `Drop`, so that the future can be pinned beside it.
#[derive(Debug)]
struct TurnWait<'a> {
    begun: &'a AtomicBool,
    resource: Option<&'static ResourceSlot>,
    place: &'static Location<'static>,
    record: Record,
}

impl<'a, F> Turn<'a, F> {
    /// Records a wait of `future` for `resource` that ends when the future sets `begun`.
    pub(crate) fn new(
        future: F,
        begun: &'a AtomicBool,
        resource: &Resource,
        place: &'static Location<'static>,
    ) -> Self {
        let wait = TurnWait { begun, resource: resource.slot(), place, record: Record::NONE };
        Self { future, wait }
    }
}

impl<F: Future> Future for Turn<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the future is not moved out of the reference.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: `this` was pinned, and the future is a part of it that is never moved and has no `Drop` of ours.
        let result = unsafe { Pin::new_unchecked(&mut this.future) }.poll(cx);
        // The future itself sets it, in this poll or in one before.
        if result.is_pending() && !this.wait.begun.load(Relaxed) {
            this.wait.pending(cx.waker());
        } else {
            this.wait.finish();
        }
        result
    }
}

impl TurnWait<'_> {
    fn pending(&mut self, waker: &Waker) {
        if let Some(resource) = self.resource {
            let place = ptr::from_ref(self.place);
            self.record.pending(waker, Subject::Resource(resource), Op::Init, 1, place);
        }
    }

    /// The wait is over: its duration goes to the resource's group.
    fn finish(&mut self) {
        end_wait(&mut self.record, self.resource, Op::Init);
    }
}

impl Drop for TurnWait<'_> {
    fn drop(&mut self) {
        self.finish();
    }
}
