//! The raw mutexes: parking_lot's own, with the record of who holds them.

use super::newtype::parts;
use crate::primitive::ConstPtr;
use crate::registry::ResourceSlot;
use crate::sync::{Blocked, Entry, Exclusive, Kind, Op, Resource};
use parking_lot as real;
use parking_lot::lock_api::{GuardSend, RawMutex as Raw, RawMutexFair, RawMutexTimed};
use std::any::TypeId;
use std::fmt;
use std::mem::ManuallyDrop;
use std::panic::Location;

/// A raw mutex `R` whose holder and waiters are recorded.
pub struct Recorded<R> {
    resource: Resource,
    /// The record of who has it, written by the holder alone.
    holder: ConstPtr<ResourceSlot>,
    /// A whole mutex, so that there is a guard for a condition variable to wait with.
    real: real::lock_api::Mutex<R, ()>,
}

/// The raw lock of a [`Mutex`](super::Mutex): [`parking_lot::RawMutex`](real::RawMutex).
pub type RawMutex = Recorded<real::RawMutex>;

/// The raw lock of a [`FairMutex`](super::FairMutex): [`parking_lot::RawFairMutex`](real::RawFairMutex).
pub type RawFairMutex = Recorded<real::RawFairMutex>;

/// Whether guards may go to other threads, which is parking_lot's feature `send_guard`.
#[inline(always)]
pub(super) fn guards_move() -> bool {
    TypeId::of::<<real::RawMutex as Raw>::GuardMarker>() == TypeId::of::<GuardSend>()
}

impl<R: Raw> Recorded<R> {
    /// One that was made at `place`.
    pub(super) const fn at(place: &'static Location<'static>) -> Self {
        Self::of(Resource::lazy(Kind::Mutex, 0, place))
    }

    const fn of(resource: Resource) -> Self {
        Self { resource, holder: Exclusive::nobody(), real: real::lock_api::Mutex::new(()) }
    }

    /// One around parking_lot's own, as it is.
    pub(super) fn from_outside(real: R, place: &'static Location<'static>) -> Self {
        let resource = Resource::from_outside(Kind::Mutex, 0, place);
        Self { resource, holder: Exclusive::nobody(), real: real::lock_api::Mutex::from_raw(real, ()) }
    }

    /// parking_lot's own, as it is.
    pub(super) fn into_real(self) -> R {
        parts!(self.real).0
    }

    #[inline(always)]
    fn raw(&self) -> &R {
        // SAFETY: the lock is taken and released on behalf of a caller who promises to do that in turn.
        unsafe { self.real.raw() }
    }

    /// Records that the current task has the lock.
    #[inline(always)]
    pub(super) fn took(&self, place: &'static Location<'static>, entry: Entry) {
        self.keep(Exclusive::taken(&self.resource, place, entry));
    }

    #[inline(always)]
    fn keep(&self, exclusive: Exclusive) {
        if guards_move() {
            exclusive.set_movable();
        }
        exclusive.keep(&self.holder);
    }

    /// Records that the hold is over, before `unlock` ends it.
    #[inline(always)]
    pub(super) fn release(&self, unlock: impl FnOnce()) {
        Exclusive::kept(&self.holder).end_by(unlock);
    }

    #[inline(always)]
    pub(super) fn lock_at(&self, place: &'static Location<'static>) {
        let slot = match self.resource.state() {
            Ok(slot) => slot,
            // It never has a recorded holder, and nobody looks who waits.
            Err(true) => return self.raw().lock(),
            Err(false) => return self.lock_first(place),
        };
        if self.raw().try_lock() {
            self.keep(Exclusive::called(&self.resource, slot, place));
        } else {
            self.lock_slowly(place);
        }
    }

    /// Perhaps the first use of a lock.
    #[cold]
    fn lock_first(&self, place: &'static Location<'static>) {
        if self.raw().try_lock() {
            self.took(place, Entry::Called);
        } else {
            self.lock_slowly(place);
        }
    }

    #[cold]
    fn lock_slowly(&self, place: &'static Location<'static>) {
        let blocked = Blocked::new(self.resource.slot_at(place), Op::Lock, place);
        self.raw().lock();
        blocked.end();
        self.took(place, Entry::Waited);
    }

    #[inline(always)]
    pub(super) fn try_lock_at(&self, place: &'static Location<'static>) -> bool {
        let locked = self.raw().try_lock();
        if locked {
            self.took(place, Entry::Called);
        }
        locked
    }

    /// Takes the lock by `lock`, which gives up after some time.
    pub(super) fn lock_timed(
        &self,
        place: &'static Location<'static>,
        lock: impl FnOnce(&R) -> bool,
    ) -> bool {
        if self.try_lock_at(place) {
            return true;
        }
        let blocked = Blocked::timed(self.resource.slot_at(place), Op::Lock, place);
        let locked = lock(self.raw());
        blocked.end();
        if locked {
            self.took(place, Entry::Waited);
        }
        locked
    }

    /// The real guard of a lock that is held. It is not to be dropped.
    ///
    /// # Safety
    ///
    /// The caller holds the lock.
    pub(super) unsafe fn real_guard(&self) -> ManuallyDrop<real::lock_api::MutexGuard<'_, R, ()>> {
        // SAFETY: the lock is held, and the guard is never dropped.
        ManuallyDrop::new(unsafe { self.real.make_guard_unchecked() })
    }
}

impl<R> fmt::Debug for Recorded<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded").finish_non_exhaustive()
    }
}

// SAFETY: the real lock, which keeps the contract, is taken and released in each method that says so.
unsafe impl<R: Raw> Raw for Recorded<R> {
    const INIT: Self = Self::of(Resource::unplaced(Kind::Mutex));

    type GuardMarker = R::GuardMarker;

    #[inline]
    #[track_caller]
    fn lock(&self) {
        self.lock_at(Location::caller());
    }

    #[inline]
    #[track_caller]
    fn try_lock(&self) -> bool {
        self.try_lock_at(Location::caller())
    }

    // SAFETY: the caller keeps the promise of the trait.
    #[inline]
    unsafe fn unlock(&self) {
        // SAFETY: the caller holds the lock.
        self.release(|| unsafe { self.raw().unlock() });
    }

    #[inline]
    fn is_locked(&self) -> bool {
        self.raw().is_locked()
    }
}

// SAFETY: as above.
unsafe impl<R: RawMutexFair> RawMutexFair for Recorded<R> {
    // SAFETY: the caller keeps the promise of the trait.
    #[inline]
    unsafe fn unlock_fair(&self) {
        // SAFETY: the caller holds the lock.
        self.release(|| unsafe { self.raw().unlock_fair() });
    }
}

// SAFETY: as above.
unsafe impl<R: RawMutexTimed> RawMutexTimed for Recorded<R> {
    type Duration = R::Duration;
    type Instant = R::Instant;

    #[track_caller]
    fn try_lock_for(&self, timeout: R::Duration) -> bool {
        self.lock_timed(Location::caller(), |real| real.try_lock_for(timeout))
    }

    #[track_caller]
    fn try_lock_until(&self, timeout: R::Instant) -> bool {
        self.lock_timed(Location::caller(), |real| real.try_lock_until(timeout))
    }
}

#[cfg(all(test, taskscope_loom))]
mod loom_tests;
