//! What is recorded at the beginning and at the end of a poll.

use super::life;
use super::waker::{self, Tasks};
use crate::clock;
use crate::recorder::trace::{self, What};
use crate::recorder::{self, Local, Shard, TaskBlock, bump};
use crate::registry::{BLIND, TaskSlot, scopes};
use std::ptr;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::{RawWakerVTable, Waker};

/// Lowest bit of `Begun::block`: the end takes the slow way.
const SLOW: usize = 1;
/// Second bit of `Begun::block`, beside `SLOW`: the poll is not timed.
const UNTIMED: usize = 2;
/// `Begun::block` of a poll that is not recorded.
const UNSEEN: *const TaskBlock = ptr::without_provenance(SLOW);

/// A poll in progress.
pub(super) struct Begun {
    /// Where the polling thread records about the task, perhaps with `SLOW` and `UNTIMED`; or `UNSEEN`.
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
        let block = match local.timing_polls() {
            Some(shard) if life::stands_for(slot, theirs) || life::adopt(slot, theirs) => {
                ptr::from_ref(begin(slot, local, shard, clock::direct, 1))
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
            end(unsafe { &*slot }, block, clock::direct(), 1);
        } else {
            end_slowly(slot, self.block);
        }
    }
}

#[cold]
#[inline(never)]
fn end_slowly(slot: *const TaskSlot, block: *const TaskBlock) {
    let timed = block.addr() & UNTIMED == 0;
    // SAFETY: null, for `UNSEEN`, or as in `Begun::end`.
    let Some(block) = (unsafe { block.map_addr(|address| address & !(SLOW | UNTIMED)).as_ref() }) else {
        return;
    };
    // SAFETY: as in `Begun::end`.
    let slot = unsafe { &*slot };
    if trace::is_on() {
        trace::note_of(What::PollEnded, slot.id().pack(), u64::from(slot.group_id()), 0, ptr::null());
    }
    if !timed {
        advance(slot, recorder::last_tick());
        return;
    }
    let busy = end(slot, block, clock::ticks(), weight(recorder::mask()));
    if scopes::any() {
        scopes::polled(slot.id().pack(), slot.group_id(), busy);
    }
}

/// The slow way to begin a poll.
#[cold]
#[inline(never)]
fn slowly(slot: &'static TaskSlot, theirs: &Waker) -> *const TaskBlock {
    let local = recorder::local();
    match local.recording() {
        Some(shard) if life::stands_for(slot, theirs) || life::adopt(slot, theirs) => {
            let mask = recorder::mask();
            let polls = slot.polls.load(Relaxed).wrapping_add(1);
            let timed = recorder::is_timed(slot, polls, mask);
            let block = match timed {
                true => begin(slot, local, shard, clock::ticks, weight(mask)),
                false => begin_untimed(slot, local, shard),
            };
            if trace::is_on() {
                trace::note_of(What::PollBegan, slot.id().pack(), u64::from(slot.group_id()), 0, ptr::null());
            }
            let mark = if timed { SLOW } else { SLOW | UNTIMED };
            ptr::from_ref(block).map_addr(|address| address | mark)
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
#[inline(always)]
fn begin<'a>(
    slot: &TaskSlot,
    local: &Local,
    shard: &'a Shard,
    now: impl FnOnce() -> u64,
    weight: u64,
) -> &'a TaskBlock {
    let block = take_over(slot, local, shard);
    if let Some(delay) = start_for(slot, now(), weight) {
        block.delay.record_for(delay, weight);
    }
    block
}

/// Begins a poll that is not timed.
fn begin_untimed<'a>(slot: &TaskSlot, local: &Local, shard: &'a Shard) -> &'a TaskBlock {
    let block = take_over(slot, local, shard);
    open(slot, recorder::last_tick());
    block
}

/// Makes the task that of this thread, before the poll is seen as begun.
#[inline(always)]
fn take_over<'a>(slot: &TaskSlot, local: &Local, shard: &'a Shard) -> &'a TaskBlock {
    slot.link.store(shard.number(), Relaxed);
    local.task.set(slot);
    shard.tasks.own(slot.group.load(Relaxed))
}

/// Ends a poll that was timed for `weight` of them. Returns how long it was, in ticks.
#[inline(always)]
fn end(slot: &TaskSlot, block: &TaskBlock, now: u64, weight: u64) -> u64 {
    let busy = stop_for(slot, now, weight);
    block.poll.record_for(busy, weight);
    busy
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
