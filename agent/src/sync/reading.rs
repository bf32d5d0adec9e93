//! A real guard that others may have as well, with the record of its hold.

use super::hold::Hold;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr;

/// A reader's guard: its record ends before the lock is free, and the duration is recorded when it is, so that nobody
/// waits for a histogram.
#[derive(Debug)]
pub(crate) struct Reading<G> {
    real: ManuallyDrop<G>,
    hold: ManuallyDrop<Hold>,
}

impl<G> Reading<G> {
    #[inline(always)]
    pub(crate) fn new(real: G, hold: Hold) -> Self {
        Self { real: ManuallyDrop::new(real), hold: ManuallyDrop::new(hold) }
    }

    /// Takes it apart without letting anything go.
    #[inline(always)]
    pub(crate) fn into_parts(self) -> (G, Hold) {
        let this = ManuallyDrop::new(self);
        // SAFETY: read once: `this` is not dropped and not used again.
        let real = unsafe { ptr::read(&*this.real) };
        // SAFETY: as above.
        let hold = unsafe { ptr::read(&*this.hold) };
        (real, hold)
    }

    /// The record.
    pub(crate) fn hold(&self) -> &Hold {
        &self.hold
    }
}

impl<G> Deref for Reading<G> {
    type Target = G;

    #[inline(always)]
    fn deref(&self) -> &G {
        &self.real
    }
}

/// Ends a hold that has more to do than to close its slot.
#[cold]
#[inline(never)]
fn end_slowly<G>(real: G, mut hold: Hold) {
    let ended = hold.end();
    drop(real);
    ended.record();
}

impl<G> Drop for Reading<G> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.hold.close() {
            // SAFETY: dropped here and nowhere else; `into_parts` does not come here.
            unsafe { ManuallyDrop::drop(&mut self.real) };
        } else {
            // SAFETY: taken here and not dropped above.
            let real = unsafe { ManuallyDrop::take(&mut self.real) };
            // SAFETY: taken here and nowhere else.
            let hold = unsafe { ManuallyDrop::take(&mut self.hold) };
            end_slowly(real, hold);
        }
    }
}
