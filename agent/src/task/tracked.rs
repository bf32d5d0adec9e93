//! The wrapper around a task's future.

use super::end::{End, end, reason_of_drop};
use super::waker;
use crate::clock;
use crate::recorder::{self, Entered};
use crate::registry::{self, BLIND, TaskSlot};
use std::fmt;
use std::future::Future;
use std::mem::{self, ManuallyDrop};
use std::pin::Pin;
use std::ptr;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::{Context, Poll};

/// Lowest bit of a slot's address, which its alignment leaves free.
const RETURNED: usize = 1;

/// A future that is recorded as a task: one word more than the future itself.
pub struct Tracked<F> {
    /// Null if the task is not recorded; `RETURNED` is added once the future has returned.
    slot: *const TaskSlot,
    future: ManuallyDrop<F>,
}

// SAFETY: a slot consists of atomics, is shared by all threads, and is never unmapped.
unsafe impl<F: Send> Send for Tracked<F> {}
// SAFETY: as above; the pointer is only used through `&mut self` or when the wrapper is dropped.
unsafe impl<F: Sync> Sync for Tracked<F> {}
impl<F: Unpin> Unpin for Tracked<F> {}

impl<F> fmt::Debug for Tracked<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracked").finish_non_exhaustive()
    }
}

impl<F> Tracked<F> {
    /// Wraps the future of a task whose slot was just taken, if it got one.
    #[inline(always)]
    pub(crate) fn new(slot: Option<&'static TaskSlot>, future: F) -> Self {
        Self { slot: slot.map_or(ptr::null(), ptr::from_ref), future: ManuallyDrop::new(future) }
    }
}

impl<F: Future> Future for Tracked<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the future is not moved out of the reference, and `Drop` drops it in place.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: `this` was pinned, and the future is a part of it that is never moved.
        let future = unsafe { Pin::new_unchecked(&mut *this.future) };
        // SAFETY: null, or a slot, which is never unmapped.
        let Some(slot) = (unsafe { untagged(this.slot).as_ref() }) else { return future.poll(cx) };
        let result = if registry::enabled() && waker::adopt(slot, cx.waker()) {
            poll_seen(slot, future)
        } else {
            poll_blind(slot, future, cx)
        };
        if result.is_ready() {
            this.slot = this.slot.map_addr(|address| address | RETURNED);
        }
        result
    }
}

#[inline(always)]
fn untagged(slot: *const TaskSlot) -> *const TaskSlot {
    slot.map_addr(|address| address & !RETURNED)
}

#[inline(always)]
fn poll_seen<F: Future>(slot: &'static TaskSlot, future: Pin<&mut F>) -> Poll<F::Output> {
    let polls = slot.polls.load(Relaxed);
    let local = recorder::local();
    // The shard stays the thread's own, and the block where it is, whatever the future does.
    let block = local.shard().and_then(|shard| shard.tasks.own(slot.group.load(Relaxed)));
    let start = clock::ticks();
    // Acquire: pairs with the release in `waker::note`, so that the time belongs to the number.
    if slot.woken.load(Acquire) == (polls >> 1).wrapping_add(1) {
        let delay = start.saturating_sub(slot.woken_at.load(Relaxed));
        slot.scheduled.store(slot.scheduled.load(Relaxed) + delay, Relaxed);
        if let Some(block) = block {
            block.delay.record(delay);
        }
    }
    slot.since.store(start, Relaxed);
    slot.await_len.store(0, Relaxed);
    slot.awaits_lost.store(0, Relaxed);
    // Release: a reader that sees the poll in progress sees its start.
    slot.polls.store(polls.wrapping_add(1), Release);
    let entered = Entered::new(local, slot);
    let waker = waker::borrowed(slot);
    let result = future.poll(&mut Context::from_waker(&waker));
    drop(entered);
    let now = clock::ticks();
    let busy = now.saturating_sub(start);
    slot.busy.store(slot.busy.load(Relaxed) + busy, Relaxed);
    slot.since.store(now, Relaxed);
    let next = polls.wrapping_add(2);
    if next == 0 {
        slot.polls_high.store(slot.polls_high.load(Relaxed).wrapping_add(1), Relaxed);
    }
    // Release: a reader that sees the poll as ended sees its awaits and times.
    slot.polls.store(next, Release);
    if let Some(block) = block {
        block.poll.record(busy);
    }
    result
}

/// A poll with recording off, or with another waker than before: nothing is known of the task until the next one.
#[cold]
fn poll_blind<F: Future>(slot: &TaskSlot, future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
    slot.await_len.store(BLIND, Relaxed);
    future.poll(cx)
}

impl<F> Drop for Tracked<F> {
    #[inline]
    fn drop(&mut self) {
        let tagged = mem::replace(&mut self.slot, ptr::null());
        // SAFETY: null, or a slot, which is never unmapped.
        let Some(slot) = (unsafe { untagged(tagged).as_ref() }) else {
            // SAFETY: dropped here and nowhere else; `self` is not used afterwards.
            return unsafe { ManuallyDrop::drop(&mut self.future) };
        };
        let _end = EndOnDrop { slot, returned: tagged.addr() & RETURNED != 0 };
        let _entered = Entered::new(recorder::local(), slot);
        // SAFETY: as above.
        unsafe { ManuallyDrop::drop(&mut self.future) };
    }
}

/// Records the end after the future was dropped, also if that panicked.
struct EndOnDrop {
    slot: &'static TaskSlot,
    returned: bool,
}

impl Drop for EndOnDrop {
    #[inline(always)]
    fn drop(&mut self) {
        let how = if self.returned {
            End::Completed
        } else if self.slot.polls.load(Relaxed) & 1 == 1 {
            // A poll that was begun and never ended.
            End::Panicked
        } else {
            reason_of_drop(self.slot)
        };
        end(self.slot, how);
    }
}
