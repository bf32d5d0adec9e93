//! The one holder of a lock.

use super::hold::Hold;
use super::resource::{Resource, with_block};
use crate::clock;
use crate::primitive::atomic::Ordering::Relaxed;
use crate::recorder::trace::{self, What};
use crate::recorder::{self, bump};
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
#[derive(Debug)]
pub(crate) struct Exclusive {
    slot: Option<&'static ResourceSlot>,
    /// When the hold began, in ticks; 0 if it is not timed.
    since: u64,
}

impl Exclusive {
    /// Nobody holds anything.
    pub(crate) const UNSEEN: Exclusive = Exclusive { slot: None, since: 0 };

    /// Records that the current task took the lock at `place`.
    #[inline(always)]
    pub(crate) fn taken(resource: &Resource, place: &'static Location<'static>, entry: Entry) -> Self {
        match entry {
            Entry::Polled => Self::polled(resource, place),
            Entry::Called => Self::called(resource, place),
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
                Self { slot: Some(slot), since: 0 }
            }
            _ => Self::polled_cold(resource, place),
        }
    }

    /// The hot one of threads: exact, since the poll that it is called in may last for hours.
    #[inline(never)]
    fn called(resource: &Resource, place: &'static Location<'static>) -> Self {
        let Some(slot) = resource.ready_slot() else { return Self::polled_cold(resource, place) };
        let local = recorder::local();
        match local.fast() {
            Some(shard) if !shard.hold_may_be_sample() => {
                let user = local.task().map_or(ResourceSlot::NOBODY, |task| task.id().pack());
                fill(slot, user, clock::direct(), place);
                Self { slot: Some(slot), since: 0 }
            }
            _ => Self::polled_cold(resource, place),
        }
    }

    /// The first use of a lock, or the first event of this thread, or a sample.
    #[cold]
    #[inline(never)]
    fn polled_cold(resource: &Resource, place: &'static Location<'static>) -> Self {
        Self::taken_now(resource, place, false)
    }

    #[inline(never)]
    fn taken_now(resource: &Resource, place: &'static Location<'static>, timed: bool) -> Self {
        let Some(slot) = resource.slot() else { return Self::UNSEEN };
        let now = clock::ticks();
        let timed = recorder::with(|shard, local| {
            let user = local.task().map_or(ResourceSlot::NOBODY, |task| task.id().pack());
            fill(slot, user, now, place);
            if trace::is_on() {
                trace::note(What::Taken, slot.id().pack(), 0, place);
            }
            if orders::any() && user != ResourceSlot::NOBODY {
                orders::taken(user, slot, place);
            }
            timed || shard.hold_is_sample()
        });
        Self { slot: Some(slot), since: if timed == Some(true) { now } else { 0 } }
    }

    /// Notes that the guard may leave the task that took it.
    pub(crate) fn set_movable(&self) {
        if let Some(slot) = self.slot {
            // No other thread writes this word while the lock is held.
            slot.user.store(slot.user.load(Relaxed) | ResourceSlot::MOVABLE, Relaxed);
        }
    }

    /// Records that the writer of a lock has become a reader, at `place`: to be said before the lock is shared. The time
    /// that it wrote is recorded when this is dropped, before the hold ends.
    pub(crate) fn share(&self, place: &'static Location<'static>) -> Hold {
        let Some(slot) = self.slot else { return Hold::unseen() };
        let hold = Hold::shared(slot, place, slot.user.load(Relaxed), self.since != 0);
        // Without room for the hold there is none.
        self.clear();
        hold
    }

    #[inline(always)]
    fn clear(&self) {
        if let Some(slot) = self.slot {
            slot.user.store(0, Relaxed);
            if trace::is_on() {
                trace::note(What::GivenBack, slot.id().pack(), 0, ptr::null());
            }
        }
    }

    #[inline(always)]
    fn record_time(&self) {
        if self.since != 0 {
            self.record_since();
        }
    }

    #[cold]
    #[inline(never)]
    fn record_since(&self) {
        let held = clock::ticks().saturating_sub(self.since);
        if let Some(slot) = self.slot {
            let shared = slot.state.load(Relaxed) & ResourceSlot::SHARED != 0;
            with_block(slot, |_, block| if shared { &block.dwell } else { &block.hold }.record(held));
        }
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
        self.clear();
        self.record_time();
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

impl<G> Drop for Held<G> {
    #[inline(always)]
    fn drop(&mut self) {
        self.exclusive.clear();
        // SAFETY: dropped here and nowhere else; `into_parts` does not come here.
        unsafe { ManuallyDrop::drop(&mut self.real) };
        self.exclusive.record_time();
    }
}
