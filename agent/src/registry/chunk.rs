//! The memory of a slab, a chunk of slots at a time.

use super::slab::Slot;

#[cfg(not(taskscope_loom))]
pub(super) use zeroed::{allocate, deallocate};

#[cfg(taskscope_loom)]
pub(super) use made::{allocate, deallocate};

/// Slots that are zeroed memory: a page that no slot was taken from costs nothing.
#[cfg(not(taskscope_loom))]
mod zeroed {
    use super::Slot;
    use std::alloc::{Layout, alloc_zeroed, dealloc};
    use std::ptr;

    fn layout<T>(slots: usize) -> Option<Layout> {
        Layout::array::<T>(slots).ok()?.align_to(64).ok()
    }

    /// A chunk; null if there is no memory.
    pub(in super::super) fn allocate<T: Slot>(slots: usize) -> *mut T {
        let Some(layout) = layout::<T>(slots) else { return ptr::null_mut() };
        // SAFETY: the layout is not of size zero: slots have fields.
        unsafe { alloc_zeroed(layout) }.cast()
    }

    /// # Safety
    ///
    /// `chunk` comes from `allocate` with the same number of slots, and nobody uses it.
    pub(in super::super) unsafe fn deallocate<T: Slot>(chunk: *mut T, slots: usize) {
        if let Some(layout) = layout::<T>(slots) {
            // SAFETY: it was allocated with this layout.
            unsafe { dealloc(chunk.cast(), layout) };
        }
    }
}

/// Slots of a model, whose atomics are more than their bytes.
#[cfg(taskscope_loom)]
mod made {
    use super::Slot;
    use std::ptr;

    /// A chunk.
    pub(in super::super) fn allocate<T: Slot>(slots: usize) -> *mut T {
        let chunk: Box<[T]> = (0..slots).map(|_| T::default()).collect();
        Box::into_raw(chunk).cast()
    }

    /// # Safety
    ///
    /// `chunk` comes from `allocate` with the same number of slots, and nobody uses it.
    pub(in super::super) unsafe fn deallocate<T: Slot>(chunk: *mut T, slots: usize) {
        // SAFETY: the box that `allocate` gave up.
        drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(chunk, slots)) });
    }
}
