//! Permits that are out: each guard has a slot, from the moment it is taken until it is given back.

use super::exclusive::Entry;
use super::resource::Resource;
use crate::clock;
use crate::primitive::atomic::AtomicU64;
use crate::primitive::atomic::Ordering::Relaxed;
use crate::recorder::trace::{self, What};
use crate::recorder::{self, Local, Shard, bump, with_current};
use crate::registry::{Dropped, HOLDS, HoldSlot, ResourceSlot, orders};
use std::mem::{self, ManuallyDrop};
use std::panic::Location;
use std::ptr;

/// The record of permits, or of reserved room, that are out. Without a slot every method does nothing.
///
/// One word: the address of the slot, null without one, and a mark in the low bit that it leaves free.
#[derive(Debug)]
pub(crate) struct Hold(*const HoldSlot);

// SAFETY: it stands for a reference to a slot, which threads share.
unsafe impl Send for Hold {}
// SAFETY: as above.
unsafe impl Sync for Hold {}

/// There is more to do at its end than to close the slot: it is timed or noted, or the slot goes back to a list.
const OTHER: usize = 1;

const _: () = assert!(align_of::<HoldSlot>() > OTHER);

/// A hold that is over, and whose duration is still to be recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    /// The resource's group plus 1, or 0 if the hold was not timed.
    group: u32,
    since: u64,
}

impl Hold {
    /// A hold that is not recorded.
    pub(crate) const fn unseen() -> Self {
        Self(ptr::null())
    }

    /// A hold in this slot, whatever there is to do at its end.
    #[inline(always)]
    fn of(slot: Option<&'static HoldSlot>) -> Self {
        match slot {
            Some(slot) => Self(ptr::from_ref(slot).map_addr(|address| address | OTHER)),
            None => Self::unseen(),
        }
    }

