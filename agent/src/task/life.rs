//! How long a slot lives, and the runtime's waker in it: as long as the task, or as the last clone of our waker.
//!
//! A runtime lends its waker to each poll. The slot holds the two words of what was lent, and nothing is cloned for a
//! task that never clones ours. The first clone of ours clones theirs, while it is still lent, and sets `KEPT`: from
//! then on the words in the slot are those of that clone, and the last reference drops it.

use crate::primitive::atomic::{
    AtomicPtr,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use crate::registry::TaskSlot;
use std::mem::ManuallyDrop;
use std::ptr;
use std::task::{RawWakerVTable, Waker};

/// Whether this waker is the one whose words the slot has: then ours stands for it.
#[inline(always)]
pub(super) fn stands_for(slot: &TaskSlot, theirs: &Waker) -> bool {
    let same = |word: &AtomicPtr<()>, other: *const ()| ptr::eq(word.load(Relaxed), other);
    same(&slot.waker_data, theirs.data()) && same(&slot.waker_vtable, ptr::from_ref(theirs.vtable()).cast())
}

/// Lets ours stand for this waker from now on. False if there are clones of ours, which stand for another one.
#[inline(always)]
pub(super) fn adopt(slot: &TaskSlot, theirs: &Waker) -> bool {
    // Without `KEPT` there never was a clone since the words were written, and it is this thread that polls: nobody else
    // looks at them.
    if slot.refs.load(Relaxed) != 1 {
        return adopt_again(slot, theirs);
    }
    set_words(slot, theirs);
    true
}

#[inline(always)]
fn set_words(slot: &TaskSlot, theirs: &Waker) {
    slot.waker_data.store(theirs.data().cast_mut(), Relaxed);
    slot.waker_vtable.store(ptr::from_ref(theirs.vtable()).cast_mut().cast(), Relaxed);
}

#[cold]
#[inline(never)]
fn adopt_again(slot: &TaskSlot, theirs: &Waker) -> bool {
    // Acquire: pairs with the release in `unref_shared`, so that every use through a clone that is gone comes before.
    let refs = slot.refs.load(Acquire);
    if refs & TaskSlot::COUNT != 1 {
        return false;
    }
    let kept = (refs & TaskSlot::KEPT != 0).then(|| take(slot));
    slot.refs.store(refs & !TaskSlot::KEPT, Relaxed);
    set_words(slot, theirs);
    drop(kept);
    true
}

/// The waker whose words the slot has, not to be dropped.
///
/// # Safety
///
/// Until the last use of what is returned, a poll that it was lent to is in progress, or it is kept and the caller has
/// a reference to the slot.
#[inline(always)]
pub(super) unsafe fn lent(slot: &TaskSlot) -> ManuallyDrop<Waker> {
    let vtable = slot.waker_vtable.load(Relaxed).cast_const().cast::<RawWakerVTable>();
    let data = slot.waker_data.load(Relaxed).cast_const();
    // SAFETY: `adopt` wrote the words of a waker, which holds its vtable as `&'static`, before anybody was given ours.
    let vtable = unsafe { &*vtable };
    // SAFETY: both words are of one waker, which is alive by the contract of this function.
    ManuallyDrop::new(unsafe { Waker::new(data, vtable) })
}

/// The kept waker, which the slot gives up. Only for the last reference, and only once.
fn take(slot: &TaskSlot) -> Waker {
    // SAFETY: it is kept, and the caller has the last reference.
    ManuallyDrop::into_inner(unsafe { lent(slot) })
}

/// Adds the reference of a clone of our waker. If that cannot stand for a clone of the runtime's, this is the latter,
/// and nothing was added.
#[inline(always)]
pub(super) fn add_ref(slot: &TaskSlot) -> Option<Waker> {
    let before = slot.refs.fetch_add(1, Relaxed);
    if before & !TaskSlot::COUNT == TaskSlot::KEPT { None } else { first_clone(slot, before) }
}

#[cold]
#[inline(never)]
fn first_clone(slot: &TaskSlot, before: u32) -> Option<Waker> {
    if before & (TaskSlot::COUNT + 1) != 0 {
        // Clones were forgotten in a loop. A count that wraps around would free the slot under the others.
        std::process::abort();
    }
    // SAFETY: there is no clone yet that this could be a clone of, so a poll is in progress that lent the waker.
    let lent = unsafe { lent(slot) };
    let kept = Waker::clone(&lent);
    if !ptr::eq(kept.data(), lent.data()) || !ptr::eq(kept.vtable(), lent.vtable()) {
        // Other threads may look at the words in the slot at this moment, so they stay what they are.
        slot.refs.fetch_or(TaskSlot::UNCOUNTED, Relaxed);
        slot.refs.fetch_sub(1, Release);
        return Some(kept);
    }
    // Relaxed: whoever drops what is kept has seen the drop of the clone that is made here.
    if slot.refs.fetch_or(TaskSlot::KEPT, Relaxed) & TaskSlot::KEPT == 0 {
        // The slot has it, as the same two words.
        let _ = ManuallyDrop::new(kept);
    }
    None
}

/// Gives up one reference. True for the last one: then the runtime's waker was dropped, and the caller frees the slot.
#[inline(always)]
pub(super) fn unref(slot: &TaskSlot) -> bool {
    // The only one, so nobody can make another, and no read-modify-write is needed. Relaxed: without `KEPT` there was
    // no other since the words were written.
    slot.refs.load(Relaxed) == 1 || unref_shared(slot)
}

#[inline(never)]
fn unref_shared(slot: &TaskSlot) -> bool {
    if slot.refs.load(Acquire) & TaskSlot::COUNT != 1 {
        // Release: what was done through this reference comes before the freeing.
        if slot.refs.fetch_sub(1, Release) & TaskSlot::COUNT != 1 {
            return false;
        }
        fence(Acquire);
    }
    if slot.refs.load(Relaxed) & TaskSlot::KEPT != 0 {
        drop(take(slot));
    }
    true
}
