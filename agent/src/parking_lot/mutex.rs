//! The mutex.

use super::RawMutex;
use super::newtype::{newtype, on_arc, parts};
use parking_lot::lock_api::{self, ArcMutexGuard};
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A mutex: [`parking_lot::Mutex`](::parking_lot::Mutex), with its holder and its waiters recorded.
///
/// ```
/// use taskscope::parking_lot::Mutex;
///
/// static TOTAL: Mutex<u64> = Mutex::new(0);
/// *TOTAL.lock() += 1;
/// assert_eq!(*TOTAL.lock(), 1);
/// ```
#[repr(transparent)]
pub struct Mutex<T: ?Sized>(lock_api::Mutex<RawMutex, T>);

/// The lock of a [`Mutex`].
pub type MutexGuard<'a, T> = lock_api::MutexGuard<'a, RawMutex, T>;

/// The lock of a [`Mutex`], for a part of the value.
pub type MappedMutexGuard<'a, T> = lock_api::MappedMutexGuard<'a, RawMutex, T>;

/// A mutex that is free, made in a constant.
#[track_caller]
pub const fn const_mutex<T>(val: T) -> Mutex<T> {
    Mutex::new(val)
}

impl<T> Mutex<T> {
    /// A mutex that is free. It is recorded from its first use on.
    #[track_caller]
    #[inline]
    pub const fn new(val: T) -> Self {
        Self(lock_api::Mutex::from_raw(RawMutex::at(Location::caller()), val))
    }

    /// A mutex of a raw lock that is there already.
    #[inline]
    pub const fn from_raw(raw_mutex: RawMutex, val: T) -> Self {
        Self(lock_api::Mutex::from_raw(raw_mutex, val))
    }

    /// The same, by its older name.
    #[inline]
    pub const fn const_new(raw_mutex: RawMutex, val: T) -> Self {
        Self::from_raw(raw_mutex, val)
    }

    /// parking_lot's own mutex, which is not recorded (`into_inner` is the value in it, as with parking_lot).
    pub fn into_parking_lot(self) -> ::parking_lot::Mutex<T> {
        let (raw, value) = parts!(self.0);
        ::parking_lot::Mutex::from_raw(raw.into_real(), value)
    }

    /// Records what happens to a mutex of parking_lot's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: ::parking_lot::Mutex<T>) -> Self {
        let (raw, value) = parts!(real);
        Self::from_raw(RawMutex::from_outside(raw, Location::caller()), value)
    }
}

newtype!(Mutex around lock_api::Mutex<RawMutex, T>, of ::parking_lot::Mutex<T>);

on_arc! { Mutex around lock_api::Mutex<RawMutex, T>:
    lock_arc() -> ArcMutexGuard<RawMutex, T>;
    try_lock_arc() -> Option<ArcMutexGuard<RawMutex, T>>;
    try_lock_arc_for(timeout: Duration) -> Option<ArcMutexGuard<RawMutex, T>>;
    try_lock_arc_until(timeout: Instant) -> Option<ArcMutexGuard<RawMutex, T>>;
}
