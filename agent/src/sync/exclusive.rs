//! The one holder of a lock.

use super::hold::Hold;
use super::resource::{Resource, record_in};
use crate::clock;
#[cfg(feature = "parking-lot")]
use crate::primitive::ConstPtr;
use crate::primitive::atomic::Ordering::Relaxed;
use crate::recorder::trace::{self, What};
use crate::recorder::{self, Shard, bump};
use crate::registry::{ResourceSlot, orders};
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::ptr;

/// How a lock or permits were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// By a future, on its first poll. The start of that poll stands for the moment: exact to that poll, and free.
    /// Outside of any task the moment is not known.
    Polled,
    /// After a wait.
    Waited,
    /// By a call that awaits nothing: it may come from a job whose one poll lasts for hours.
    Called,
}

impl Entry {
    /// How a future took it that did or did not wait.
    #[inline(always)]
    pub(crate) fn of(waited: bool) -> Self {
        if waited { Entry::Waited } else { Entry::Polled }
    }
}

/// The record of who holds a lock. Its drop takes the holder away, so it must come before the lock is free: the next
/// holder writes to the same words.
///
/// One word, which fits into a register with the guard beside it: the address of the slot, and marks in the low bits that
/// it leaves free.
#[derive(Debug)]
pub(crate) struct Exclusive(*const ResourceSlot);

// SAFETY: it stands for a reference to a slot, which threads share.
unsafe impl Send for Exclusive {}
// SAFETY: as above.
unsafe impl Sync for Exclusive {}

/// The hold is timed: it began at the slot's `since`.
const TIMED: usize = 1;
/// A trace was being taken when it began, so its end is noted as well.
const NOTED: usize = 2;
/// There is no slot.
const UNSEEN: usize = 4;
/// With any mark it ends the slow way.
const MARKS: usize = TIMED | NOTED | UNSEEN;

const _: () = assert!(align_of::<ResourceSlot>() > MARKS);

impl Exclusive {
    /// Nobody holds anything.
    pub(crate) const UNSEEN: Exclusive = Exclusive(ptr::without_provenance(UNSEEN));

    /// Records that the current task took the lock at `place`.
    #[inline(always)]
    pub(crate) fn taken(resource: &Resource, place: &'static Location<'static>, entry: Entry) -> Self {
        match entry {
            Entry::Polled if resource.is_unseen() => Self::UNSEEN,
            Entry::Polled => Self::polled(resource, place),
            Entry::Called => match resource.state() {
                Ok(slot) => Self::called(resource, slot, place),
                Err(true) => Self::UNSEEN,
                Err(false) => Self::polled_cold(resource, place),
            },
            Entry::Waited => Self::taken_now(resource, place, true),
        }
    }

    /// The hot one. No closure that outlives the function, no generic: the thread-local is near, all is in registers.
    #[inline(never)]
    fn polled(resource: &Resource, place: &'static Location<'static>) -> Self {
        let Some(slot) = resource.ready_slot() else { return Self::polled_cold(resource, place) };
        let local = recorder::local();
        match local.fast() {
            Some(shard) if !shard.hold_may_be_sample() => {
                match local.task() {
                    Some(task) => fill(slot, task.id().pack(), task.since.load(Relaxed), place),
                    None => fill(slot, ResourceSlot::NOBODY, 0, place),
                }
                Self(slot)
            }
            _ => Self::polled_cold(resource, place),
        }
    }

    /// The hot one of threads: exact, since the poll that it is called in may last for hours. It is short enough to be a
    /// part of its caller, where the thread-local costs no call. `slot` is that of `resource`.
    #[inline]
    pub(crate) fn called(
        resource: &Resource,
        slot: &'static ResourceSlot,
        place: &'static Location<'static>,
    ) -> Self {
        let local = recorder::local();
        let task = local.task();
        let Some(shard) = local.fast() else { return Self::polled_cold(resource, place) };
        if shard.hold_may_be_sample() {
            return Self::sampled(slot, shard, place);
        }
        let user = match task {
            Some(task) => task.id().pack(),
            None => nobody(),
        };
        fill(slot, user, clock::direct(), place);
        Self(slot)
    }

