//! Room in a queue that was reserved through an owned sender.

use super::Sender;
use super::permit::hold;
use crate::original::conversions;
use crate::sync::queue::{SenderEnd, enter};
use crate::sync::{Hold, Kind};
use ::tokio::sync::mpsc;
use std::fmt;
use std::panic::Location;

/// Room for one message, with the sender inside. Dropped, it gives the room back and drops the sender.
pub struct OwnedPermit<T> {
    /// Dropped first: whoever is given the room finds no holder.
    hold: Hold,
    /// Dropped before `end`, as in a sender.
    inner: mpsc::OwnedPermit<T>,
    end: SenderEnd,
}

impl<T> OwnedPermit<T> {
    pub(super) fn new(
        inner: mpsc::OwnedPermit<T>,
        end: SenderEnd,
        place: &'static Location<'static>,
    ) -> Self {
        let hold = hold(end.slot(), 1, place);
        hold.set_movable();
        Self { hold, inner, end }
    }

    /// Sends a value into the room that was reserved, and returns the sender.
    pub fn send(self, value: T) -> Sender<T> {
        let Self { hold, inner, end } = self;
        drop(hold);
        enter(end.slot());
        Sender { inner: inner.send(value), end }
    }

    /// Gives the room back, and returns the sender.
    pub fn release(self) -> Sender<T> {
        let Self { hold, inner, end } = self;
        drop(hold);
        Sender { inner: inner.release(), end }
    }

    /// Whether both are room in the same queue.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// Whether it is room in the queue that `sender` sends into.
    pub fn same_channel_as_sender(&self, sender: &Sender<T>) -> bool {
        self.inner.same_channel_as_sender(&sender.inner)
    }

    /// The plain permit. The queue is not covered from now on.
    pub fn into_inner(self) -> mpsc::OwnedPermit<T> {
        self.end.escape();
        self.inner
    }

    /// Holds a plain permit. The queue is recorded as made here, and as not covered.
    #[track_caller]
    pub fn from_inner(inner: mpsc::OwnedPermit<T>) -> Self {
        let place = Location::caller();
        Self::new(inner, SenderEnd::from_outside(Kind::Mpsc, 0, place), place)
    }
}

conversions! { #[track_caller] [T] OwnedPermit<T> as mpsc::OwnedPermit<T>, into_inner }

impl<T> fmt::Debug for OwnedPermit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
