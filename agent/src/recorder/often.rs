//! Groups of tasks that a thread polls often, where recording must be quick.

use super::histogram::WholeHistogram;
use super::zeroed::{Zeroed, allocate, publish};
use super::{Blocks, TaskBlock};
use crate::clock;
use crate::primitive::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed},
};
use crate::registry::Room;
use std::cell::Cell;
use std::hint;

/// So many polls of a group on a thread are recorded the slow way.
const FEW: u32 = 32;

/// What a thread recorded about a group of tasks that it polls often, beside the [`TaskBlock`] of the group.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct OftenBlock {
    /// Indexed by `task::End`.
    pub ended: [AtomicU64; 6],
    pub poll: WholeHistogram,
    pub delay: WholeHistogram,
    pub lifetime: WholeHistogram,
}

impl OftenBlock {
    /// One that nobody reads.
    pub(crate) fn unread() -> &'static Self {
        static NOWHERE: Zeroed<OftenBlock> = Zeroed::new();
        // SAFETY: all zero bytes are valid atomics, also where several threads write them.
        unsafe { NOWHERE.get() }
    }

    /// Sets the rate of the clock, as the bits of a double.
    pub(super) fn set_scale(&self, bits: u64) {
        for histogram in [&self.poll, &self.delay, &self.lifetime] {
            histogram.set_scale(bits);
        }
    }
}

impl TaskBlock {
    /// What was recorded beside this, if the thread polls the group often.
    pub(crate) fn often(&self) -> Option<&OftenBlock> {
        // SAFETY: null, or zeroed memory of the right layout, which is never freed.
        unsafe { self.often.load(Acquire).as_ref() }
    }

    /// How many tasks ended in each way.
    pub(crate) fn ended(&self) -> [u64; 6] {
        let often = self.often().map(|often| often.ended.each_ref().map(|count| count.load(Relaxed)));
        let mut ended = often.unwrap_or_default();
        for (sum, count) in ended.iter_mut().zip(&self.ended) {
            *sum += count.load(Relaxed);
        }
        ended
    }

    /// [`often`](Self::often) for the owner of the shard, made when it has asked often enough. Without room it asks ever more rarely.
    fn ask(&self) -> Option<&OftenBlock> {
        if let Some(often) = self.often() {
            return Some(often);
        }
        let asked = self.asked.load(Relaxed).wrapping_add(1);
        self.asked.store(asked, Relaxed);
        if asked < FEW || !asked.is_power_of_two() {
            return None;
        }
        let often = publish(&self.often, || allocate(Some(Room::Speed)))?;
        often.set_scale(clock::scale());
        Some(often)
    }
}

/// The group of tasks that a thread polled last, if it polls it often.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Often {
    /// Never null once `key` is not 0. Only the owner of the shard touches them.
    block: Cell<*const OftenBlock>,
    /// The key that it was asked for with.
    key: Cell<u32>,
}

impl Often {
    /// The block of a group that is polled often; `key` as in [`Blocks::own`].
    #[inline(always)]
    pub(super) fn get(&self, tasks: &Blocks<TaskBlock>, key: u32) -> Option<&OftenBlock> {
        match self.at_hand(key) {
            None => self.look_up(tasks, key),
            at_hand => at_hand,
        }
    }

    /// The same, if it was the one that was asked for last.
    #[inline(always)]
    pub(super) fn at_hand(&self, key: u32) -> Option<&OftenBlock> {
        if self.key.get() != key {
            return None;
        }
        let block = self.block.get();
        // SAFETY: keys are not 0, so `block` was set with this one. Said here, it is not looked at once more.
        unsafe { hint::assert_unchecked(!block.is_null()) };
        // SAFETY: as above, and it is never freed.
        Some(unsafe { &*block })
    }

    #[inline(never)]
    fn look_up(&self, tasks: &Blocks<TaskBlock>, key: u32) -> Option<&OftenBlock> {
        self.block.set(tasks.own(key).ask()?);
        self.key.set(key);
        self.at_hand(key)
    }
}
