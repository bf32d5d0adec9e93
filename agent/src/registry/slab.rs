//! A slab of slots that is never unmapped. Protocol: [`super::design`].

use super::{budget, chunk};
use crate::primitive::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};
use std::ptr;

/// Slots in a chunk; few in a model, which looks at every one of them in every run.
pub(super) const CHUNK: u32 = if cfg!(taskscope_loom) { 4 } else { 1 << 12 };
/// Chunks in a slab: 16 Mi slots in all.
const CHUNKS: usize = if cfg!(taskscope_loom) { 2 } else { 1 << 12 };
/// How many free indices move between a thread and the slab at a time.
pub(crate) const BATCH: usize = if cfg!(taskscope_loom) { 2 } else { 32 };
/// "No slot".
pub(crate) const NONE: u32 = u32::MAX;

/// What can live in a slab.
///
/// # Safety
///
/// All zero bytes must be a valid value, and the type must not need a drop.
pub(crate) unsafe trait Slot: Default + Sync + 'static {
    /// Called once, before the slot at `index` is handed out for the first time.
    fn first_use(&self, index: u32) {
        let _ = index;
    }
    /// Whether the cap on memory holds for a chunk that begins at this slot, which is not the first chunk.
    fn is_capped(first: u32) -> bool {
        let _ = first;
        true
    }
    /// A word that links free slots; nobody else uses it while the slot is free.
    fn link(&self) -> &AtomicU32;
    /// A word that links batches of free slots, likewise.
    fn batch_link(&self) -> &AtomicU32;
}

/// The slab.
pub(crate) struct Slab<T> {
    chunks: [AtomicPtr<T>; CHUNKS],
    /// Slots that were ever handed out.
    high: AtomicU32,
    /// Head of the list of free batches: a tag in the upper half, index + 1 in the lower.
    free: AtomicU64,
}

impl<T: Slot> Slab<T> {
    /// An empty slab.
    #[cfg(not(taskscope_loom))]
    pub(crate) const fn new() -> Self {
        Self {
            chunks: [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS],
            high: AtomicU32::new(0),
            free: AtomicU64::new(0),
        }
    }

    /// An empty slab, where a constant cannot hold one.
    #[cfg(taskscope_loom)]
    pub(crate) fn new() -> Self {
        Self { chunks: Default::default(), high: AtomicU32::new(0), free: AtomicU64::new(0) }
    }

    /// The slot at `index`, which must have been handed out.
    #[inline]
    pub(crate) fn get(&self, index: u32) -> Option<&T> {
        let chunk = self.chunks.get((index / CHUNK) as usize)?.load(Ordering::Acquire);
        if chunk.is_null() {
            return None;
        }
        // SAFETY: the chunk has CHUNK slots, and `index % CHUNK` is below CHUNK.
        let slot = unsafe { chunk.add((index % CHUNK) as usize) };
        // SAFETY: the slots of a chunk were made before it was published, and it is never freed.
        Some(unsafe { &*slot })
    }

    /// How many slots were ever handed out: all live ones lie below.
    pub(crate) fn high(&self) -> u32 {
        self.high.load(Ordering::Acquire).min(CHUNK * CHUNKS as u32)
    }

    /// Calls `f` for every slot that was ever handed out.
    pub(crate) fn for_each(&self, mut f: impl FnMut(u32, &T)) {
        let high = self.high();
        for first in (0..high).step_by(CHUNK as usize) {
            let chunk = self.chunks[(first / CHUNK) as usize].load(Ordering::Acquire);
            if chunk.is_null() {
                continue;
            }
            for i in 0..CHUNK.min(high - first) {
                // SAFETY: as in `get`.
                let slot = unsafe { chunk.add(i as usize) };
                // SAFETY: as in `get`.
                f(first + i, unsafe { &*slot });
            }
        }
    }

    /// Bytes of all chunks.
    pub(crate) fn memory(&self) -> u64 {
        u64::from(self.high().div_ceil(CHUNK)) * (CHUNK as usize * size_of::<T>()) as u64
    }

