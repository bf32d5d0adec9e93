//! The raw reader-writer lock: parking_lot's own, with the records of its readers and its writer.

use super::raw_mutex::guards_move;
use crate::primitive::ConstPtr;
use crate::registry::ResourceSlot;
use crate::sync::{Blocked, Entry, Exclusive, Hold, Kind, Op, Resource};
use parking_lot as real;
use parking_lot::lock_api::{
    RawRwLock as Raw, RawRwLockDowngrade, RawRwLockFair, RawRwLockRecursive, RawRwLockRecursiveTimed,
    RawRwLockTimed, RawRwLockUpgrade, RawRwLockUpgradeDowngrade, RawRwLockUpgradeFair, RawRwLockUpgradeTimed,
};
use std::fmt;
use std::panic::Location;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// The raw lock of a [`RwLock`](super::RwLock): [`parking_lot::RawRwLock`](real::RawRwLock), with its readers, its writer
/// and its waiters recorded.
pub struct RawRwLock {
    resource: Resource,
    /// The record of the writer, written by the writer alone.
    writer: ConstPtr<ResourceSlot>,
    real: real::RawRwLock,
}

type Place = &'static Location<'static>;

impl RawRwLock {
    /// One that was made at `place`.
    pub(super) const fn at(place: Place) -> Self {
        Self::of(Resource::lazy(Kind::RwLock, 0, place))
    }

    const fn of(resource: Resource) -> Self {
        Self { resource, writer: Exclusive::nobody(), real: real::RawRwLock::INIT }
    }

    /// One around parking_lot's own, as it is.
    pub(super) fn from_outside(real: real::RawRwLock, place: Place) -> Self {
        let resource = Resource::from_outside(Kind::RwLock, 0, place);
        Self { resource, writer: Exclusive::nobody(), real }
    }

    /// parking_lot's own, as it is.
    pub(super) fn into_real(self) -> real::RawRwLock {
        self.real
    }

    /// Takes the lock by `try_lock`, or else by `lock` after a recorded wait.
    #[inline(always)]
    fn take(
        &self,
        op: Op,
        place: Place,
        try_lock: impl FnOnce(&real::RawRwLock) -> bool,
        lock: impl FnOnce(&real::RawRwLock),
    ) {
        if try_lock(&self.real) {
            return self.took(op, place, Entry::Called);
        }
        let blocked = Blocked::new(self.resource.slot_at(place), op, place);
        lock(&self.real);
        blocked.end();
        self.took(op, place, Entry::Waited);
    }

    #[inline(always)]
    fn attempt(&self, op: Op, place: Place, try_lock: impl FnOnce(&real::RawRwLock) -> bool) -> bool {
        let locked = try_lock(&self.real);
        if locked {
            self.took(op, place, Entry::Called);
        }
        locked
    }

    /// Takes the lock by `try_lock`, or else by `lock`, which gives up after some time.
    fn take_timed(
        &self,
        op: Op,
        place: Place,
        try_lock: impl FnOnce(&real::RawRwLock) -> bool,
        lock: impl FnOnce(&real::RawRwLock) -> bool,
    ) -> bool {
        if self.attempt(op, place, try_lock) {
            return true;
        }
        let blocked = Blocked::timed(self.resource.slot_at(place), op, place);
        let locked = lock(&self.real);
        blocked.end();
        if locked {
            self.took(op, place, Entry::Waited);
        }
        locked
    }

    #[inline(always)]
    fn took(&self, op: Op, place: Place, entry: Entry) {
        match op {
            Op::Write => self.writes(place, entry),
            _ => self.reads(place, entry),
        }
    }

    fn reads(&self, place: Place, entry: Entry) {
        match guards_move() {
            false => Hold::taken(&self.resource, 1, place, entry).keep(self.resource.ready_slot()),
            true => self.unseen_reader(place),
        }
    }