    /// As [`called`](Self::called), and the hold is timed.
    #[cold]
    #[inline(never)]
    fn sampled(slot: &'static ResourceSlot, shard: &Shard, place: &'static Location<'static>) -> Self {
        shard.count_holds_anew();
        let user = recorder::local().task().map_or(ResourceSlot::NOBODY, |task| task.id().pack());
        fill(slot, user, clock::direct(), place);
        Self(ptr::from_ref(slot).map_addr(|address| address | TIMED))
    }

    /// The first use of a lock, or the first event of this thread, or a sample.
    #[cold]
    #[inline(never)]
    fn polled_cold(resource: &Resource, place: &'static Location<'static>) -> Self {
        Self::taken_now(resource, place, false)
    }

    #[inline(never)]
    fn taken_now(resource: &Resource, place: &'static Location<'static>, timed: bool) -> Self {
        let Some(slot) = resource.slot_at(place) else { return Self::UNSEEN };
        resource.serve();
        let local = recorder::local();
        let user = local.task().map_or(ResourceSlot::NOBODY, |task| task.id().pack());
        fill(slot, user, clock::ticks(), place);
        let mut marks = 0;
        if trace::is_on() {
            trace::note(What::Taken, slot.id().pack(), 0, place);
            marks |= NOTED;
        }
        if orders::any() && user != ResourceSlot::NOBODY {
            orders::taken(user, slot, place, None);
        }
        // A thread that got no shard times no samples.
        if timed || local.shard().is_some_and(Shard::hold_is_sample) {
            marks |= TIMED;
        }
        Self(ptr::from_ref(slot).map_addr(|address| address | marks))
    }

    #[inline(always)]
    fn has(&self, mark: usize) -> bool {
        self.0.addr() & mark != 0
    }

    fn slot(&self) -> Option<&'static ResourceSlot> {
        if self.has(UNSEEN) {
            return None;
        }
        // SAFETY: not `UNSEEN`, so a slot, which is never unmapped.
        unsafe { self.0.map_addr(|address| address & !MARKS).as_ref() }
    }

    /// Leaves the record to a lock whose guards have no room for it.
    #[cfg(feature = "parking-lot")]
    #[inline(always)]
    pub(crate) fn keep(self, kept: &ConstPtr<ResourceSlot>) {
        kept.store(ManuallyDrop::new(self).0.cast_mut(), Relaxed);
    }

    /// What a lock keeps that nobody has.
    #[cfg(feature = "parking-lot")]
    pub(crate) const fn nobody() -> ConstPtr<ResourceSlot> {
        ConstPtr::new(ptr::without_provenance_mut(UNSEEN))
    }

    /// The record that its holder left with [`keep`](Self::keep).
    #[cfg(feature = "parking-lot")]
    #[inline(always)]
    pub(crate) fn kept(kept: &ConstPtr<ResourceSlot>) -> Self {
        Self(kept.load(Relaxed))
    }

    /// The hold is over, before `unlock` ends it; its duration is recorded when the lock is free.
    #[cfg(feature = "parking-lot")]
    #[inline(always)]
    pub(crate) fn end_by(self, unlock: impl FnOnce()) {
        let this = ManuallyDrop::new(self);
        if this.clear() {
            unlock();
        } else {
            let ended = this.end();
            unlock();
            ended.record();
        }
    }

    /// Notes that the guard may leave the task that took it.
    pub(crate) fn set_movable(&self) {
        if let Some(slot) = self.slot() {
            // No other thread writes this word while the lock is held.
            slot.user.store(slot.user.load(Relaxed) | ResourceSlot::MOVABLE, Relaxed);
        }
    }

    /// Notes that the guard stays with the current task, if that took it.
    pub(crate) fn set_fixed(&self) {
        if let Some(slot) = self.slot() {
            // As above.
            super::hold::fix(&slot.user);
        }
    }

    /// Records that the writer of a lock has become a reader, at `place`: to be said before the lock is shared. The time
    /// that it wrote is recorded when this is dropped, before the hold ends.
    pub(crate) fn share(&self, place: &'static Location<'static>) -> Hold {
        let Some(slot) = self.slot() else { return Hold::unseen() };
        let hold = Hold::shared(slot, place, slot.user.load(Relaxed), self.has(TIMED));
        // Without room for the hold there is none.
        slot.user.store(0, Relaxed);
        hold
    }

    /// Takes the holder away if nothing else is to be done, and says whether that was all.
    #[inline(always)]
    fn clear(&self) -> bool {
        if self.has(MARKS) {
            return self.has(UNSEEN);
        }
        // SAFETY: without a mark it is a slot, which is never unmapped.
        unsafe { &*self.0 }.user.store(0, Relaxed);
        true
    }

    /// Takes the holder away; what is returned is to be recorded when the lock is free.
    #[inline(always)]
    fn end(&self) -> Ended {
        let Some(slot) = self.slot() else { return Ended(None) };
        // Before the next holder writes it.
        let since = slot.since.load(Relaxed);
        slot.user.store(0, Relaxed);
        if self.has(NOTED) {
            trace::note(What::GivenBack, slot.id().pack(), 0, ptr::null());
        }
        Ended(self.has(TIMED).then_some((slot, since)))
    }

    #[cold]
    #[inline(never)]
    fn end_slowly(&self) {
        self.end().record();
    }
}

