//! The site of an await, or the record that has its site, in one word.

use super::{inner, outside};
use crate::site::Site;
use std::ptr;
use std::task::Waker;

/// Lowest bit, which the alignment of a site leaves free: what is above it is the number of a slot.
const RECORD: usize = 1;

/// A reference to a site; or the number of a slot, of an await inside of an executor of the task's own. Without
/// alignment, so that it costs a small future its eight bytes and no padding.
#[repr(C, packed)]
pub(super) struct Mark(*const ());

// SAFETY: it is a shared reference to a static, or a number.
unsafe impl Send for Mark {}
// SAFETY: as above; what changes the slot takes `&mut self`.
unsafe impl Sync for Mark {}

impl Mark {
    #[inline(always)]
    pub(super) fn new(site: &'static Site) -> Self {
        Self(ptr::from_ref(site).cast())
    }

    /// The number of the slot, if there is one.
    #[inline(always)]
    fn record(&self) -> Option<u32> {
        let word = self.0.addr();
        (word & RECORD != 0).then_some((word >> 1) as u32)
    }

    /// The site, or the number of the slot.
    #[inline(always)]
    fn read(&self) -> Result<&'static Site, u32> {
        match self.record() {
            // SAFETY: without the bit it is the reference that `new` was given.
            None => Ok(unsafe { &*self.0.cast::<Site>() }),
            Some(number) => Err(number),
        }
    }

    /// The word of the site, where a future of the type with this name was pending.
    #[inline(always)]
    pub(super) fn site(&self, name: &'static str) -> u32 {
        match self.read() {
            Ok(site) => site.word(name),
            Err(number) => own(number),
        }
    }

    /// The future was pending, with a waker that is not the task's.
    #[cold]
    #[inline(never)]
    pub(super) fn note(&mut self, name: &'static str, waker: &Waker) {
        let number = match self.read() {
            Err(number) => number,
            Ok(site) => match inner::open(site.word(name)) {
                Some(number) => number,
                None => return outside::pending(site),
            },
        };
        self.0 = ptr::without_provenance((number as usize) << 1 | RECORD);
        inner::note(number, waker);
    }
}

/// What an executor polled before, the task polls itself now.
#[cold]
fn own(number: u32) -> u32 {
    inner::hide(number);
    inner::site(number)
}

impl Drop for Mark {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(number) = self.record() {
            close(number);
        }
    }
}

#[cold]
#[inline(never)]
fn close(number: u32) {
    inner::close(number);
}
