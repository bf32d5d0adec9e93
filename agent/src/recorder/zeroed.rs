//! Memory of zero bytes, for types that are valid as such.

use crate::primitive::atomic::{AtomicPtr, Ordering};
use crate::registry::{self, Room};
use std::alloc::{Layout, alloc_zeroed};
use std::mem::MaybeUninit;
use std::ptr;

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

/// Zeroed memory for a `T`; null if there is none, or none in its share of the cap. Without `room` the cap does not hold.
pub(super) fn allocate<T>(room: Option<Room>) -> *mut T {
    let granted = registry::reserve(size_of::<T>(), room.unwrap_or(Room::Tables));
    if granted || room.is_none() { Zeroed::allocate() } else { ptr::null_mut() }
}

/// What was published here before, or else what `make` returns, which is published now. Only one thread publishes here.
pub(super) fn publish<T>(cell: &AtomicPtr<T>, make: impl FnOnce() -> *mut T) -> Option<&T> {
    let mut present = cell.load(Ordering::Acquire);
    if present.is_null() {
        present = make();
        // Release: its content is seen by whoever sees the pointer.
        cell.store(present, Ordering::Release);
    }
    // SAFETY: null, or zeroed memory of the right layout: all zero bytes are valid atomics. It is never freed.
    unsafe { present.as_ref() }
}