/// What stands for the holder outside of any task: a call, so that nothing jumps where there is one.
#[cold]
#[inline(never)]
fn nobody() -> u64 {
    ResourceSlot::NOBODY
}

/// A hold that is over, if it is timed, and when it began.
#[derive(Clone, Copy)]
struct Ended(Option<(&'static ResourceSlot, u64)>);

impl Ended {
    /// Records how long it was.
    fn record(self) {
        let Some((slot, since)) = self.0 else { return };
        let held = clock::ticks().saturating_sub(since);
        let shared = slot.state.load(Relaxed) & ResourceSlot::SHARED != 0;
        record_in(slot, |block| if shared { &block.dwell } else { &block.hold }, held);
    }
}

/// Whoever has the lock is the only one that writes these words.
#[inline(always)]
fn fill(slot: &ResourceSlot, user: u64, since: u64, place: &'static Location<'static>) {
    slot.since.store(since, Relaxed);
    slot.place.store(ptr::from_ref(place).cast_mut(), Relaxed);
    slot.user.store(user, Relaxed);
    bump(&slot.entered, 1);
}

impl Drop for Exclusive {
    #[inline(always)]
    fn drop(&mut self) {
        if !self.clear() {
            self.end_slowly();
        }
    }
}

/// A real guard with the record of its hold: the holder goes before the lock is free, and the duration is recorded
/// when it is, so that nobody waits for a histogram.
#[derive(Debug)]
pub(crate) struct Held<G> {
    real: ManuallyDrop<G>,
    exclusive: ManuallyDrop<Exclusive>,
}

impl<G> Held<G> {
    #[inline(always)]
    pub(crate) fn new(real: G, exclusive: Exclusive) -> Self {
        Self { real: ManuallyDrop::new(real), exclusive: ManuallyDrop::new(exclusive) }
    }

    /// Takes it apart without letting anything go.
    #[inline(always)]
    pub(crate) fn into_parts(self) -> (G, Exclusive) {
        let this = ManuallyDrop::new(self);
        // SAFETY: read once: `this` is not dropped and not used again.
        let real = unsafe { ptr::read(&*this.real) };
        // SAFETY: as above.
        let exclusive = unsafe { ptr::read(&*this.exclusive) };
        (real, exclusive)
    }

    /// The record.
    pub(crate) fn exclusive(&self) -> &Exclusive {
        &self.exclusive
    }
}

impl<G> Deref for Held<G> {
    type Target = G;

    #[inline(always)]
    fn deref(&self) -> &G {
        &self.real
    }
}

impl<G> DerefMut for Held<G> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut G {
        &mut self.real
    }
}

/// Ends a hold that has more to do than to take its holder away.
#[cold]
#[inline(never)]
fn end_slowly<G>(real: G, exclusive: Exclusive) {
    let exclusive = ManuallyDrop::new(exclusive);
    let ended = exclusive.end();
    drop(real);
    ended.record();
}

impl<G> Drop for Held<G> {
    #[inline(always)]
    fn drop(&mut self) {
        // The first alone says it all where nothing is recorded.
        if self.exclusive.0.addr() == UNSEEN || self.exclusive.clear() {
            // SAFETY: dropped here and nowhere else; `into_parts` does not come here.
            unsafe { ManuallyDrop::drop(&mut self.real) };
        } else {
            // SAFETY: taken here and not dropped above.
            let real = unsafe { ManuallyDrop::take(&mut self.real) };
            // SAFETY: taken here and nowhere else.
            let exclusive = unsafe { ManuallyDrop::take(&mut self.exclusive) };
            end_slowly(real, exclusive);
        }
    }
}