    /// Somebody reads, and nobody can say when that ends.
    fn unseen_reader(&self, place: Place) {
        let slot = self.resource.slot_at(place);
        if slot.is_some_and(|slot| slot.state.load(Relaxed) & ResourceSlot::FOREIGN == 0) {
            self.resource.escape();
        }
    }

    fn writes(&self, place: Place, entry: Entry) {
        let exclusive = Exclusive::taken(&self.resource, place, entry);
        if guards_move() {
            exclusive.set_movable();
        }
        exclusive.keep(&self.writer);
    }

    fn reader_ends(&self, unlock: impl FnOnce()) {
        Hold::end_kept(self.resource.ready_slot(), unlock);
    }

    fn writer_ends(&self, unlock: impl FnOnce()) {
        Exclusive::kept(&self.writer).end_by(unlock);
    }

    /// The writer becomes a reader by `downgrade`.
    fn shares(&self, place: Place, downgrade: impl FnOnce()) {
        let exclusive = Exclusive::kept(&self.writer);
        if guards_move() {
            self.unseen_reader(place);
        } else {
            exclusive.share(place).keep(self.resource.ready_slot());
        }
        exclusive.end_by(downgrade);
    }

    /// The reader that may become the writer tries to, for some time.
    fn upgrade_timed(&self, place: Place, upgrade: impl FnOnce(&real::RawRwLock) -> bool) -> bool {
        // SAFETY: the caller, whom `upgrade` would ask as well, holds an upgradable lock.
        if unsafe { self.real.try_upgrade() } {
            self.upgraded(place, Entry::Called);
            return true;
        }
        let blocked = Blocked::timed(self.resource.ready_slot(), Op::Write, place);
        let upgraded = upgrade(&self.real);
        blocked.end();
        if upgraded {
            self.upgraded(place, Entry::Waited);
        }
        upgraded
    }

    fn upgraded(&self, place: Place, entry: Entry) {
        drop(Hold::kept(self.resource.ready_slot()));
        self.writes(place, entry);
    }
}

impl fmt::Debug for RawRwLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRwLock").finish_non_exhaustive()
    }
}

// SAFETY: the real lock, which keeps the contract, is taken and released in each method that says so.
unsafe impl Raw for RawRwLock {
    const INIT: Self = Self::of(Resource::unplaced(Kind::RwLock));

    type GuardMarker = <real::RawRwLock as Raw>::GuardMarker;

    #[inline]
    #[track_caller]
    fn lock_shared(&self) {
        self.take(Op::Read, Location::caller(), Raw::try_lock_shared, Raw::lock_shared);
    }

    #[inline]
    #[track_caller]
    fn try_lock_shared(&self) -> bool {
        self.attempt(Op::Read, Location::caller(), Raw::try_lock_shared)
    }

    // SAFETY: the caller keeps the promise of the trait.
    #[inline]
    unsafe fn unlock_shared(&self) {
        // SAFETY: the caller holds the lock.
        self.reader_ends(|| unsafe { self.real.unlock_shared() });
    }

    #[inline]
    #[track_caller]
    fn lock_exclusive(&self) {
        self.take(Op::Write, Location::caller(), Raw::try_lock_exclusive, Raw::lock_exclusive);
    }

    #[inline]
    #[track_caller]
    fn try_lock_exclusive(&self) -> bool {
        self.attempt(Op::Write, Location::caller(), Raw::try_lock_exclusive)
    }

    // SAFETY: the caller keeps the promise of the trait.
    #[inline]
    unsafe fn unlock_exclusive(&self) {
        // SAFETY: the caller holds the lock.
        self.writer_ends(|| unsafe { self.real.unlock_exclusive() });
    }

    fn is_locked(&self) -> bool {
        self.real.is_locked()
    }

    fn is_locked_exclusive(&self) -> bool {
        self.real.is_locked_exclusive()
    }
}

