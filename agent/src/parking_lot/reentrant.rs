//! The mutex that its holder can lock again. The first lock is the one that is recorded.

use super::RawMutex;
use super::newtype::{newtype, on_arc};
use parking_lot::RawThreadId;
use parking_lot::lock_api::{
    self, ArcReentrantMutexGuard, GetThreadId, RawMutex as Raw, RawMutexFair, RawMutexTimed,
};
use std::cell::Cell;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A mutex that its holder can lock again: [`parking_lot::ReentrantMutex`](::parking_lot::ReentrantMutex), with its holder and
/// its waiters recorded.
#[repr(transparent)]
pub struct ReentrantMutex<T: ?Sized>(Inner<T>);

type Inner<T> = lock_api::ReentrantMutex<RawOwnedMutex, RawThreadId, T>;

/// The lock of a [`ReentrantMutex`].
pub type ReentrantMutexGuard<'a, T> = lock_api::ReentrantMutexGuard<'a, RawOwnedMutex, RawThreadId, T>;

/// The lock of a [`ReentrantMutex`], for a part of the value.
pub type MappedReentrantMutexGuard<'a, T> =
    lock_api::MappedReentrantMutexGuard<'a, RawOwnedMutex, RawThreadId, T>;

type ArcGuard<T> = ArcReentrantMutexGuard<RawOwnedMutex, RawThreadId, T>;

/// The raw lock of a [`ReentrantMutex`]. lock_api takes it inside of a closure, which does not tell the caller's place.
#[derive(Debug)]
pub struct RawOwnedMutex(RawMutex);

thread_local! {
    static PLACE: Cell<Option<&'static Location<'static>>> = const { Cell::new(None) };
}

/// Calls `lock`, which takes a lock at `place`.
fn said<R>(place: &'static Location<'static>, lock: impl FnOnce() -> R) -> R {
    /// Also if the count of locks overflows, which panics.
    struct Unsaid;

    impl Drop for Unsaid {
        fn drop(&mut self) {
            PLACE.set(None);
        }
    }

    PLACE.set(Some(place));
    let _unsaid = Unsaid;
    lock()
}

/// The place that was said, or else that of the call.
#[track_caller]
fn place() -> &'static Location<'static> {
    PLACE.get().unwrap_or(Location::caller())
}

/// A mutex that is free, made in a constant.
#[track_caller]
pub const fn const_reentrant_mutex<T>(val: T) -> ReentrantMutex<T> {
    ReentrantMutex::new(val)
}

impl<T> ReentrantMutex<T> {
    /// A mutex that is free. It is recorded from its first use on.
    #[track_caller]
    #[inline]
    pub const fn new(val: T) -> Self {
        let raw = RawOwnedMutex(RawMutex::at(Location::caller()));
        Self(lock_api::ReentrantMutex::from_raw(raw, RawThreadId::INIT, val))
    }

    /// A mutex of a raw lock that is there already.
    #[inline]
    pub const fn from_raw(raw_mutex: RawOwnedMutex, get_thread_id: RawThreadId, val: T) -> Self {
        Self(lock_api::ReentrantMutex::from_raw(raw_mutex, get_thread_id, val))
    }

    /// The same, by its older name.
    #[inline]
    pub const fn const_new(raw_mutex: RawOwnedMutex, get_thread_id: RawThreadId, val: T) -> Self {
        Self::from_raw(raw_mutex, get_thread_id, val)
    }

    /// A mutex of parking_lot's own with this value, which is not recorded (`into_inner` is the value alone). lock_api does not
    /// hand over who has locked a mutex how often: one whose guard was forgotten is free again.
    pub fn into_parking_lot(self) -> ::parking_lot::ReentrantMutex<T> {
        ::parking_lot::ReentrantMutex::new(self.into_inner())
    }

    /// A mutex with the value of parking_lot's own. It is shown as not covered. One whose guard was forgotten is free again, as
    /// with [`into_parking_lot`](Self::into_parking_lot).
    #[track_caller]
    pub fn from_inner(real: ::parking_lot::ReentrantMutex<T>) -> Self {
        let raw = RawOwnedMutex(RawMutex::from_outside(Raw::INIT, Location::caller()));
        Self::from_raw(raw, RawThreadId::INIT, real.into_inner())
    }
}

impl<T: ?Sized> ReentrantMutex<T> {
    /// Blocks until it has the lock.
    #[track_caller]
    pub fn lock(&self) -> ReentrantMutexGuard<'_, T> {
        said(Location::caller(), || self.0.lock())
    }

    /// The lock, if it is free or this thread's.
    #[track_caller]
    pub fn try_lock(&self) -> Option<ReentrantMutexGuard<'_, T>> {
        said(Location::caller(), || self.0.try_lock())
    }

    /// Blocks until it has the lock, for some time.
    #[track_caller]
    pub fn try_lock_for(&self, timeout: Duration) -> Option<ReentrantMutexGuard<'_, T>> {
        said(Location::caller(), || self.0.try_lock_for(timeout))
    }

    /// Blocks until it has the lock, or until `timeout`.
    #[track_caller]
    pub fn try_lock_until(&self, timeout: Instant) -> Option<ReentrantMutexGuard<'_, T>> {
        said(Location::caller(), || self.0.try_lock_until(timeout))
    }
}

newtype!(ReentrantMutex around Inner<T>, of ::parking_lot::ReentrantMutex<T>);

on_arc! { ReentrantMutex around Inner<T>:
    lock_arc() -> ArcGuard<T>;
    try_lock_arc() -> Option<ArcGuard<T>>;
    try_lock_arc_for(timeout: Duration) -> Option<ArcGuard<T>>;
    try_lock_arc_until(timeout: Instant) -> Option<ArcGuard<T>>;
}

// SAFETY: the mutex in it keeps the contract.
unsafe impl Raw for RawOwnedMutex {
    const INIT: Self = Self(RawMutex::INIT);

    type GuardMarker = <RawMutex as Raw>::GuardMarker;

    #[track_caller]
    fn lock(&self) {
        self.0.lock_at(place());
    }

    #[track_caller]
    fn try_lock(&self) -> bool {
        self.0.try_lock_at(place())
    }

    // SAFETY: the caller keeps the promise of the trait.
    unsafe fn unlock(&self) {
        // SAFETY: the caller holds the lock.
        unsafe { self.0.unlock() }
    }

    fn is_locked(&self) -> bool {
        self.0.is_locked()
    }
}

// SAFETY: as above.
unsafe impl RawMutexFair for RawOwnedMutex {
    // SAFETY: the caller keeps the promise of the trait.
    unsafe fn unlock_fair(&self) {
        // SAFETY: the caller holds the lock.
        unsafe { self.0.unlock_fair() }
    }
}

// SAFETY: as above.
unsafe impl RawMutexTimed for RawOwnedMutex {
    type Duration = Duration;
    type Instant = Instant;

    #[track_caller]
    fn try_lock_for(&self, timeout: Duration) -> bool {
        self.0.lock_timed(place(), |real| real.try_lock_for(timeout))
    }

    #[track_caller]
    fn try_lock_until(&self, timeout: Instant) -> bool {
        self.0.lock_timed(place(), |real| real.try_lock_until(timeout))
    }
}
