//! The future of an `.await` that has a site: it leaves its entry in the task's await list when it is pending.

use crate::registry::{TaskSlot, pack_await};
use crate::site::Site;
use crate::task::own_slot;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};

/// A future with the site of its await: eight bytes more than the future itself.
pub struct At<F> {
    site: Reference,
    future: F,
}

/// A reference without alignment, so that it costs a small future its eight bytes and no padding.
#[derive(Clone, Copy)]
#[repr(C, packed)]
struct Reference(&'static Site);

impl<F> fmt::Debug for At<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("At").field("site", &{ self.site.0 }).finish_non_exhaustive()
    }
}

impl<F> At<F> {
    /// Gives `future` the site of its await.
    #[inline]
    pub fn new(future: F, site: &'static Site) -> Self {
        Self { site: Reference(site), future }
    }
}

impl<F: Future> Future for At<F> {
    type Output = F::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the future is not moved out of the reference.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: `this` was pinned, the future is a part of it that is never moved, and there is no `Drop`.
        let future = unsafe { Pin::new_unchecked(&mut this.future) };
        // With another waker than the task's own this is a part of some executor inside of the task, and the task's
        // list at its next poll would not have it.
        let Some(slot) = own_slot(cx.waker()) else { return future.poll(cx) };
        let start = slot.list.load(Relaxed) as u8;
        let result = future.poll(cx);
        match result {
            Poll::Pending => append(slot, this.site.0, start),
            Poll::Ready(_) => shorten(slot, start),
        }
        result
    }
}

/// Writes an entry behind those of the awaits inside of it, which begin at `start`.
#[inline(always)]
fn append(slot: &TaskSlot, site: &'static Site, start: u8) {
    let word = slot.list.load(Relaxed);
    let word = match slot.awaits.get(usize::from(word as u8)) {
        Some(entry) => {
            entry.store(pack_await(site.id().0, start), Relaxed);
            word + 1
        }
        // One more is lost; the count stays at its largest.
        None if (word >> 8) as u8 == u8::MAX => return,
        None => word + (1 << 8),
    };
    slot.list.store(word, Relaxed);
}

/// What was awaited inside is over.
#[inline(always)]
fn shorten(slot: &TaskSlot, start: u8) {
    let word = slot.list.load(Relaxed);
    if word as u8 > start {
        slot.list.store(word & !u32::from(u8::MAX) | u32::from(start), Relaxed);
    }
}
