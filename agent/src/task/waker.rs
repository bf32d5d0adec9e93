//! Our waker: it lives in the task's slot, counts its clones, and notes when a wake happened.

use super::life;
use crate::clock;
use crate::recorder::{
    self,
    trace::{self, What},
    wakes,
};
use crate::registry::{TASKS, TaskSlot};
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::atomic::Ordering::{Relaxed, Release};
use std::task::{RawWaker, RawWakerVTable, Waker};

/// Where slots come from. A model has its own, so that it runs the rest of the code that ships.
pub(super) trait Home: 'static {
    /// The functions of the wakers of its slots.
    fn vtable() -> &'static RawWakerVTable;

    /// Takes a slot back that nobody refers to any more.
    fn give_back(slot: &'static TaskSlot);
}

/// The slots of this process.
pub(super) struct Tasks;

static VTABLE: RawWakerVTable = vtable::<Tasks>();

impl Home for Tasks {
    #[inline(always)]
    fn vtable() -> &'static RawWakerVTable {
        &VTABLE
    }

    #[inline(always)]
    fn give_back(slot: &'static TaskSlot) {
        let number = slot.retire();
        recorder::with(|shard, _| shard.free_tasks.push(&TASKS, number));
    }
}

/// The functions of the wakers of one home, as the value of a static: what is a constant has no address of its own.
pub(super) const fn vtable<H: Home>() -> RawWakerVTable {
    RawWakerVTable::new(clone::<H>, wake::<H>, wake_by_ref, drop_waker::<H>)
}

/// The two words of a task's waker.
#[inline(always)]
pub(super) fn words<H: Home>(slot: &'static TaskSlot) -> (*const (), &'static RawWakerVTable) {
    (ptr::from_ref(slot).cast(), H::vtable())
}

/// The slot that a waker belongs to, if it is one of ours.
#[inline(always)]
pub(crate) fn own_slot(waker: &Waker) -> Option<&'static TaskSlot> {
    if !ptr::eq(waker.vtable(), &VTABLE) {
        return None;
    }
    // SAFETY: wakers with our vtable are made from slots only, and slots are never unmapped.
    unsafe { waker.data().cast::<TaskSlot>().as_ref() }
}

/// Gives up one reference to a slot.
#[inline(always)]
pub(super) fn unref<H: Home>(slot: &'static TaskSlot) {
    if life::unref(slot) {
        H::give_back(slot);
    }
}

/// # Safety
///
/// `data` comes from a waker of ours.
#[inline(always)]
unsafe fn slot(data: *const ()) -> &'static TaskSlot {
    // SAFETY: by the contract of this function it points to a slot, which is never unmapped.
    unsafe { &*data.cast() }
}

/// # Safety
///
/// As for [`slot`]; the runtime of wakers calls it.
unsafe fn clone<H: Home>(data: *const ()) -> RawWaker {
    // SAFETY: the runtime of wakers passes the data of one of ours.
    match life::add_ref(unsafe { slot(data) }) {
        None => RawWaker::new(data, H::vtable()),
        Some(theirs) => {
            let theirs = ManuallyDrop::new(theirs);
            RawWaker::new(theirs.data(), theirs.vtable())
        }
    }
}

/// # Safety
///
/// As for [`slot`]; the runtime of wakers calls it.
unsafe fn wake<H: Home>(data: *const ()) {
    // SAFETY: as in `clone`.
    unsafe { wake_by_ref(data) };
    // SAFETY: as in `clone`; `wake` takes the waker by value.
    unsafe { drop_waker::<H>(data) };
}

/// Notes which poll the wake asks for, and when, and passes it on. (A task that has ended is woken as well: its runtime
/// knows what to do with that.)
///
/// # Safety
///
/// As for [`slot`]; the runtime of wakers calls it.
unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: as in `clone`.
    let slot = unsafe { slot(data) };
    // The next poll to start: both where none is in progress and where one is.
    let asked = slot.polls.load(Relaxed).wrapping_add(1) | 1;
    if slot.woken.load(Relaxed) != asked {
        if !recorder::wakes_are_timed() {
            // SAFETY: as this function.
            return unsafe { wake_slowly(slot, asked) };
        }
        note(slot, asked, recorder::exact(clock::direct()));
    }
    // SAFETY: the caller has our waker: a clone, so theirs is kept, or one that is lent to it for a poll, as theirs is.
    unsafe { life::lent(slot) }.wake_by_ref();
}

#[inline(always)]
fn note(slot: &TaskSlot, asked: u32, now: u64) {
    slot.woken_at.store(now, Relaxed);
    // Release: whoever sees the number sees the time.
    slot.woken.store(asked, Release);
}

/// # Safety
///
/// As for [`wake_by_ref`].
#[cold]
#[inline(never)]
unsafe fn wake_slowly(slot: &TaskSlot, asked: u32) {
    note(slot, asked, recorder::time_of_wake(slot, asked));
    if wakes::are_wanted() {
        wakes::note(slot);
    }
    if trace::is_on() {
        trace::note(What::Woke, slot.id().pack(), 0, ptr::null());
    }
    // SAFETY: as in `wake_by_ref`.
    unsafe { life::lent(slot) }.wake_by_ref();
}

/// # Safety
///
/// As for [`slot`]; the runtime of wakers calls it.
unsafe fn drop_waker<H: Home>(data: *const ()) {
    // SAFETY: as in `clone`.
    unref::<H>(unsafe { slot(data) });
}
