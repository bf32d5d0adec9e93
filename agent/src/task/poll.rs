//! What is recorded at the beginning and at the end of a poll.

use super::life;
use super::waker::{self, Tasks};
use crate::clock;
use crate::recorder::trace::{self, What};
use crate::recorder::{self, Local, OftenBlock, Shard, bump};
use crate::registry::{BLIND, TaskSlot, scopes};
use std::ptr;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::{RawWakerVTable, Waker};

/// `Begun::block` of a poll that is not recorded.
const UNSEEN: *const OftenBlock = ptr::without_provenance(SLOW);
/// `Begun::block` of a poll that is recorded the slow way.
const SLOWLY: *const OftenBlock = ptr::without_provenance(SLOW + 2);
/// `Begun::block` of such a poll that is not timed.
const UNTIMED: *const OftenBlock = ptr::without_provenance(SLOW + 4);
/// The lowest bit of all three.
const SLOW: usize = 1;

/// A poll in progress.
pub(super) struct Begun {
    /// Where the polling thread records about the task's group; or `UNSEEN`, `SLOWLY`, `UNTIMED`.
    block: *const OftenBlock,
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
        let block = if let Some(shard) = local.timing_polls()
            && (life::stands_for(slot, theirs) || life::adopt(slot, theirs))
            && let Some(often) = shard.often(slot.group.load(Relaxed))
        {
            take_over(slot, local, shard);
            if let Some(delay) = start(slot, clock::direct()) {
                often.delay.record(delay);
            }
            ptr::from_ref(often)
        } else {
            // One word comes back from there, so that nothing here has to be in memory.
            match slowly(slot, theirs) {
                UNSEEN => return Self::unseen(theirs),
                block => block,
            }
        };
        let (data, vtable) = waker::words::<Tasks>(slot);
        Self { block, data, vtable }
    }

    /// The poll has returned.
    #[inline(always)]
    pub(super) fn end(self, slot: *const TaskSlot) {
        if self.block.addr() & SLOW == 0 {
            // SAFETY: it is the slot that `new` was given, and slots are never unmapped.
            let busy = stop(unsafe { &*slot }, clock::direct());
            // SAFETY: `new` set it to a reference, and what it points to is never freed.
            unsafe { &*self.block }.poll.record(busy);
        } else {
            end_slowly(slot, self.block);
        }
    }
}

#[cold]
#[inline(never)]
fn end_slowly(slot: *const TaskSlot, block: *const OftenBlock) {
    if block == UNSEEN {
        return;
    }
    // SAFETY: as in `Begun::end`.
    let slot = unsafe { &*slot };
    if trace::is_on() {
        trace::note_of(What::PollEnded, slot.id().pack(), u64::from(slot.group_id()), 0, ptr::null());
    }
    if block == UNTIMED {
        advance(slot, recorder::last_tick());
        return;
    }
    let weight = weight(recorder::mask());
    let busy = stop_for(slot, clock::ticks(), weight);
    recorder::with(|shard, _| {
        shard.tasks.record(slot.group.load(Relaxed), |block| &block.poll, busy, weight);
    });
    if scopes::any() {
        scopes::polled(slot.id().pack(), slot.group_id(), busy);
    }
}

/// The slow way to begin a poll.
#[cold]
#[inline(never)]
fn slowly(slot: &'static TaskSlot, theirs: &Waker) -> *const OftenBlock {
    let local = recorder::local();
    match local.recording() {
        Some(shard) if life::stands_for(slot, theirs) || life::adopt(slot, theirs) => {
            let mask = recorder::mask();
            let timed = recorder::is_timed(slot, slot.polls.load(Relaxed).wrapping_add(1), mask);
            take_over(slot, local, shard);
            if timed {
                begin_timed(slot, shard, weight(mask));
            } else {
                open(slot, recorder::last_tick());
            }
            if trace::is_on() {
                trace::note_of(What::PollBegan, slot.id().pack(), u64::from(slot.group_id()), 0, ptr::null());
            }
            if timed { SLOWLY } else { UNTIMED }
        }
        _ => {
            blind(slot);
            UNSEEN
        }
    }
}

/// For how many polls a timed one stands.
fn weight(mask: u32) -> u64 {
    u64::from(mask) + 1
}

/// Begins a poll that is timed for `weight` of them.
fn begin_timed(slot: &TaskSlot, shard: &Shard, weight: u64) {
    if let Some(delay) = start_for(slot, clock::ticks(), weight) {
        shard.tasks.record(slot.group.load(Relaxed), |block| &block.delay, delay, weight);
    }
}

/// Makes the task that of this thread, before the poll is seen as begun.
#[inline(always)]
fn take_over(slot: &TaskSlot, local: &Local, shard: &Shard) {
    slot.link.store(shard.number(), Relaxed);
    local.task.set(slot);
}

/// Notes the start of a poll. Returns how long ago it was asked for, in ticks, if it was.
#[inline(always)]
pub(super) fn start(slot: &TaskSlot, now: u64) -> Option<u64> {
    start_for(slot, now, 1)
}

/// The same, of a poll that stands for `weight` of them.
#[inline(always)]
fn start_for(slot: &TaskSlot, now: u64, weight: u64) -> Option<u64> {
    let delay = delay(slot, now);
    if let Some(ticks) = delay {
        bump(&slot.scheduled, ticks.wrapping_mul(weight));
    }
    open(slot, now);
    delay
}

/// How long ago the poll that starts now was asked for, in ticks, if it was, and if that was timed.
#[inline(always)]
fn delay(slot: &TaskSlot, now: u64) -> Option<u64> {
    // Acquire: pairs with the release of the wake, so that the time belongs to the number.
    if slot.woken.load(Acquire) != slot.polls.load(Relaxed).wrapping_add(1) {
        return None;
    }
    let woken_at = slot.woken_at.load(Relaxed);
    // Counters of two cores may be a little apart; what is added here as an error is taken off elsewhere.
    recorder::is_exact(woken_at).then(|| now.wrapping_sub(woken_at))
}

#[inline(always)]
fn open(slot: &TaskSlot, now: u64) {
    slot.since.store(now, Relaxed);
    slot.list.store(slot.list.load(Relaxed) & !TaskSlot::POLL, Relaxed);
    // Release: a reader that sees the poll in progress sees its start.
    slot.polls.store(slot.polls.load(Relaxed).wrapping_add(1), Release);
}

/// Notes the end of a poll. Returns how long it was, in ticks.
#[inline(always)]
pub(super) fn stop(slot: &TaskSlot, now: u64) -> u64 {
    stop_for(slot, now, 1)
}

/// The same, of a poll that stands for `weight` of them.
#[inline(always)]
fn stop_for(slot: &TaskSlot, now: u64, weight: u64) -> u64 {
    let busy = now.wrapping_sub(slot.since.load(Relaxed));
    bump(&slot.busy, busy.wrapping_mul(weight));
    advance(slot, now);
    busy
}

/// Notes the end of a poll, and nothing of its duration.
#[inline(always)]
fn advance(slot: &TaskSlot, now: u64) {
    slot.since.store(now, Relaxed);
    let polls = slot.polls.load(Relaxed).wrapping_add(1);
    // Release: a reader that sees the poll as ended sees its awaits and times.
    slot.polls.store(polls, Release);
    if polls == 0 {
        wrap(slot);
    }
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
