//! The notifying side.

use super::{Notified, OwnedNotified};
use crate::capture::Inside;
use crate::original::conversions;
use crate::sync::queue::count_sent;
use crate::sync::{Kind, Parts, Resource, Waiting, asks};
use ::tokio::sync as real;
use std::fmt;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

/// Wakes tasks, without a value: [`tokio::sync::Notify`](::tokio::sync::Notify), with those who wait and the task that
/// notified last recorded.
///
/// tokio's own does the work, which it holds. [`from_inner`](Self::from_inner) makes one of tokio's,
/// [`into_inner`](Self::into_inner) gives that back, and `From` does both.
pub struct Notify {
    resource: Resource,
    real: real::Notify,
}

impl Inside for Notify {
    fn __taskscope_inside(&self, parts: &mut Parts) {
        parts.resource(&self.resource);
    }
}

impl Notify {
    /// A `Notify` without a notification in it.
    #[track_caller]
    pub fn new() -> Self {
        Self { resource: Resource::new(Kind::Notify, 0, Location::caller()), real: real::Notify::new() }
    }

    /// One for a `static`: it is recorded from its first use on.
    #[track_caller]
    #[must_use]
    pub const fn const_new() -> Self {
        let resource = Resource::lazy(Kind::Notify, 0, Location::caller());
        Self { resource, real: real::Notify::const_new() }
    }

    /// Waits for a notification, see [`tokio`](::tokio::sync::Notify::notified).
    #[track_caller]
    #[inline]
    pub fn notified(&self) -> Notified<'_> {
        self.notified_at(Location::caller())
    }

    #[inline]
    pub(super) fn notified_at(&self, place: &'static Location<'static>) -> Notified<'_> {
        let slot = self.resource.slot();
        Notified(Waiting::new(self.real.notified(), slot, asks::Notified, place))
    }

    /// Waits for a notification, in a future that keeps the `Notify` alive, see
    /// [`tokio`](::tokio::sync::Notify::notified_owned).
    #[track_caller]
    #[inline]
    pub fn notified_owned(self: Arc<Self>) -> OwnedNotified {
        OwnedNotified::new(self, Location::caller())
    }

    /// Wakes the task that waits longest, or else the next one that will wait, see
    /// [`tokio`](::tokio::sync::Notify::notify_one).
    #[inline]
    pub fn notify_one(&self) {
        count_sent(self.resource.slot());
        self.real.notify_one();
    }

    /// Wakes the task that came last, or else the next one that will wait, see
    /// [`tokio`](::tokio::sync::Notify::notify_last).
    #[inline]
    pub fn notify_last(&self) {
        count_sent(self.resource.slot());
        self.real.notify_last();
    }

    /// Wakes all that wait now, see [`tokio`](::tokio::sync::Notify::notify_waiters).
    #[inline]
    pub fn notify_waiters(&self) {
        count_sent(self.resource.slot());
        self.real.notify_waiters();
    }

    /// tokio's own, which is not recorded.
    pub fn into_inner(self) -> real::Notify {
        self.real
    }

    /// Records what happens to one of tokio's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: real::Notify) -> Self {
        let resource = Resource::from_outside(Kind::Notify, 0, Location::caller());
        Self { resource, real }
    }

    /// tokio's own, for code that asks for it. What that code does is not recorded, and this is shown as not covered
    /// from now on.
    pub fn as_tokio(&self) -> &real::Notify {
        self.resource.escape();
        &self.real
    }
}

// As tokio's own, which says so of itself.
impl UnwindSafe for Notify {}
impl RefUnwindSafe for Notify {}

impl Default for Notify {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

conversions! { #[track_caller] [] Notify as real::Notify, into_inner }

impl fmt::Debug for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
