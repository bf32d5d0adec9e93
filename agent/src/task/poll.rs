//! What is recorded at the beginning and at the end of a poll.

use super::life;
use super::waker::{self, Tasks};
use crate::clock;
use crate::recorder::{self, Local, Shard, TaskBlock, bump};
use crate::registry::{BLIND, TaskSlot};
use std::ptr;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::{RawWakerVTable, Waker};

/// Lowest bit of `Begun::block`: the end takes the slow way.
const SLOW: usize = 1;
/// `Begun::block` of a poll that is not recorded.
const UNSEEN: *const TaskBlock = ptr::without_provenance(SLOW);

/// A poll in progress.
pub(super) struct Begun {
    /// Where the polling thread records about the task, perhaps with `SLOW`; or `UNSEEN`.
    block: *const TaskBlock,
    /// The waker for the future.
    pub(super) data: *const (),
    pub(super) vtable: &'static RawWakerVTable,
}

impl Begun {
    /// A poll of a task that has no slot, with the runtime's waker.
    #[inline(always)]
    pub(super) fn unseen(theirs: &Waker) -> Self {
        Self { block: UNSEEN, data: theirs.data(), vtable: theirs.vtable() }
    }

    /// Begins a poll, and makes the task the current one.
    #[inline(always)]
    pub(super) fn new(slot: &'static TaskSlot, theirs: &Waker) -> Self {
        let local = recorder::local();
        let block = match local.fast() {
            Some(shard) if life::stands_for(slot, theirs) || life::adopt(slot, theirs) => {
                ptr::from_ref(begin(slot, local, shard, clock::direct))
            }
            // One word comes back from there, so that nothing here has to be in memory.
            _ => match slowly(slot, theirs) {
                UNSEEN => return Self::unseen(theirs),
                block => block,
            },
        };
        let (data, vtable) = waker::words::<Tasks>(slot);
        Self { block, data, vtable }
    }

    /// The poll has returned.
    #[inline(always)]
    pub(super) fn end(self, slot: *const TaskSlot) {
        if self.block.addr() & SLOW == 0 {
            // SAFETY: `new` set it to a reference, and blocks are never freed.
            let block = unsafe { &*self.block };
            // SAFETY: it is the slot that `new` was given, and slots are never unmapped.
            end(unsafe { &*slot }, block, clock::direct());
        } else {
            end_slowly(slot, self.block);
        }
    }
}

#[cold]
#[inline(never)]
fn end_slowly(slot: *const TaskSlot, block: *const TaskBlock) {
    // SAFETY: null, for `UNSEEN`, or as in `Begun::end`.
    let Some(block) = (unsafe { block.map_addr(|address| address & !SLOW).as_ref() }) else { return };
    // SAFETY: as in `Begun::end`.
    end(unsafe { &*slot }, block, clock::ticks());
}

/// The slow way to begin a poll.
#[cold]
#[inline(never)]
fn slowly(slot: &'static TaskSlot, theirs: &Waker) -> *const TaskBlock {
    let local = recorder::local();
    match local.recording() {
        Some(shard) if life::stands_for(slot, theirs) || life::adopt(slot, theirs) => {
            ptr::from_ref(begin(slot, local, shard, clock::ticks)).map_addr(|address| address | SLOW)
        }
        _ => {
            blind(slot);
            UNSEEN
        }
    }
}

#[inline(always)]
fn begin<'a>(slot: &TaskSlot, local: &Local, shard: &'a Shard, now: impl FnOnce() -> u64) -> &'a TaskBlock {
    let block = shard.tasks.own(slot.group.load(Relaxed));
    if let Some(delay) = start(slot, now()) {
        block.delay.record(delay);
    }
    slot.link.store(shard.number(), Relaxed);
    local.task.set(slot);
    block
}

#[inline(always)]
fn end(slot: &TaskSlot, block: &TaskBlock, now: u64) {
    block.poll.record(stop(slot, now));
}

/// Notes the start of a poll. Returns how long ago it was asked for, in ticks, if it was.
#[inline(always)]
pub(super) fn start(slot: &TaskSlot, now: u64) -> Option<u64> {
    let polls = slot.polls.load(Relaxed).wrapping_add(1);
    let mut delay = None;
    // Acquire: pairs with the release of the wake, so that the time belongs to the number.
    if slot.woken.load(Acquire) == polls {
        // Counters of two cores may be a little apart; what is added here as an error is taken off elsewhere.
        let ticks = now.wrapping_sub(slot.woken_at.load(Relaxed));
        bump(&slot.scheduled, ticks);
        delay = Some(ticks);
    }
    slot.since.store(now, Relaxed);
    slot.list.store(slot.list.load(Relaxed) & !TaskSlot::POLL, Relaxed);
    // Release: a reader that sees the poll in progress sees its start.
    slot.polls.store(polls, Release);
    delay
}

/// Notes the end of a poll. Returns how long it was, in ticks.
#[inline(always)]
pub(super) fn stop(slot: &TaskSlot, now: u64) -> u64 {
    let busy = now.wrapping_sub(slot.since.load(Relaxed));
    bump(&slot.busy, busy);
    slot.since.store(now, Relaxed);
    let polls = slot.polls.load(Relaxed).wrapping_add(1);
    // Release: a reader that sees the poll as ended sees its awaits and times.
    slot.polls.store(polls, Release);
    if polls == 0 {
        wrap(slot);
    }
    busy
}

#[cold]
fn wrap(slot: &TaskSlot) {
    slot.list.store(slot.list.load(Relaxed).wrapping_add(TaskSlot::WRAPPED), Relaxed);
}

/// A poll with recording off, or with another waker than before: nothing is known of the task until the next one, and
/// what the future does with the waker never.
fn blind(slot: &TaskSlot) {
    let list = slot.list.load(Relaxed) & !TaskSlot::POLL;
    slot.list.store(list | TaskSlot::FOREIGN | u32::from(BLIND), Relaxed);
    // A wake from before asked for this poll, so the next one that is seen does not come late.
    slot.woken.store(slot.polls.load(Relaxed), Relaxed);
}

/// A poll has panicked: it stays one that has begun, also if it was not recorded.
pub(super) fn panicked(slot: &TaskSlot) {
    slot.polls.store(slot.polls.load(Relaxed) | 1, Relaxed);
}