// SAFETY: as above.
unsafe impl RawRwLockFair for RawRwLock {
    // SAFETY: the caller keeps the promise of the trait.
    unsafe fn unlock_shared_fair(&self) {
        // SAFETY: the caller holds the lock.
        self.reader_ends(|| unsafe { self.real.unlock_shared_fair() });
    }

    // SAFETY: the caller keeps the promise of the trait.
    unsafe fn unlock_exclusive_fair(&self) {
        // SAFETY: the caller holds the lock.
        self.writer_ends(|| unsafe { self.real.unlock_exclusive_fair() });
    }
}

// SAFETY: as above.
unsafe impl RawRwLockDowngrade for RawRwLock {
    // SAFETY: the caller keeps the promise of the trait.
    #[track_caller]
    unsafe fn downgrade(&self) {
        // SAFETY: the caller holds the lock.
        self.shares(Location::caller(), || unsafe { self.real.downgrade() });
    }
}

// SAFETY: as above.
unsafe impl RawRwLockTimed for RawRwLock {
    type Duration = Duration;
    type Instant = Instant;

    #[track_caller]
    fn try_lock_shared_for(&self, timeout: Duration) -> bool {
        let place = Location::caller();
        self.take_timed(Op::Read, place, Raw::try_lock_shared, |real| real.try_lock_shared_for(timeout))
    }

    #[track_caller]
    fn try_lock_shared_until(&self, timeout: Instant) -> bool {
        let place = Location::caller();
        self.take_timed(Op::Read, place, Raw::try_lock_shared, |real| real.try_lock_shared_until(timeout))
    }

    #[track_caller]
    fn try_lock_exclusive_for(&self, timeout: Duration) -> bool {
        let place = Location::caller();
        self.take_timed(Op::Write, place, Raw::try_lock_exclusive, |real| {
            real.try_lock_exclusive_for(timeout)
        })
    }

    #[track_caller]
    fn try_lock_exclusive_until(&self, timeout: Instant) -> bool {
        let place = Location::caller();
        let lock = |real: &real::RawRwLock| real.try_lock_exclusive_until(timeout);
        self.take_timed(Op::Write, place, Raw::try_lock_exclusive, lock)
    }
}

// SAFETY: as above.
unsafe impl RawRwLockRecursive for RawRwLock {
    #[track_caller]
    fn lock_shared_recursive(&self) {
        let (try_lock, lock) =
            (RawRwLockRecursive::try_lock_shared_recursive, RawRwLockRecursive::lock_shared_recursive);
        self.take(Op::Read, Location::caller(), try_lock, lock);
    }

    #[track_caller]
    fn try_lock_shared_recursive(&self) -> bool {
        self.attempt(Op::Read, Location::caller(), RawRwLockRecursive::try_lock_shared_recursive)
    }
}

// SAFETY: as above.
unsafe impl RawRwLockRecursiveTimed for RawRwLock {
    #[track_caller]
    fn try_lock_shared_recursive_for(&self, timeout: Duration) -> bool {
        let lock = |real: &real::RawRwLock| real.try_lock_shared_recursive_for(timeout);
        self.take_timed(Op::Read, Location::caller(), RawRwLockRecursive::try_lock_shared_recursive, lock)
    }

    #[track_caller]
    fn try_lock_shared_recursive_until(&self, timeout: Instant) -> bool {
        let lock = |real: &real::RawRwLock| real.try_lock_shared_recursive_until(timeout);
        self.take_timed(Op::Read, Location::caller(), RawRwLockRecursive::try_lock_shared_recursive, lock)
    }
}

// SAFETY: as above.
unsafe impl RawRwLockUpgrade for RawRwLock {
    #[track_caller]
    fn lock_upgradable(&self) {
        let (try_lock, lock) = (RawRwLockUpgrade::try_lock_upgradable, RawRwLockUpgrade::lock_upgradable);
        self.take(Op::Read, Location::caller(), try_lock, lock);
    }

