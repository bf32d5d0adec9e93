//! The slot of a channel for one value: how it is taken, and left to the next one.

use super::ends::{SingleReceiver, SingleSender, TIMED};
use crate::clock;
use crate::primitive::atomic::{
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use crate::recorder::{self, Local, MARK, ResourceBlock, Shard, bump};
use crate::registry::ResourceSlot;
use crate::sync::resource::{Kind, free, group_of, record};
use std::panic::Location;
use std::ptr;

/// Records the creation of a channel for one value at `location`.
#[inline(always)]
pub(crate) fn single(location: &'static Location<'static>) -> (SingleSender, SingleReceiver) {
    let local = recorder::local();
    let slot = local.unless_off(|shard| begin(shard, local, location), || begin_slowly(local, location));
    (SingleSender::new(slot), SingleReceiver::new(slot))
}

/// The hot one: the last such channel of this thread has left its slot, and was made by the same task at the same place.
/// Whatever else there may be is left to another function as a whole, so that nothing is kept for afterwards; and `local` is
/// found by the caller, whose crate may know better where it is.
#[inline(never)]
fn begin(
    shard: &Shard,
    local: &Local,
    location: &'static Location<'static>,
) -> Option<&'static ResourceSlot> {
    let Some(slot) = left_in(shard) else { return begin_slowly(local, location) };
    let creator = local.task().map_or(0, |task| task.id().pack());
    if !ptr::eq(slot.place.load(Relaxed), location) || slot.creator.load(Relaxed) != creator {
        return begin_slowly(local, location);
    }
    let Some(block) = shard.resources.at_hand(slot.group.load(Relaxed) | MARK) else {
        return begin_slowly(local, location);
    };
    if !shard.single_is_plain() {
        return begin_slowly(local, location);
    }
    begin_again(shard, slot, block);
    Some(slot)
}

/// The slot that the last such channel of this thread has left.
#[inline(always)]
fn left_in(shard: &Shard) -> Option<&'static ResourceSlot> {
    // SAFETY: null, or a slot, which is never unmapped.
    unsafe { shard.home_single.get().as_ref() }
}

#[inline(never)]
fn begin_slowly(local: &Local, location: &'static Location<'static>) -> Option<&'static ResourceSlot> {
    let left = local.fast().and_then(|shard| Some((shard, left_in(shard)?)));
    let slot = match left {
        Some((shard, slot)) => {
            let (creator, group) = group_of(shard, local, Kind::Oneshot, location);
            slot.creator.store(creator, Relaxed);
            slot.group.store(group, Relaxed);
            begin_again(shard, slot, shard.resources.own(group | MARK));
            slot
        }
        None => {
            let slot = record(Kind::Oneshot, 0, location)?;
            set_ends(slot, ResourceSlot::BOTH);
            slot
        }
    };
    slot.place.store(ptr::from_ref(location).cast_mut(), Relaxed);
    // The values of some channels are timed: their ends find that there is more to do.
    if recorder::with(|shard, _| shard.single_is_sample()) == Some(true) {
        slot.probe.store(ResourceSlot::PROBE_BUSY, Relaxed);
        slot.ends.iter().for_each(|end| end.store(TIMED, Relaxed));
    }
    Some(slot)
}

/// Takes the slot that was left. What no such channel writes is as it was.
#[inline(always)]
fn begin_again(shard: &Shard, slot: &ResourceSlot, block: &ResourceBlock) {
    shard.home_single.set(ptr::null());
    bump(&block.created, 1);
    slot.created_at.store(clock::direct(), Relaxed);
    for word in [&slot.receiver, &slot.entered, &slot.left] {
        word.store(0, Relaxed);
    }
    set_ends(slot, ResourceSlot::BOTH);
    // Release: a reader that sees the live bit sees all of the above.
    slot.state.store(slot.state.load(Relaxed) | ResourceSlot::LIVE, Release);
}

/// The channel has these ends, of which nothing else is known.
#[inline(always)]
fn set_ends(slot: &ResourceSlot, ends: u32) {
    for end in &slot.ends {
        end.store(0, Relaxed);
    }
    slot.handles.store(ends, Relaxed);
}

/// The `end` is gone: `SENDER` or `RECEIVER`. Whoever is last gives the slot back.
#[inline(always)]
pub(super) fn release(slot: &'static ResourceSlot, end: u32) {
    // Release: what was recorded through this end comes before the freeing.
    if slot.handles.fetch_sub(end, Release) == end {
        leave(recorder::local(), slot);
    }
}

/// Leaves the slot to the next such channel of this thread, or gives it back.
#[inline(never)]
fn leave(local: &Local, slot: &'static ResourceSlot) {
    // Acquire: pairs with the release of the other end.
    fence(Acquire);
    let Some(shard) = without_home(local) else { return leave_slowly(local, slot) };
    let Some(block) = shard.resources.at_hand(slot.group.load(Relaxed) | MARK) else {
        return leave_slowly(local, slot);
    };
    leave_to(shard, slot, block);
}

/// The thread's shard, if everything is as usual and there is room for a slot.
#[inline(always)]
fn without_home(local: &Local) -> Option<&'static Shard> {
    local.fast().filter(|shard| shard.home_single.get().is_null())
}

#[inline(never)]
fn leave_slowly(local: &Local, slot: &'static ResourceSlot) {
    match without_home(local) {
        Some(shard) => leave_to(shard, slot, shard.resources.own(slot.group.load(Relaxed) | MARK)),
        None => free(slot),
    }
}

/// Leaves the slot in `shard`, and the counts in `block`.
#[inline(always)]
fn leave_to(shard: &Shard, slot: &'static ResourceSlot, block: &ResourceBlock) {
    let next = ((slot.state.load(Relaxed) >> 32) as u32).wrapping_add(1).max(1);
    slot.state.store(u64::from(next) << 32, Relaxed);
    // Release: as in `free`.
    fence(Release);
    bump(&block.entered, slot.entered.load(Relaxed));
    bump(&block.left, slot.left.load(Relaxed));
    shard.home_single.set(slot);
}

/// The slot of a channel that was made elsewhere, and of which one end was brought in.
pub(super) fn foreign(
    location: &'static Location<'static>,
    end: u32,
    bits: u64,
) -> Option<&'static ResourceSlot> {
    let slot = record(Kind::Oneshot, 0, location)?;
    set_ends(slot, end);
    slot.state.fetch_or(ResourceSlot::FOREIGN | bits, Relaxed);
    Some(slot)
}