    #[inline(always)]
    fn slot(&self) -> Option<&'static HoldSlot> {
        // SAFETY: without the mark it is null or a slot, which is never unmapped.
        unsafe { self.0.map_addr(|address| address & !OTHER).as_ref() }
    }

    /// Records that the current task has `amount` of `resource`, taken at `place` in this poll. It is neither counted
    /// nor timed.
    pub(crate) fn new(
        resource: &'static ResourceSlot,
        amount: u32,
        place: &'static Location<'static>,
    ) -> Self {
        let slot = recorder::with(|shard, local| {
            let slot = free_slot(shard)?;
            let (task, since) = taker(local);
            fill(slot, resource.id().pack(), amount, place, task, since);
            slot.open();
            Some(slot)
        });
        Self::of(slot.flatten())
    }

    /// Records that the current task took `amount` of `resource` at `place`.
    #[inline(always)]
    pub(crate) fn taken(
        resource: &Resource,
        amount: u32,
        place: &'static Location<'static>,
        entry: Entry,
    ) -> Self {
        match entry {
            Entry::Polled | Entry::Called if resource.is_unseen() => Self::unseen(),
            Entry::Polled if amount > 0 => Self::polled(resource, amount, place),
            Entry::Called if amount > 0 => Self::called(resource, amount, place),
            _ => Self::taken_now(resource, amount, place, entry == Entry::Waited),
        }
    }

    /// The hot one: the shard's own slot is free, and no sample is due. No generic, nothing that outlives the function:
    /// the thread-local is near, and all is in registers.
    #[inline(never)]
    fn polled(resource: &Resource, amount: u32, place: &'static Location<'static>) -> Self {
        let Some(seen) = resource.ready_slot() else { return Self::polled_else(resource, amount, place) };
        match Self::in_home(seen, amount, place, false) {
            Some(slot) => Self(slot),
            None => Self::polled_else(resource, amount, place),
        }
    }

    /// The hot one of threads: exact, since the poll that it is called in may last for hours.
    #[inline(never)]
    fn called(resource: &Resource, amount: u32, place: &'static Location<'static>) -> Self {
        let Some(seen) = resource.ready_slot() else { return Self::called_else(resource, amount, place) };
        match Self::in_home(seen, amount, place, true) {
            Some(slot) => Self(slot),
            None => Self::called_else(resource, amount, place),
        }
    }

    #[cold]
    #[inline(never)]
    fn called_else(resource: &Resource, amount: u32, place: &'static Location<'static>) -> Self {
        Self::taken_now(resource, amount, place, false)
    }

    /// In the shard's own slot; `exact`: since now, not since the start of this poll.
    #[inline(always)]
    fn in_home(
        resource: &ResourceSlot,
        amount: u32,
        place: &'static Location<'static>,
        exact: bool,
    ) -> Option<&'static HoldSlot> {
        let local = recorder::local();
        let shard = local.fast()?;
        let slot = home(shard)?;
        let id = resource.id().pack();
        let block = shard.resource_block_at_hand(id)?;
        if shard.hold_may_be_sample() {
            return None;
        }
        bump(&block.entered, 1);
        let (task, start) = taker(local);
        fill(slot, id, amount, place, task, if exact { clock::direct() } else { start });
        slot.open();
        Some(slot)
    }

    /// All other permits of a future that did not wait.
    #[inline(never)]
    fn polled_else(resource: &Resource, amount: u32, place: &'static Location<'static>) -> Self {
        let Some(resource) = resource.slot() else { return Self::unseen() };
        let slot = recorder::with(|shard, local| {
            let timed = shard.hold_is_sample();
            let now = if timed { clock::ticks() } else { 0 };
            enter(shard, local, resource, amount, place, now, timed)
        });
        Self::of(slot.flatten())
    }

    #[inline(never)]
    fn taken_now(resource: &Resource, amount: u32, place: &'static Location<'static>, timed: bool) -> Self {
        resource.serve();
        let Some(resource) = resource.slot_at(place) else { return Self::unseen() };
        let now = clock::ticks();
        let slot = recorder::with(|shard, local| {
            let timed = timed || shard.hold_is_sample();
            enter(shard, local, resource, amount, place, now, timed)
        });
        Self::of(slot.flatten())
    }

    /// Records that what `user` had alone is shared with others from now on, by whoever has it now. It is not counted.
    pub(super) fn shared(
        resource: &'static ResourceSlot,
        place: &'static Location<'static>,
        user: u64,
        timed: bool,
    ) -> Self {
        let slot = recorder::with(|shard, local| {
            let slot = free_slot(shard)?;
            let (movable, before) = (user & ResourceSlot::MOVABLE, user & !ResourceSlot::MOVABLE);
            let task = match local.task() {
                Some(task) => task.id().pack(),
                // Outside of any task nothing better is known.
                None if before == ResourceSlot::NOBODY => 0,
                None => before,
            };
            fill(slot, resource.id().pack(), 1, place, task | movable, clock::ticks());
            if timed {
                slot.timed_group.store(resource.group.load(Relaxed) + 1, Relaxed);
            }
            resource.share(slot);
            if orders::any() && task != 0 {
                orders::shared(task, resource, place, slot);
            }
            Some(slot)
        });
        Self::of(slot.flatten())
    }

    /// A part of it, `amount` in all, taken at the same place and time by whoever has it now.
    fn part(&self, amount: usize) -> Self {
        let Some(whole) = self.slot() else { return Self::unseen() };
        let slot = recorder::with(|shard, local| {
            let slot = free_slot(shard)?;
            // Whoever splits a guard has it, wherever it came from. Outside of any task nothing better is known.
            if let Some(task) = local.task() {
                let movable = whole.task.load(Relaxed) & ResourceSlot::MOVABLE;
                whole.task.store(task.id().pack() | movable, Relaxed);
            }
            slot.amount.store(narrow(amount), Relaxed);
            slot.task.store(whole.task.load(Relaxed), Relaxed);
            slot.resource.store(whole.resource.load(Relaxed), Relaxed);
            slot.place.store(whole.place.load(Relaxed), Relaxed);
            slot.since.store(whole.since.load(Relaxed), Relaxed);
            slot.open();
            Some(slot)
        });
        Self::of(slot.flatten())
    }

    /// Whether this is a hold of `resource`, and if so by which task: 0 for none.
    #[cfg(feature = "parking-lot")]
    pub(super) fn task_with(&self, resource: u64) -> Option<u64> {
        let slot = self.slot().filter(|slot| slot.resource.load(Relaxed) == resource)?;
        Some(slot.task.load(Relaxed))
    }

    /// Notes that the guard may leave the task that took it.
    pub(crate) fn set_movable(&self) {
        if let Some(slot) = self.slot() {
            slot.task.store(slot.task.load(Relaxed) | ResourceSlot::MOVABLE, Relaxed);
        }
    }

    /// Notes that the guard stays with the current task, if that took it.
    pub(crate) fn set_fixed(&self) {
        if let Some(slot) = self.slot() {
            fix(&slot.task);
        }
    }

    /// Changes how much is held.
    pub(crate) fn set_amount(&self, amount: u32) {
        if let Some(slot) = self.slot() {
            slot.amount.store(amount, Relaxed);
        }
    }

    /// The hold is over: to be said before the permits are free. Its duration is recorded afterwards, by
    /// [`Ended::record`], so that nobody waits for a histogram.
    #[inline(always)]
    pub(crate) fn end(&mut self) -> Ended {
        self.take().finish()
    }

    /// Closes the slot if that is all there is to do, and says whether it was. After that the record is not used again.
    #[inline(always)]
    pub(super) fn close(&self) -> bool {
        if self.0.is_null() {
            return true;
        }
        if self.0.addr() & OTHER != 0 {
            return false;
        }
        // SAFETY: not null and without the mark it is a slot, which is never unmapped.
        unsafe { &*self.0 }.close();
        true
    }

    #[inline(always)]
    fn finish(self) -> Ended {
        let this = ManuallyDrop::new(self);
        if this.close() { Ended { group: 0, since: 0 } } else { this.finish_slowly() }
    }

    #[inline(never)]
    fn finish_slowly(&self) -> Ended {
        self.slot().map_or(Ended { group: 0, since: 0 }, end)
    }

    /// Adds the record of permits that were merged into these, which are `total` now.
    pub(crate) fn merge(&mut self, mut other: Hold, total: usize) {
        match self.slot() {
            Some(_) => drop(other),
            None => *self = other.take(),
        }
        self.set_amount(narrow(total));
    }

    /// The record of `part` permits that were split off; `left` are left.
    pub(crate) fn split(&mut self, part: usize, left: usize) -> Hold {
        if part == 0 {
            return Hold::unseen();
        }
        if left == 0 {
            return self.take();
        }
        self.set_amount(narrow(left));
        self.part(part)
    }

    /// The record itself, without its end.
    #[inline(always)]
    pub(crate) fn take(&mut self) -> Hold {
        mem::replace(self, Self::unseen())
    }
}

