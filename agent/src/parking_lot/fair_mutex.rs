//! The fair mutex.

use super::RawFairMutex;
use super::newtype::{newtype, on_arc, parts};
use parking_lot::lock_api::{self, ArcMutexGuard};
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A mutex that serves who waits longest: [`parking_lot::FairMutex`](::parking_lot::FairMutex), with its holder and its waiters recorded.
#[repr(transparent)]
pub struct FairMutex<T: ?Sized>(lock_api::Mutex<RawFairMutex, T>);

/// The lock of a [`FairMutex`].
pub type FairMutexGuard<'a, T> = lock_api::MutexGuard<'a, RawFairMutex, T>;

/// The lock of a [`FairMutex`], for a part of the value.
pub type MappedFairMutexGuard<'a, T> = lock_api::MappedMutexGuard<'a, RawFairMutex, T>;

/// A mutex that is free, made in a constant.
#[track_caller]
pub const fn const_fair_mutex<T>(val: T) -> FairMutex<T> {
    FairMutex::new(val)
}

impl<T> FairMutex<T> {
    /// A mutex that is free. It is recorded from its first use on.
    #[track_caller]
    #[inline]
    pub const fn new(val: T) -> Self {
        Self(lock_api::Mutex::from_raw(RawFairMutex::at(Location::caller()), val))
    }

    /// A mutex of a raw lock that is there already.
    #[inline]
    pub const fn from_raw(raw_mutex: RawFairMutex, val: T) -> Self {
        Self(lock_api::Mutex::from_raw(raw_mutex, val))
    }

    /// The same, by its older name.
    #[inline]
    pub const fn const_new(raw_mutex: RawFairMutex, val: T) -> Self {
        Self::from_raw(raw_mutex, val)
    }

    /// parking_lot's own mutex, which is not recorded (`into_inner` is the value in it, as with parking_lot).
    pub fn into_parking_lot(self) -> ::parking_lot::FairMutex<T> {
        let (raw, value) = parts!(self.0);
        ::parking_lot::FairMutex::from_raw(raw.into_real(), value)
    }

    /// Records what happens to a mutex of parking_lot's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: ::parking_lot::FairMutex<T>) -> Self {
        let (raw, value) = parts!(real);
        Self::from_raw(RawFairMutex::from_outside(raw, Location::caller()), value)
    }
}

newtype!(FairMutex around lock_api::Mutex<RawFairMutex, T>, of ::parking_lot::FairMutex<T>);

on_arc! { FairMutex around lock_api::Mutex<RawFairMutex, T>:
    lock_arc() -> ArcMutexGuard<RawFairMutex, T>;
    try_lock_arc() -> Option<ArcMutexGuard<RawFairMutex, T>>;
    try_lock_arc_for(timeout: Duration) -> Option<ArcMutexGuard<RawFairMutex, T>>;
    try_lock_arc_until(timeout: Instant) -> Option<ArcMutexGuard<RawFairMutex, T>>;
}
