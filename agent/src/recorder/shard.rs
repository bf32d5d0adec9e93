//! Shards: the memory that one thread at a time writes.

use super::{FreeList, Histogram, thread};
use crate::primitive::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};
use crate::primitive::real::atomic::AtomicPtr as PlainPtr;
use crate::registry::{self, Dropped, HoldSlot};
use std::alloc::{Layout, alloc_zeroed};
use std::cell::{Cell, UnsafeCell};
use std::panic::Location;
use std::ptr;

/// Bits of a key that hold the group.
pub(crate) const GROUP_BITS: u32 = 24;
/// The mark of a key that has no other.
pub(crate) const MARK: u32 = 1 << 31;
/// Blocks in a page of a block table.
const PAGE: usize = 64;
/// Pages in a block table.
const PAGES: usize = 1 << 10;
/// One of so many holds that began without a wait is timed.
const HOLDS_PER_SAMPLE: u32 = 16;
/// Entries of the call-site cache.
const CACHE: usize = 128;

/// Adds to a number that only this thread writes.
#[inline(always)]
pub(crate) fn bump(number: &AtomicU64, by: u64) {
    number.store(number.load(Ordering::Relaxed).wrapping_add(by), Ordering::Relaxed);
}

/// What a thread recorded about one group of tasks.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct TaskBlock {
    pub spawned: AtomicU64,
    /// Indexed by `task::End`.
    pub ended: [AtomicU64; 6],
    pub poll: Histogram,
    pub delay: Histogram,
    pub lifetime: Histogram,
}

/// What a thread recorded about one group of resources.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct ResourceBlock {
    pub created: AtomicU64,
    /// Permits taken; of resources that are gone also locks taken, messages sent.
    pub entered: AtomicU64,
    /// Of resources that are gone: messages received.
    pub left: AtomicU64,
    pub wait: Histogram,
    pub hold: Histogram,
    pub dwell: Histogram,
    pub send_wait: Histogram,
}

type Page<B> = [AtomicPtr<B>; PAGE];

/// Blocks by group number, allocated on first use.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Blocks<B> {
    /// The block that was used last, never null once `last_key` is not 0. Only the owner of the shard touches them.
    last: Cell<*const B>,
    /// The key it was asked for with.
    last_key: Cell<u32>,
    pages: [AtomicPtr<Page<B>>; PAGES],
    /// Where the events of groups go that found no room.
    overflow: AtomicPtr<B>,
}

impl<B> Blocks<B> {
    /// The block of a group, for the owner of the shard. `key` is the group with any mark above `GROUP_BITS` that is not
    /// 0, such as the live bit of a task's slot.
    #[inline(always)]
    pub(crate) fn own(&self, key: u32) -> Option<&B> {
        if self.last_key.get() == key {
            // SAFETY: keys are not 0, so `last` was set with this one, and a block is never freed.
            return Some(unsafe { &*self.last.get() });
        }
        self.look_up(key)
    }

    fn look_up(&self, key: u32) -> Option<&B> {
        let group = key & ((1 << GROUP_BITS) - 1);
        let block = match self.find(group) {
            Some(block) => block,
            None => self.create(group)?,
        };
        self.last.set(block);
        self.last_key.set(key);
        Some(block)
    }

    /// The block of a group, if there is one.
    #[inline(always)]
    pub(crate) fn find(&self, group: u32) -> Option<&B> {
        let page = self.pages.get(group as usize / PAGE)?.load(Ordering::Acquire);
        if page.is_null() {
            return None;
        }
        // SAFETY: a page is zeroed when it is published and never freed.
        let block = unsafe { &(*page)[group as usize % PAGE] }.load(Ordering::Acquire);
        // SAFETY: a block is zeroed when it is published and never freed.
        unsafe { block.as_ref() }
    }