/// Records permits that were taken at `now`, which is 0 for "in this poll".
fn enter(
    shard: &Shard,
    local: &Local,
    resource: &ResourceSlot,
    amount: u32,
    place: &'static Location<'static>,
    now: u64,
    timed: bool,
) -> Option<&'static HoldSlot> {
    let (id, group) = (resource.id().pack(), resource.group.load(Relaxed));
    bump(&shard.resource_block(id, group).entered, 1);
    if amount == 0 {
        return None;
    }
    let slot = free_slot(shard)?;
    let (task, start) = taker(local);
    fill(slot, id, amount, place, task, if now == 0 { start } else { now });
    if timed {
        slot.timed_group.store(group + 1, Relaxed);
    }
    slot.open();
    if trace::is_on() {
        trace::note(What::Taken, id, 0, place);
    }
    if orders::any() && task != 0 {
        orders::taken(task, resource, place, Some(slot));
    }
    Some(slot)
}

/// The current task, and the start of its poll.
#[inline(always)]
fn taker(local: &Local) -> (u64, u64) {
    match local.task() {
        Some(task) => (task.id().pack(), task.since.load(Relaxed)),
        None => (0, 0),
    }
}

/// Whoever took the slot is the only one that writes to it. A free slot is not timed.
#[inline(always)]
fn fill(
    slot: &HoldSlot,
    resource: u64,
    amount: u32,
    place: &'static Location<'static>,
    task: u64,
    since: u64,
) {
    slot.amount.store(amount, Relaxed);
    slot.task.store(task, Relaxed);
    slot.resource.store(resource, Relaxed);
    slot.place.store(ptr::from_ref(place).cast_mut(), Relaxed);
    slot.since.store(since, Relaxed);
}