    /// Takes up to `BATCH` free indices; 0 if there is no room.
    #[cold]
    pub(crate) fn take(&self, out: &mut [u32; BATCH]) -> usize {
        if let Some(first) = self.pop_batch() {
            let mut n = 0;
            let mut next = first;
            while next != NONE && n < BATCH {
                out[n] = next;
                n += 1;
                next = match self.get(next) {
                    Some(slot) => slot.link().load(Ordering::Relaxed),
                    None => NONE,
                };
            }
            return n;
        }
        self.grow(out)
    }

    /// Gives free indices back, at most a batch.
    #[cold]
    pub(crate) fn give(&self, indices: &[u32]) {
        let mut next = NONE;
        let mut first = None;
        for &index in indices.iter().rev() {
            let Some(slot) = self.get(index) else { continue };
            slot.link().store(next, Ordering::Relaxed);
            next = index;
            first = Some((index, slot));
        }
        let Some((index, slot)) = first else { return };
        let mut head = self.free.load(Ordering::Relaxed);
        loop {
            slot.batch_link().store(head as u32, Ordering::Relaxed);
            let new = ((head >> 32).wrapping_add(1) << 32) | u64::from(index + 1);
            // Release: the links written above are seen by the thread that pops this batch.
            match self.free.compare_exchange_weak(head, new, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    fn pop_batch(&self) -> Option<u32> {
        // Acquire: pairs with the release in `give`.
        let mut head = self.free.load(Ordering::Acquire);
        loop {
            let index = (head as u32).checked_sub(1)?;
            let below = self.get(index)?.batch_link().load(Ordering::Relaxed);
            let new = ((head >> 32).wrapping_add(1) << 32) | u64::from(below);
            match self.free.compare_exchange_weak(head, new, Ordering::Acquire, Ordering::Acquire) {
                Ok(_) => return Some(index),
                Err(now) => head = now,
            }
        }
    }

    fn grow(&self, out: &mut [u32; BATCH]) -> usize {
        let limit = CHUNK * CHUNKS as u32;
        let mut first = self.high.load(Ordering::Relaxed);
        loop {
            if first >= limit || !self.chunk_exists(first / CHUNK) {
                return 0;
            }
            // BATCH divides CHUNK, so a batch never spans two chunks. Release: the chunk is seen before the mark.
            let next = first + BATCH as u32;
            match self.high.compare_exchange_weak(first, next, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => break,
                Err(now) => first = now,
            }
        }
        for (i, place) in out.iter_mut().enumerate() {
            // Popped from the end: the lowest index is handed out first.
            let index = first + (BATCH - 1 - i) as u32;
            if let Some(slot) = self.get(index) {
                slot.first_use(index);
            }
            *place = index;
        }
        BATCH
    }

    fn chunk_exists(&self, chunk: u32) -> bool {
        let cell = &self.chunks[chunk as usize];
        if !cell.load(Ordering::Acquire).is_null() {
            return true;
        }
        // The first chunk is there whatever the cap is, so that a small one does not take all that can be told. A model has
        // no cap: its statics outlive its runs.
        let capped = !cfg!(taskscope_loom) && chunk > 0 && T::is_capped(chunk * CHUNK);
        let bytes = CHUNK as usize * size_of::<T>();
        if capped && !budget::reserve_slots(bytes) {
            return false;
        }
        let fresh = chunk::allocate::<T>(CHUNK as usize);
        let publish = || cell.compare_exchange(ptr::null_mut(), fresh, Ordering::AcqRel, Ordering::Acquire);
        if !fresh.is_null() && publish().is_ok() {
            return true;
        }
        if capped {
            budget::give_back_slots(bytes);
        }
        if fresh.is_null() {
            return false;
        }
        // SAFETY: nobody else has seen this chunk.
        unsafe { chunk::deallocate(fresh, CHUNK as usize) };
        true
    }
}

impl<T> std::fmt::Debug for Slab<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slab").field("high", &self.high).finish_non_exhaustive()
    }
}

#[cfg(all(test, taskscope_loom))]
mod loom_tests;
