//! Our waker: it lives in the task's slot, counts its clones, and notes when a wake happened.

use super::end::unref;
use crate::clock;
use crate::registry::TaskSlot;
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::atomic::Ordering::{Relaxed, Release};
use std::task::{RawWaker, RawWakerVTable, Waker};

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

/// The waker of a task for the time of one poll; it counts as no clone.
#[inline(always)]
pub(crate) fn borrowed(slot: &'static TaskSlot) -> ManuallyDrop<Waker> {
    let raw = RawWaker::new(ptr::from_ref(slot).cast(), &VTABLE);
    // SAFETY: the vtable's functions uphold the contract of a waker: they are thread-safe, and the slot stays mapped.
    // The reference that a drop would give up was never taken, and `ManuallyDrop` keeps the drop from running.
    ManuallyDrop::new(unsafe { Waker::from_raw(raw) })
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

/// Keeps the runtime's waker in the slot on the first poll. False if it is another one than before: then the task
/// has to be polled without ours.
#[inline(always)]
pub(crate) fn adopt(slot: &TaskSlot, theirs: &Waker) -> bool {
    let vtable = slot.waker_vtable.load(Relaxed);
    if vtable.is_null() {
        return adopt_first(slot, theirs);
    }
    ptr::eq(vtable, ptr::from_ref(theirs.vtable()).cast_mut().cast())
        && ptr::eq(slot.waker_data.load(Relaxed), theirs.data())
}

#[inline]
fn adopt_first(slot: &TaskSlot, theirs: &Waker) -> bool {
    let kept = ManuallyDrop::new(theirs.clone());
    slot.waker_data.store(kept.data().cast_mut(), Relaxed);
    // Relaxed: other threads learn of the slot through a clone of our waker, whose hand-over orders these stores.
    slot.waker_vtable.store(ptr::from_ref(kept.vtable()).cast_mut().cast(), Relaxed);
    true
}

/// The runtime's waker, borrowed; `None` before the first poll.
#[inline(always)]
fn inner(slot: &TaskSlot) -> Option<ManuallyDrop<Waker>> {
    let vtable = slot.waker_vtable.load(Relaxed).cast_const().cast::<RawWakerVTable>();
    // SAFETY: null, or the vtable of the waker that `adopt_first` kept: `Waker` holds it as `&'static`.
    let vtable = unsafe { vtable.as_ref() }?;
    let data = slot.waker_data.load(Relaxed).cast_const();
    // SAFETY: both words come from the same waker, which is kept until the last reference to the slot is gone; the
    // caller has one, and does not drop what it is lent.
    Some(ManuallyDrop::new(unsafe { Waker::new(data, vtable) }))
}

/// Drops the runtime's waker; only for the last reference to the slot.
#[inline(always)]
pub(crate) fn drop_inner(slot: &TaskSlot) {
    if let Some(waker) = inner(slot) {
        slot.waker_vtable.store(ptr::null_mut(), Relaxed);
        drop(ManuallyDrop::into_inner(waker));
    }
}

/// Notes a wake: which poll it asks for, and when.
#[inline(always)]
fn note(slot: &TaskSlot) {
    let asked = ((slot.polls.load(Relaxed).wrapping_add(1)) >> 1).wrapping_add(1);
    if slot.woken.load(Relaxed) != asked {
        slot.woken_at.store(clock::ticks(), Relaxed);
        // Release: whoever sees the number sees the time.
        slot.woken.store(asked, Release);
    }
}

/// # Safety
///
/// `data` comes from a waker with [`VTABLE`].
#[inline(always)]
unsafe fn slot<'a>(data: *const ()) -> &'a TaskSlot {
    // SAFETY: by the contract of this function it points to a slot, which is never unmapped.
    unsafe { &*data.cast() }
}

/// # Safety
///
/// As for [`slot`]; the runtime of wakers calls it.
unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: the runtime of wakers passes the data of one of ours.
    unsafe { slot(data) }.refs.fetch_add(1, Relaxed);
    RawWaker::new(data, &VTABLE)
}

/// # Safety
///
/// As for [`slot`]; the runtime of wakers calls it.
unsafe fn wake(data: *const ()) {
    // SAFETY: as in `clone`.
    unsafe { wake_by_ref(data) };
    // SAFETY: as in `clone`; `wake` takes the waker by value.
    unsafe { drop_waker(data) };
}

/// # Safety
///
/// As for [`slot`]; the runtime of wakers calls it.
unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: as in `clone`.
    let slot = unsafe { slot(data) };
    // A task that has ended is not woken: its runtime would do nothing either.
    note(slot);
    if let Some(waker) = inner(slot) {
        waker.wake_by_ref();
    }
}

/// # Safety
///
/// As for [`slot`]; the runtime of wakers calls it.
unsafe fn drop_waker(data: *const ()) {
    // SAFETY: as in `clone`.
    unref(unsafe { slot(data) });
}
