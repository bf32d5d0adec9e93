//! Blocks: what one thread recorded about one group of tasks or resources.

use super::zeroed::{Zeroed, allocate, publish};
use super::{Histogram, OftenBlock};
use crate::primitive::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};
use crate::registry::{Dropped, MAX_GROUPS, Room};
use std::cell::Cell;
use std::ptr;

/// Bits of a key that hold the group.
pub(crate) const GROUP_BITS: u32 = 24;
/// The mark of a key that has no other.
pub(crate) const MARK: u32 = 1 << 31;
/// Blocks in a page of the table.
const PAGE: usize = 64;
/// Pages in the table: every group has its place.
const PAGES: usize = MAX_GROUPS / PAGE;

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
    /// Where the thread records about a group that it polls often; null for others.
    pub(super) often: AtomicPtr<OftenBlock>,
    /// How many polls asked for that and got nothing.
    pub(super) asked: AtomicU32,
}

/// What a thread recorded about one group of resources.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct ResourceBlock {
    pub created: AtomicU64,
    /// Of resources that are gone: locks and permits taken, messages sent.
    pub entered: AtomicU64,
    /// Of resources that are gone: messages received.
    pub left: AtomicU64,
    pub wait: Histogram,
    pub hold: Histogram,
    /// Of a reader-writer lock, the time that writers had it.
    pub dwell: Histogram,
    /// Of a reader-writer lock, the waits of writers.
    pub send_wait: Histogram,
}

/// What can stand in a table of blocks. All zero bytes must be a valid one.
pub(crate) trait Block: Sized + 'static {
    /// Where the events go of a thread that has no memory for a single block. Nobody reads it.
    fn nowhere() -> &'static Self;
}

impl Block for TaskBlock {
    fn nowhere() -> &'static Self {
        static NOWHERE: Zeroed<TaskBlock> = Zeroed::new();
        // SAFETY: all zero bytes are valid atomics, also where several threads write them.
        unsafe { NOWHERE.get() }
    }
}

impl Block for ResourceBlock {
    fn nowhere() -> &'static Self {
        static NOWHERE: Zeroed<ResourceBlock> = Zeroed::new();
        // SAFETY: as above.
        unsafe { NOWHERE.get() }
    }
}

type Page<B> = [AtomicPtr<B>; PAGE];
type Pages<B> = [AtomicPtr<Page<B>>; PAGES];

/// Blocks by group number, allocated on first use.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Blocks<B> {
    /// The block that was used last, never null once `last_key` is not 0. Only the owner of the shard touches them.
    last: Cell<*const B>,
    /// The key it was asked for with.
    last_key: Cell<u32>,
    pages: AtomicPtr<Pages<B>>,
    /// Where the events of groups go that found no room.
    overflow: AtomicPtr<B>,
}

impl<B: Block> Blocks<B> {
    /// The block of a group, for the owner of the shard. `key` is the group with any mark above `GROUP_BITS` that is not
    /// 0, such as the live bit of a task's slot.
    #[inline(always)]
    pub(crate) fn own(&self, key: u32) -> &B {
        if self.last_key.get() != key {
            self.look_up(key);
        }
        // SAFETY: keys are not 0, so `last` was set with this one, and a block is never freed.
        unsafe { &*self.last.get() }
    }

    /// The same, if it was the one that was asked for last.
    #[inline(always)]
    pub(crate) fn at_hand(&self, key: u32) -> Option<&B> {
        if self.last_key.get() != key {
            return None;
        }
        // SAFETY: as in `own`.
        Some(unsafe { &*self.last.get() })
    }

    #[inline(never)]
    fn look_up(&self, key: u32) {
        let group = key & ((1 << GROUP_BITS) - 1);
        let block = match self.find(group) {
            Some(block) => block,
            None => self.create(group),
        };
        self.last.set(block);
        self.last_key.set(key);
    }

    fn find(&self, group: u32) -> Option<&B> {
        let (page, place) = (group as usize / PAGE, group as usize % PAGE);
        // SAFETY: the table is zeroed when it is published and never freed; so are its pages and blocks.
        let pages = unsafe { self.pages.load(Ordering::Acquire).as_ref() }?;
        // SAFETY: as above.
        let page = unsafe { pages.get(page)?.load(Ordering::Acquire).as_ref() }?;
        // SAFETY: as above.
        unsafe { page[place].load(Ordering::Acquire).as_ref() }
    }

    /// Calls `f` for every block with its group's number; 0 for the block of everything that found no room.
    pub(crate) fn for_each(&self, mut f: impl FnMut(u32, &B)) {
        // SAFETY: as in `find`.
        if let Some(block) = unsafe { self.overflow.load(Ordering::Acquire).as_ref() } {
            f(0, block);
        }
        // SAFETY: as in `find`.
        let Some(pages) = (unsafe { self.pages.load(Ordering::Acquire).as_ref() }) else { return };
        for (number, page) in pages.iter().enumerate() {
            // SAFETY: as in `find`.
            let Some(page) = (unsafe { page.load(Ordering::Acquire).as_ref() }) else { continue };
            for (place, block) in page.iter().enumerate() {
                let block = block.load(Ordering::Acquire);
                // The one for all that found no room stands in the place of each of them.
                if ptr::eq(block, self.overflow.load(Ordering::Acquire)) {
                    continue;
                }
                // SAFETY: as in `find`.
                if let Some(block) = unsafe { block.as_ref() } {
                    f((number * PAGE + place) as u32, block);
                }
            }
        }
    }

    /// Records a duration that stands for `weight` of them. What finds no room is kept for all groups together.
    #[inline(always)]
    pub(crate) fn record(&self, key: u32, which: impl Fn(&B) -> &Histogram, ticks: u64, weight: u64) {
        let histogram = which(self.own(key));
        if !histogram.record(ticks, weight) {
            self.record_anew(histogram, which, ticks, weight);
        }
    }

    #[cold]
    #[inline(never)]
    fn record_anew(&self, own: &Histogram, which: impl Fn(&B) -> &Histogram, ticks: u64, weight: u64) {
        if !own.record_anew(ticks, weight, Some(Room::Counts)) {
            Dropped::Histogram.count();
            which(self.overflow()).record_anew(ticks, weight, None);
        }
    }

    #[cold]
    fn overflow(&self) -> &B {
        match publish(&self.overflow, || allocate(None)) {
            Some(overflow) => overflow,
            None => B::nowhere(),
        }
    }

    #[cold]
    fn create(&self, group: u32) -> &B {
        // The table itself is small, and without it every event of a group without room would come through here.
        let place = publish(&self.pages, Zeroed::allocate)
            .and_then(|pages| publish(pages.get(group as usize / PAGE)?, Zeroed::allocate))
            .map(|page| &page[group as usize % PAGE]);
        if let Some(block) = place.and_then(|place| publish(place, || allocate(Some(Room::Counts)))) {
            return block;
        }
        Dropped::Histogram.count();
        let overflow = self.overflow();
        if let Some(place) = place {
            place.store(ptr::from_ref(overflow).cast_mut(), Ordering::Release);
        }
        overflow
    }
}