    #[track_caller]
    fn try_lock_upgradable(&self) -> bool {
        self.attempt(Op::Read, Location::caller(), RawRwLockUpgrade::try_lock_upgradable)
    }

    // SAFETY: the caller keeps the promise of the trait.
    unsafe fn unlock_upgradable(&self) {
        // SAFETY: the caller holds the lock.
        self.reader_ends(|| unsafe { self.real.unlock_upgradable() });
    }

    // SAFETY: the caller keeps the promise of the trait.
    #[track_caller]
    unsafe fn upgrade(&self) {
        let place = Location::caller();
        // SAFETY: the caller holds an upgradable lock.
        if unsafe { self.real.try_upgrade() } {
            return self.upgraded(place, Entry::Called);
        }
        // Nobody waits for a reader that has become the next writer, so it is not shown as waiting for itself.
        drop(Hold::kept(self.resource.ready_slot()));
        let blocked = Blocked::new(self.resource.ready_slot(), Op::Write, place);
        // SAFETY: as above.
        unsafe { self.real.upgrade() };
        blocked.end();
        self.writes(place, Entry::Waited);
    }

    // SAFETY: the caller keeps the promise of the trait.
    #[track_caller]
    unsafe fn try_upgrade(&self) -> bool {
        // SAFETY: the caller holds an upgradable lock.
        let upgraded = unsafe { self.real.try_upgrade() };
        if upgraded {
            self.upgraded(Location::caller(), Entry::Called);
        }
        upgraded
    }
}

// SAFETY: as above.
unsafe impl RawRwLockUpgradeFair for RawRwLock {
    // SAFETY: the caller keeps the promise of the trait.
    unsafe fn unlock_upgradable_fair(&self) {
        // SAFETY: the caller holds the lock.
        self.reader_ends(|| unsafe { self.real.unlock_upgradable_fair() });
    }
}

// SAFETY: as above.
unsafe impl RawRwLockUpgradeDowngrade for RawRwLock {
    // SAFETY: the caller keeps the promise of the trait.
    unsafe fn downgrade_upgradable(&self) {
        // SAFETY: the caller holds the lock. A reader it was and is.
        unsafe { self.real.downgrade_upgradable() };
    }

    // SAFETY: the caller keeps the promise of the trait.
    #[track_caller]
    unsafe fn downgrade_to_upgradable(&self) {
        // SAFETY: the caller holds the lock.
        self.shares(Location::caller(), || unsafe { self.real.downgrade_to_upgradable() });
    }
}

// SAFETY: as above.
unsafe impl RawRwLockUpgradeTimed for RawRwLock {
    #[track_caller]
    fn try_lock_upgradable_for(&self, timeout: Duration) -> bool {
        let lock = |real: &real::RawRwLock| real.try_lock_upgradable_for(timeout);
        self.take_timed(Op::Read, Location::caller(), RawRwLockUpgrade::try_lock_upgradable, lock)
    }

    #[track_caller]
    fn try_lock_upgradable_until(&self, timeout: Instant) -> bool {
        let lock = |real: &real::RawRwLock| real.try_lock_upgradable_until(timeout);
        self.take_timed(Op::Read, Location::caller(), RawRwLockUpgrade::try_lock_upgradable, lock)
    }

    // SAFETY: the caller keeps the promise of the trait.
    #[track_caller]
    unsafe fn try_upgrade_for(&self, timeout: Duration) -> bool {
        // SAFETY: the caller holds an upgradable lock.
        self.upgrade_timed(Location::caller(), |real| unsafe { real.try_upgrade_for(timeout) })
    }

    // SAFETY: the caller keeps the promise of the trait.
    #[track_caller]
    unsafe fn try_upgrade_until(&self, timeout: Instant) -> bool {
        // SAFETY: the caller holds an upgradable lock.
        self.upgrade_timed(Location::caller(), |real| unsafe { real.try_upgrade_until(timeout) })
    }
}
