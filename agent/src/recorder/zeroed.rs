//! Memory of zero bytes, for types that are valid as such.

use std::alloc::{Layout, alloc_zeroed};
use std::mem::MaybeUninit;

/// A static of zero bytes, which takes no room in the program's file.
#[repr(transparent)]
pub(super) struct Zeroed<T>(MaybeUninit<T>);

// SAFETY: only `get` reaches the value, whose caller vouches for it.
unsafe impl<T> Sync for Zeroed<T> {}

impl<T> Zeroed<T> {
    pub(super) const fn new() -> Self {
        Self(MaybeUninit::zeroed())
    }

    /// Where the value is.
    pub(super) const fn as_ptr(&'static self) -> *const T {
        self.0.as_ptr()
    }

    /// # Safety
    ///
    /// All zero bytes are a valid `T`, and threads may share it.
    pub(super) const unsafe fn get(&'static self) -> &'static T {
        // SAFETY: by the contract of this function.
        unsafe { self.0.assume_init_ref() }
    }
}

impl Zeroed<()> {
    /// Zeroed memory for a `T`, which is not of size zero; null if there is none.
    pub(super) fn allocate<T>() -> *mut T {
        const { assert!(size_of::<T>() > 0) };
        // SAFETY: the layout is not of size zero.
        unsafe { alloc_zeroed(Layout::new::<T>()) }.cast()
    }
}
