//! The future of an `.await` that has a site: it leaves its entry in the task's await list when it is pending.

use super::inner;
use super::mark::Mark;
use crate::registry::{TaskSlot, pack_await};
use crate::site::Site;
use crate::task::own_slot;
use std::any::type_name;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};

/// A future with the site of its await: eight bytes more than the future itself.
pub struct At<F> {
    mark: Mark,
    future: F,
}

impl<F> fmt::Debug for At<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("At").finish_non_exhaustive()
    }
}

impl<F> At<F> {
    /// Gives `future` the site of its await.
    #[inline]
    pub fn new(future: F, site: &'static Site) -> Self {
        Self { mark: Mark::new(site), future }
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
        let Some(slot) = own_slot(cx.waker()) else {
            // This is a part of some executor inside of the task, and the task's list at its next poll would not have it.
            let result = future.poll(cx);
            if result.is_pending() {
                this.mark.note(type_name::<F>(), cx.waker());
            }
            return result;
        };
        let start = slot.list.load(Relaxed) as u8;
        let result = future.poll(cx);
        match result {
            Poll::Pending => append::<F>(slot, &this.mark, start),
            Poll::Ready(_) => shorten::<F>(slot, &this.mark, start),
        }
        result
    }
}

/// Writes an entry behind those of the awaits inside of it, which begin at `start`.
#[inline(always)]
fn append<F>(slot: &'static TaskSlot, mark: &Mark, start: u8) {
    let word = slot.list.load(Relaxed);
    match slot.awaits.get((word & TaskSlot::NEXT) as usize) {
        Some(entry) => {
            entry.store(pack_await(mark.site(type_name::<F>()), start), Relaxed);
            slot.list.store(word + 1, Relaxed);
        }
        None => append_slowly(slot, mark.site(type_name::<F>()), start),
    }
}

/// The list is full, or there are inner awaits.
#[cold]
#[inline(never)]
fn append_slowly(slot: &'static TaskSlot, site: u32, start: u8) {
    assign(slot, site);
    let word = slot.list.load(Relaxed);
    let word = match slot.awaits.get(usize::from(word as u8)) {
        Some(entry) => {
            entry.store(pack_await(site, start), Relaxed);
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
fn shorten<F>(slot: &'static TaskSlot, mark: &Mark, start: u8) {
    if slot.list.load(Relaxed) & TaskSlot::NEXT > u32::from(start) {
        shorten_to(slot, mark.site(type_name::<F>()), start);
    }
}

#[cold]
#[inline(never)]
fn shorten_to(slot: &'static TaskSlot, site: u32, start: u8) {
    assign(slot, site);
    let word = slot.list.load(Relaxed);
    slot.list.store(word & !u32::from(u8::MAX) | u32::from(start).min(word & u32::from(u8::MAX)), Relaxed);
}

/// What an executor polled inside of this await is noted as such.
fn assign(slot: &'static TaskSlot, site: u32) {
    if slot.list.load(Relaxed) & TaskSlot::INNER != 0 {
        inner::assign(slot, site);
    }
}