/// Closes a slot.
#[inline(always)]
fn end(slot: &'static HoldSlot) -> Ended {
    let ended = Ended { group: slot.timed_group.load(Relaxed), since: slot.since.load(Relaxed) };
    let home = slot.index.load(Relaxed) & HoldSlot::HOME != 0;
    if ended.group != 0 {
        slot.timed_group.store(0, Relaxed);
    }
    if trace::is_on() {
        trace::note(What::GivenBack, slot.resource.load(Relaxed), 0, ptr::null());
    }
    slot.close();
    if !home {
        give_back(slot);
    }
    ended
}

#[inline(never)]
fn give_back(slot: &'static HoldSlot) {
    recorder::with(|shard, _| shard.free_holds.push(&HOLDS, slot.index.load(Relaxed)));
}

/// The shard's own slot, if it has one and it is free.
#[inline(always)]
fn home(shard: &Shard) -> Option<&'static HoldSlot> {
    // SAFETY: null, or a slot, which is never unmapped.
    let slot = unsafe { shard.home_hold.get().as_ref() }?;
    slot.is_free().then_some(slot)
}

/// A slot that nobody uses.
fn free_slot(shard: &Shard) -> Option<&'static HoldSlot> {
    if let Some(slot) = home(shard) {
        return Some(slot);
    }
    let Some((index, slot)) = shard.free_holds.pop(&HOLDS).and_then(|i| Some((i, HOLDS.get(i)?))) else {
        Dropped::Hold.count();
        return None;
    };
    // It was the link of a list.
    slot.timed_group.store(0, Relaxed);
    if shard.home_hold.get().is_null() {
        shard.home_hold.set(slot);
        slot.index.store(index | HoldSlot::HOME, Relaxed);
    } else {
        slot.index.store(index, Relaxed);
    }
    Some(slot)
}

impl Drop for Hold {
    #[inline(always)]
    fn drop(&mut self) {
        if !self.close() {
            self.finish_slowly().record();
        }
    }
}

impl Ended {
    /// Records the duration, if the hold was timed.
    #[inline(always)]
    pub(crate) fn record(self) {
        if self.group != 0 {
            self.record_now();
        }
    }

    #[cold]
    #[inline(never)]
    fn record_now(self) {
        let held = clock::ticks().saturating_sub(self.since);
        recorder::with(|shard, _| shard.record_resource(self.group - 1, |block| &block.hold, held));
    }
}

/// Permits as the slot holds them.
fn narrow(amount: usize) -> u32 {
    u32::try_from(amount).unwrap_or(u32::MAX)
}

/// Takes the mark from who has an owned guard that the guard may be elsewhere, if it is the current task.
pub(super) fn fix(user: &AtomicU64) {
    let own = with_current(|task| task.map_or(0, |task| task.id().pack()));
    if own != 0 && user.load(Relaxed) == own | ResourceSlot::MOVABLE {
        user.store(own, Relaxed);
    }
}
