//! The reader-writer lock.

use super::RawRwLock;
use super::newtype::{newtype, on_arc, parts};
use parking_lot::lock_api::{self, ArcRwLockReadGuard, ArcRwLockUpgradableReadGuard, ArcRwLockWriteGuard};
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A reader-writer lock: [`parking_lot::RwLock`](::parking_lot::RwLock), with its readers, its writer and its waiters
/// recorded.
#[repr(transparent)]
pub struct RwLock<T: ?Sized>(lock_api::RwLock<RawRwLock, T>);

/// A reader's lock of a [`RwLock`].
pub type RwLockReadGuard<'a, T> = lock_api::RwLockReadGuard<'a, RawRwLock, T>;

/// A writer's lock of a [`RwLock`].
pub type RwLockWriteGuard<'a, T> = lock_api::RwLockWriteGuard<'a, RawRwLock, T>;

/// A reader's lock of a [`RwLock`], for a part of the value.
pub type MappedRwLockReadGuard<'a, T> = lock_api::MappedRwLockReadGuard<'a, RawRwLock, T>;

/// A writer's lock of a [`RwLock`], for a part of the value.
pub type MappedRwLockWriteGuard<'a, T> = lock_api::MappedRwLockWriteGuard<'a, RawRwLock, T>;

/// The lock of a [`RwLock`] of the one reader that may become its writer.
pub type RwLockUpgradableReadGuard<'a, T> = lock_api::RwLockUpgradableReadGuard<'a, RawRwLock, T>;

/// A lock that is free, made in a constant.
#[track_caller]
pub const fn const_rwlock<T>(val: T) -> RwLock<T> {
    RwLock::new(val)
}

impl<T> RwLock<T> {
    /// A lock that is free. It is recorded from its first use on.
    #[track_caller]
    #[inline]
    pub const fn new(val: T) -> Self {
        Self(lock_api::RwLock::from_raw(RawRwLock::at(Location::caller()), val))
    }

    /// A lock of a raw lock that is there already.
    #[inline]
    pub const fn from_raw(raw_rwlock: RawRwLock, val: T) -> Self {
        Self(lock_api::RwLock::from_raw(raw_rwlock, val))
    }

    /// The same, by its older name.
    #[inline]
    pub const fn const_new(raw_rwlock: RawRwLock, val: T) -> Self {
        Self::from_raw(raw_rwlock, val)
    }

    /// parking_lot's own lock, which is not recorded (`into_inner` is the value in it, as with parking_lot).
    pub fn into_parking_lot(self) -> ::parking_lot::RwLock<T> {
        let (raw, value) = parts!(self.0);
        ::parking_lot::RwLock::from_raw(raw.into_real(), value)
    }

    /// Records what happens to a lock of parking_lot's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: ::parking_lot::RwLock<T>) -> Self {
        let (raw, value) = parts!(real);
        Self::from_raw(RawRwLock::from_outside(raw, Location::caller()), value)
    }
}

newtype!(RwLock around lock_api::RwLock<RawRwLock, T>, of ::parking_lot::RwLock<T>);

on_arc! { RwLock around lock_api::RwLock<RawRwLock, T>:
    read_arc() -> ArcRwLockReadGuard<RawRwLock, T>;
    try_read_arc() -> Option<ArcRwLockReadGuard<RawRwLock, T>>;
    try_read_arc_for(timeout: Duration) -> Option<ArcRwLockReadGuard<RawRwLock, T>>;
    try_read_arc_until(timeout: Instant) -> Option<ArcRwLockReadGuard<RawRwLock, T>>;
    write_arc() -> ArcRwLockWriteGuard<RawRwLock, T>;
    try_write_arc() -> Option<ArcRwLockWriteGuard<RawRwLock, T>>;
    try_write_arc_for(timeout: Duration) -> Option<ArcRwLockWriteGuard<RawRwLock, T>>;
    try_write_arc_until(timeout: Instant) -> Option<ArcRwLockWriteGuard<RawRwLock, T>>;
    read_arc_recursive() -> ArcRwLockReadGuard<RawRwLock, T>;
    try_read_recursive_arc() -> Option<ArcRwLockReadGuard<RawRwLock, T>>;
    try_read_arc_recursive_for(timeout: Duration) -> Option<ArcRwLockReadGuard<RawRwLock, T>>;
    try_read_arc_recursive_until(timeout: Instant) -> Option<ArcRwLockReadGuard<RawRwLock, T>>;
    upgradable_read_arc() -> ArcRwLockUpgradableReadGuard<RawRwLock, T>;
    try_upgradable_read_arc() -> Option<ArcRwLockUpgradableReadGuard<RawRwLock, T>>;
    try_upgradable_read_arc_for(timeout: Duration) -> Option<ArcRwLockUpgradableReadGuard<RawRwLock, T>>;
    try_upgradable_read_arc_until(timeout: Instant) -> Option<ArcRwLockUpgradableReadGuard<RawRwLock, T>>;
}