    /// Calls `f` for every block with its group's number; 0 for the block of everything that found no room.
    pub(crate) fn for_each(&self, mut f: impl FnMut(u32, &B)) {
        // SAFETY: as in `find`.
        if let Some(block) = unsafe { self.overflow.load(Ordering::Acquire).as_ref() } {
            f(0, block);
        }
        for (number, page) in self.pages.iter().enumerate() {
            // SAFETY: as in `find`.
            let Some(page) = (unsafe { page.load(Ordering::Acquire).as_ref() }) else { continue };
            for (offset, block) in page.iter().enumerate() {
                // SAFETY: as in `find`.
                if let Some(block) = unsafe { block.load(Ordering::Acquire).as_ref() } {
                    f((number * PAGE + offset) as u32, block);
                }
            }
        }
    }

    #[cold]
    fn create(&self, group: u32) -> Option<&B> {
        if let Some(cell) = self.pages.get(group as usize / PAGE) {
            if let Some(page) = publish(cell, false) {
                if let Some(block) = publish(&page[group as usize % PAGE], false) {
                    return Some(block);
                }
            }
        }
        Dropped::Histogram.count();
        publish(&self.overflow, true)
    }
}

/// Allocates zeroed memory of a type made of atomics and publishes it, unless that was done before.
fn publish<T>(cell: &AtomicPtr<T>, beyond_cap: bool) -> Option<&T> {
    let present = cell.load(Ordering::Acquire);
    if !present.is_null() {
        // SAFETY: what was published is never freed.
        return unsafe { present.as_ref() };
    }
    if !registry::reserve(size_of::<T>()) && !beyond_cap {
        return None;
    }
    // SAFETY: the pages and blocks that this is used for are not of size zero.
    let fresh = unsafe { alloc_zeroed(Layout::new::<T>()) }.cast::<T>();
    // Release: the zeroes are seen by whoever sees the pointer.
    cell.store(fresh, Ordering::Release);
    // SAFETY: null, or zeroed memory of the right layout, and all zero bytes are valid atomics.
    unsafe { fresh.as_ref() }
}

#[derive(Clone, Copy, Debug)]
struct Cached {
    location: *const Location<'static>,
    /// Kind and group of the calling task.
    context: u64,
    group: u32,
}

/// One thread's memory. The shard itself is never freed: a thread that ends leaves it to the next one.
#[repr(C)]
pub(crate) struct Shard {
    pub tasks: Blocks<TaskBlock>,
    pub resources: Blocks<ResourceBlock>,
    pub free_tasks: FreeList,
    pub free_resources: FreeList,
    pub free_waits: FreeList,
    pub free_holds: FreeList,
    /// A hold slot that belongs to this shard for good, or null until it is needed: a permit that is taken and given
    /// back while no other of the thread is out does not pass through the list.
    pub home_hold: Cell<*const HoldSlot>,
    /// Counts holds down to the next one that is timed; a countdown ends without a comparison.
    holds_left: Cell<u32>,
    cache: UnsafeCell<[Cached; CACHE]>,
    /// The resource whose block was asked for last with [`resource_block`](Shard::resource_block), packed, and the block.
    last_resource: Cell<u64>,
    last_block: Cell<*const ResourceBlock>,
    in_use: AtomicBool,
    /// The thread that uses it to its very end, by the system's number; 0 for none.
    last_thread: AtomicU64,
    next: AtomicPtr<Shard>,
}

// SAFETY: the cells and the cache are touched by the thread that has `in_use`, handed over with acquire and release;
// everything else is atomic.
unsafe impl Sync for Shard {}

impl Shard {
    /// True for one of [`HOLDS_PER_SAMPLE`] calls; the caller goes on to [`hold_is_sample`](Self::hold_is_sample) then.
    #[inline(always)]
    pub(crate) fn hold_may_be_sample(&self) -> bool {
        let left = self.holds_left.get().wrapping_sub(1);
        self.holds_left.set(left);
        left == 0
    }

    /// Whether this hold is timed: it has come to its turn already, or does now.
    pub(crate) fn hold_is_sample(&self) -> bool {
        let due = self.holds_left.get() == 0 || self.hold_may_be_sample();
        if due {
            self.holds_left.set(HOLDS_PER_SAMPLE);
        }
        due
    }

