//! The slots of handles: one per strong reference of an `Arc` that a body keeps. Protocol: as for waits, [`super::design`].

use super::slab::{Slab, Slot};
use super::slots::versioned;
use crate::primitive::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering, fence};
use crate::site::Body;

crate::primitive::global! {
    /// Every handle that a body keeps.
    pub(crate) static HANDLES: Slab<HandleSlot> = Slab::new();
}

/// How many parts of an allocation a handle knows.
pub(crate) const MAX_PARTS: usize = 8;

/// One strong reference of an `Arc`, which the body keeps for as long as the slot is in use. So what is in the allocation
/// stays where it is: only whoever has the sole reference could take it out.
#[repr(C)]
#[derive(Debug, Default)]
pub(crate) struct HandleSlot {
    /// Odd while in use.
    pub version: AtomicU32,
    /// The slot's own place in its slab.
    pub index: AtomicU32,
    /// The task that entered the body, packed; 0 outside of any task.
    pub task: AtomicU64,
    /// That body.
    pub body: AtomicPtr<Body>,
    /// The address of the allocation's counts, and the one behind the value after them.
    pub counts: AtomicU64,
    pub end: AtomicU64,
    /// What is in the allocation: the packed ids of resources and the places of ends, as `ends` says.
    pub parts: [AtomicU64; MAX_PARTS],
    /// How many parts there are. Links free slots.
    pub len: AtomicU32,
    /// One bit for each part that is an end. Links batches of free slots.
    pub ends: AtomicU32,
}

versioned!(HandleSlot);

// SAFETY: only atomics, for which all zero bytes are valid; nothing to drop.
unsafe impl Slot for HandleSlot {
    fn link(&self) -> &AtomicU32 {
        &self.len
    }
    fn batch_link(&self) -> &AtomicU32 {
        &self.ends
    }
}
