//! A thread's own short stack of free slots.

use crate::registry::{BATCH, Slab, SlabSlot};
use std::cell::{Cell, UnsafeCell};

/// Room for two batches: one can be taken or given without emptying the stack.
const ROOM: usize = 2 * BATCH;

/// Free indices of one slab. Only the owner of the shard touches it.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct FreeList {
    len: Cell<u32>,
    indices: UnsafeCell<[u32; ROOM]>,
}

impl FreeList {
    /// A free index, or `None` if the slab is full.
    #[inline(always)]
    pub(crate) fn pop<T: SlabSlot>(&self, slab: &Slab<T>) -> Option<u32> {
        let len = self.len.get() as usize;
        if len == 0 {
            return self.refill(slab);
        }
        self.len.set(len as u32 - 1);
        // SAFETY: one thread owns the list, and no other reference into it exists.
        let indices = unsafe { &*self.indices.get() };
        // SAFETY: `len <= ROOM`.
        Some(unsafe { *indices.get_unchecked(len - 1) })
    }

    /// Takes an index back.
    #[inline(always)]
    pub(crate) fn push<T: SlabSlot>(&self, slab: &Slab<T>, index: u32) {
        let mut len = self.len.get() as usize;
        if len == ROOM {
            self.spill(slab);
            len = self.len.get() as usize;
        }
        // SAFETY: one thread owns the list, and no other reference into it exists.
        let indices = unsafe { &mut *self.indices.get() };
        // SAFETY: `spill` made room.
        unsafe { *indices.get_unchecked_mut(len) = index };
        self.len.set(len as u32 + 1);
    }

    #[cold]
    fn refill<T: SlabSlot>(&self, slab: &Slab<T>) -> Option<u32> {
        let mut batch = [0; BATCH];
        let n = slab.take(&mut batch);
        let (last, rest) = batch[..n].split_last()?;
        // SAFETY: one thread owns the list, and no other reference into it exists.
        unsafe { (&mut (*self.indices.get()))[..rest.len()].copy_from_slice(rest) };
        self.len.set(rest.len() as u32);
        Some(*last)
    }

    /// Gives the older half back to the slab.
    #[cold]
    fn spill<T: SlabSlot>(&self, slab: &Slab<T>) {
        // SAFETY: one thread owns the list, and no other reference into it exists.
        let indices = unsafe { &mut *self.indices.get() };
        slab.give(&indices[..BATCH]);
        indices.copy_within(BATCH.., 0);
        self.len.set(BATCH as u32);
    }
}