    /// The block of a resource's group, if it was the one that was asked for last: a thread often uses one for a while.
    #[inline(always)]
    pub(crate) fn resource_block_at_hand(&self, resource: u64) -> Option<&ResourceBlock> {
        if self.last_resource.get() != resource {
            return None;
        }
        // SAFETY: null, or a block, which is never freed.
        unsafe { self.last_block.get().as_ref() }
    }

    /// The block of a resource's group, at hand from now on. `resource` is the packed id.
    pub(crate) fn resource_block(&self, resource: u64, group: u32) -> Option<&ResourceBlock> {
        if let Some(block) = self.resource_block_at_hand(resource) {
            return Some(block);
        }
        let block = self.resources.own(group)?;
        self.last_resource.set(resource);
        self.last_block.set(block);
        Some(block)
    }

    /// The number that was found for this call site and context before, or what `find` says.
    #[inline(always)]
    pub(crate) fn group(
        &self,
        location: &'static Location<'static>,
        context: u64,
        find: impl FnOnce() -> u32,
    ) -> u32 {
        let address = ptr::from_ref(location);
        let hash = (address as usize as u64 >> 3) ^ context.wrapping_mul(0x9E37_79B9);
        let slot = (hash ^ (hash >> 7)) as usize % CACHE;
        // SAFETY: one thread owns the cache; no reference into it outlives this statement.
        let cached = unsafe { (*self.cache.get())[slot] };
        if ptr::eq(cached.location, address) && cached.context == context {
            return cached.group;
        }
        let group = find();
        // SAFETY: as above; `find` does not come back here.
        unsafe { (*self.cache.get())[slot] = Cached { location: address, context, group } };
        group
    }

    /// The calling thread is about to end and cannot give the shard back.
    pub(super) fn outlives_thread(&self) {
        self.last_thread.store(thread::number(), Ordering::Relaxed);
    }

    /// Takes the shard if nobody uses it, or if its thread is gone.
    fn take(&self) -> bool {
        if self.in_use.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok() {
            return true;
        }
        let last = self.last_thread.load(Ordering::Relaxed);
        last != 0
            && thread::is_gone(last)
            && self.last_thread.compare_exchange(last, 0, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// Lets the next thread have this shard.
    pub(crate) fn release(&self) {
        self.in_use.store(false, Ordering::Release);
    }
}

static SHARDS: PlainPtr<Shard> = PlainPtr::new(ptr::null_mut());

/// All shards that were ever made.
pub(crate) fn shards() -> impl Iterator<Item = &'static Shard> {
    // SAFETY: a shard is published whole and never freed.
    let mut next = unsafe { SHARDS.load(Ordering::Acquire).as_ref() };
    std::iter::from_fn(move || {
        let shard = next?;
        // SAFETY: as above.
        next = unsafe { shard.next.load(Ordering::Acquire).as_ref() };
        Some(shard)
    })
}

/// A shard that nobody uses, made if need be; `None` if there is no memory at all.
pub(super) fn acquire() -> Option<&'static Shard> {
    if let Some(shard) = shards().find(|shard| shard.take()) {
        return Some(shard);
    }
    registry::reserve(size_of::<Shard>());
    // SAFETY: a shard is not of size zero.
    let fresh = unsafe { alloc_zeroed(Layout::new::<Shard>()) }.cast::<Shard>();
    // SAFETY: null, or zeroed memory of the right layout; all zero bytes are a valid shard: null pointers, empty lists.
    let shard = unsafe { fresh.as_ref() }?;
    shard.in_use.store(true, Ordering::Relaxed);
    shard.holds_left.set(HOLDS_PER_SAMPLE);
    let mut head = SHARDS.load(Ordering::Acquire);
    loop {
        shard.next.store(head, Ordering::Relaxed);
        match SHARDS.compare_exchange_weak(head, fresh, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return Some(shard),
            Err(now) => head = now,
        }
    }
}
