//! A real value with the record of what it does.

use std::mem::ManuallyDrop;
use std::ptr;

/// The record of a real value, whose drop ends it.
pub(crate) trait Seen {
    /// Whether nothing is recorded, so that its drop would do nothing.
    fn is_nothing(&self) -> bool;
}

/// A real value and its record, which are dropped in this order. Where nothing is recorded, the drop of both is that of the
/// real value and one test: short enough to be a part of the caller, as the real one's is.
#[derive(Debug)]
pub(crate) struct Beside<R, S: Seen> {
    pub(crate) real: ManuallyDrop<R>,
    pub(crate) seen: ManuallyDrop<S>,
}

impl<R, S: Seen> Beside<R, S> {
    #[inline(always)]
    pub(crate) fn new(real: R, seen: S) -> Self {
        Self { real: ManuallyDrop::new(real), seen: ManuallyDrop::new(seen) }
    }

    /// Takes it apart without letting anything go.
    #[inline(always)]
    pub(crate) fn into_parts(self) -> (R, S) {
        let this = ManuallyDrop::new(self);
        // SAFETY: read once: `this` is not dropped and not used again.
        let real = unsafe { ptr::read(&*this.real) };
        // SAFETY: as above.
        let seen = unsafe { ptr::read(&*this.seen) };
        (real, seen)
    }
}

/// By value: a reference would keep in memory what is moved about.
#[inline(never)]
fn drop_both<R, S>(real: R, seen: S) {
    // Dropped last, also by a panic.
    let _seen = seen;
    drop(real);
}

impl<R, S: Seen> Drop for Beside<R, S> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.seen.is_nothing() {
            // SAFETY: dropped here and nowhere else; `self` is not used afterwards.
            unsafe { ManuallyDrop::drop(&mut self.real) };
        } else {
            // SAFETY: taken here and not dropped above.
            let real = unsafe { ManuallyDrop::take(&mut self.real) };
            // SAFETY: as above.
            let seen = unsafe { ManuallyDrop::take(&mut self.seen) };
            drop_both(real, seen);
        }
    }
}
