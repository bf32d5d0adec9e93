//! The wrapper around a task's future.

use super::end::{End, end, reason_of_drop};
use super::poll::{self, Begun};
use crate::recorder::{self, Entered};
use crate::registry::TaskSlot;
use std::fmt;
use std::future::Future;
use std::mem::{self, ManuallyDrop};
use std::pin::Pin;
use std::ptr;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Waker};

/// Lowest bit of a slot's address, which its alignment leaves free: nothing is recorded any more.
const OVER: usize = 1;

/// A future that is recorded as a task: one word more than the future itself.
pub(crate) struct Tracked<F> {
    /// Null with `OVER` if the task is not recorded; `OVER` is added once the future has returned.
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
        let slot = slot.map_or(ptr::without_provenance(OVER), ptr::from_ref);
        Self { slot, future: ManuallyDrop::new(future) }
    }
}

impl<F: Future> Future for Tracked<F> {
    type Output = F::Output;

    // The future is polled in one place, whatever is recorded: a second one would keep the compiler from inlining it.
    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the future is not moved out of the reference, and `Drop` drops it in place.
        let this = unsafe { self.get_unchecked_mut() };
        let slot = this.slot;
        let seen = slot.addr() & OVER == 0;
        let (before, begun) = if seen {
            let before = recorder::local().task.get();
            // SAFETY: without the bit it is a slot, which is never unmapped.
            (before, Begun::new(unsafe { &*slot }, cx.waker()))
        } else {
            (ptr::null(), Begun::unseen(cx.waker()))
        };
        let polling = Polling { before, slot };
        // SAFETY: the words are those of ours, which the slot's life upholds, or of the runtime's, which outlives this
        // call. It is not dropped, so no reference is given up.
        let waker = ManuallyDrop::new(unsafe { Waker::new(begun.data, begun.vtable) });
        // SAFETY: `this` was pinned, and the future is a part of it that is never moved.
        let future = unsafe { Pin::new_unchecked(&mut *this.future) };
        let result = future.poll(&mut Context::from_waker(&waker));
        mem::forget(polling);
        // What is not seen leaves no more behind than it found.
        if seen {
            recorder::local().task.set(before);
            begun.end(slot);
            if result.is_ready() {
                this.slot = slot.map_addr(|address| address | OVER);
            }
        }
        result
    }
}

/// A poll in progress, for the end by a panic.
struct Polling {
    /// The task that was the current one.
    before: *const TaskSlot,
    slot: *const TaskSlot,
}

impl Drop for Polling {
    // Inlined, so that what it looks at can stay in registers.
    #[inline(always)]
    fn drop(&mut self) {
        panicked(self.slot, self.before);
    }
}

#[cold]
#[inline(never)]
fn panicked(slot: *const TaskSlot, before: *const TaskSlot) {
    if slot.addr() & OVER == 0 {
        recorder::local().task.set(before);
        // SAFETY: without the bit it is a slot, which is never unmapped.
        poll::panicked(unsafe { &*slot });
    }
}

impl<F> Drop for Tracked<F> {
    #[inline]
    fn drop(&mut self) {
        let tagged = mem::replace(&mut self.slot, ptr::without_provenance(OVER));
        // SAFETY: null, or a slot, which is never unmapped.
        let Some(slot) = (unsafe { tagged.map_addr(|address| address & !OVER).as_ref() }) else {
            // SAFETY: dropped here and nowhere else; `self` is not used afterwards.
            return unsafe { ManuallyDrop::drop(&mut self.future) };
        };
        // What the future drops are wakers, too: who sees that one is gone sees that the task goes.
        let list = slot.list.load(Relaxed);
        slot.list.store(list | TaskSlot::FOREIGN, Relaxed);
        let _end = EndOnDrop { slot, returned: tagged.addr() & OVER != 0 };
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
