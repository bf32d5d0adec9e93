//! Awaits whose futures are polled by an executor inside of the task, as those of a `FuturesUnordered` are.
//!
//! Such an executor has wakers of its own and polls only what was woken, so the task's list, which begins anew with each
//! poll, would lose the others. Each of these awaits has a slot among those of waits instead, from the first time that it
//! is pending to its end. In the slot `subject` is the site's word and, below it, a part of the waker's address, which tells the
//! executor's futures apart; `amount` is that of the task's own await around it; and `since` is a count that puts them
//! into order.
//!
//! The own await says so when its poll returns: until then those that were noted are in a list of the thread, whose links
//! are in `amount` (the next) and in the upper half of `since` (the one before). The list is of one poll of one task, and
//! with another one it is forgotten; what was in it has no await around it then, and is not shown.

use crate::primitive::atomic::Ordering::Relaxed;
use crate::recorder::{self, Local};
use crate::registry::{Dropped, TaskSlot, WAITS, WaitSlot};
use std::ptr;
use std::task::Waker;

/// Takes a slot for the await at the site with this word, if it is inside of a task.
pub(super) fn open(site: u32) -> Option<u32> {
    let local = recorder::local();
    local.task().filter(|task| task.group.load(Relaxed) & TaskSlot::THREAD == 0)?;
    let Some(number) = local.recording()?.free_waits.pop(&WAITS) else {
        Dropped::Wait.count();
        return None;
    };
    let slot = WAITS.get(number)?;
    slot.subject.store(u64::from(site) << 32, Relaxed);
    slot.place.store(ptr::null_mut(), Relaxed);
    slot.how.store(WaitSlot::INNER, Relaxed);
    Some(number)
}

/// The word of the await's site.
pub(super) fn site(number: u32) -> u32 {
    WAITS.get(number).map_or(0, |slot| (slot.subject.load(Relaxed) >> 32) as u32)
}

/// Notes that the future returned `Pending` to this waker.
pub(super) fn note(number: u32, waker: &Waker) {
    let local = recorder::local();
    let (Some(task), Some(slot)) = (local.task(), WAITS.get(number)) else { return };
    // Those of one poll are noted from the inside outwards.
    let order = local.inners.get().wrapping_add(1);
    local.inners.set(order);
    let site = slot.subject.load(Relaxed) >> 32;
    let future = waker.data().addr() >> 3;
    slot.subject.store(site << 32 | future as u64 & u64::from(u32::MAX), Relaxed);
    if is_listed(slot, task) && ptr::eq(local.inner_of.get(), task) {
        slot.since.store(slot.since.load(Relaxed) >> 32 << 32 | u64::from(order), Relaxed);
        return;
    }
    slot.task.store(task.id().pack(), Relaxed);
    slot.polled.store(task.polls.load(Relaxed), Relaxed);
    let list = task.list.load(Relaxed);
    if list & TaskSlot::INNER == 0 || !ptr::eq(local.inner_of.get(), task) {
        task.list.store(list | TaskSlot::INNER, Relaxed);
        local.inner_of.set(task);
        local.inner.set(0);
    }
    let next = local.inner.replace(number + 1);
    if let Some(next) = listed(next, task) {
        set_before(next, number + 1);
    }
    slot.amount.store(next, Relaxed);
    slot.since.store(u64::from(order), Relaxed);
    slot.how.store(WaitSlot::INNER_NEW, Relaxed);
    slot.open();
}

/// All that was noted in this poll of the task, and belongs to no await yet, was inside of the one at `site`.
pub(super) fn assign(task: &'static TaskSlot, site: u32) {
    task.list.store(task.list.load(Relaxed) & !TaskSlot::INNER, Relaxed);
    let local = recorder::local();
    if !ptr::eq(local.inner_of.get(), task) {
        return;
    }
    let mut next = local.inner.replace(0);
    while let Some(slot) = listed(next, task) {
        next = slot.amount.load(Relaxed);
        slot.amount.store(site, Relaxed);
        slot.how.store(WaitSlot::INNER, Relaxed);
    }
}

/// The await is over.
pub(super) fn close(number: u32) {
    let Some(slot) = WAITS.get(number) else { return };
    hide(number);
    if slot.version.load(Relaxed) & 1 == 1 {
        slot.close();
    }
    recorder::with(|shard, _| shard.free_waits.push(&WAITS, number));
}

/// The await is polled by the task itself now, or not at all.
pub(super) fn hide(number: u32) {
    let Some(slot) = WAITS.get(number) else { return };
    let local = recorder::local();
    if let Some(task) = local.inner_task().filter(|task| is_listed(slot, task)) {
        unlink(local, task, slot);
    }
    slot.amount.store(0, Relaxed);
    slot.how.store(WaitSlot::INNER, Relaxed);
}

fn unlink(local: &Local, task: &TaskSlot, slot: &WaitSlot) {
    let (before, next) = ((slot.since.load(Relaxed) >> 32) as u32, slot.amount.load(Relaxed));
    if let Some(next) = listed(next, task) {
        set_before(next, before);
    }
    match listed(before, task) {
        Some(before) => before.amount.store(next, Relaxed),
        None => local.inner.set(next),
    }
}

fn set_before(slot: &WaitSlot, before: u32) {
    let order = slot.since.load(Relaxed) & u64::from(u32::MAX);
    slot.since.store(u64::from(before) << 32 | order, Relaxed);
}

/// The slot of a link, if it is in the list of the task's present poll.
fn listed(link: u32, task: &TaskSlot) -> Option<&'static WaitSlot> {
    WAITS.get(link.checked_sub(1)?).filter(|slot| is_listed(slot, task))
}

fn is_listed(slot: &WaitSlot, task: &TaskSlot) -> bool {
    slot.version.load(Relaxed) & 1 == 1
        && slot.how.load(Relaxed) == WaitSlot::INNER_NEW
        && slot.task.load(Relaxed) == task.id().pack()
        && slot.polled.load(Relaxed) == task.polls.load(Relaxed)
}
