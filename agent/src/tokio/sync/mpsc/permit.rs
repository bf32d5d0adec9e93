//! Room in a queue that was reserved through a borrowed sender.

use crate::original::conversions;
use crate::registry::ResourceSlot;
use crate::sync::Hold;
use crate::sync::queue::{enter, escape};
use ::tokio::sync::mpsc;
use std::fmt;
use std::iter::FusedIterator;
use std::panic::Location;

/// Room for one message. Dropped, it gives the room back.
pub struct Permit<'a, T> {
    /// Dropped first: whoever is given the room finds no holder.
    hold: Hold,
    inner: mpsc::Permit<'a, T>,
    slot: Option<&'static ResourceSlot>,
}

/// Room for several messages, as an iterator of permits. Dropped, it gives back what is left.
pub struct PermitIterator<'a, T> {
    /// As in [`Permit`].
    hold: Hold,
    inner: mpsc::PermitIterator<'a, T>,
    slot: Option<&'static ResourceSlot>,
    place: &'static Location<'static>,
}

/// The record of room that the current task reserved.
pub(super) fn hold(
    slot: Option<&'static ResourceSlot>,
    amount: usize,
    place: &'static Location<'static>,
) -> Hold {
    match slot {
        Some(slot) if amount > 0 => Hold::new(slot, u32::try_from(amount).unwrap_or(u32::MAX), place),
        _ => Hold::unseen(),
    }
}

impl<'a, T> Permit<'a, T> {
    pub(super) fn new(
        inner: mpsc::Permit<'a, T>,
        slot: Option<&'static ResourceSlot>,
        place: &'static Location<'static>,
    ) -> Self {
        Self { hold: hold(slot, 1, place), inner, slot }
    }

    /// Sends a value into the room that was reserved.
    pub fn send(self, value: T) {
        let Self { hold, inner, slot } = self;
        drop(hold);
        enter(slot);
        inner.send(value);
    }

    /// The plain permit. What is sent with it is not seen, so the queue is not covered from now on.
    pub fn into_inner(self) -> mpsc::Permit<'a, T> {
        escape(self.slot);
        self.inner
    }

    /// Holds a plain permit. It does not say which queue it is for, which is not covered since it gave this out.
    pub fn from_inner(inner: mpsc::Permit<'a, T>) -> Self {
        Self { hold: Hold::unseen(), inner, slot: None }
    }
}

conversions! { ['a, T] Permit<'a, T> as mpsc::Permit<'a, T>, into_inner }

impl<T> fmt::Debug for Permit<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<'a, T> PermitIterator<'a, T> {
    pub(super) fn new(
        inner: mpsc::PermitIterator<'a, T>,
        slot: Option<&'static ResourceSlot>,
        place: &'static Location<'static>,
    ) -> Self {
        Self { hold: hold(slot, inner.len(), place), inner, slot, place }
    }
}

impl<'a, T> Iterator for PermitIterator<'a, T> {
    type Item = Permit<'a, T>;

    fn next(&mut self) -> Option<Permit<'a, T>> {
        let permit = self.inner.next()?;
        match self.inner.len() {
            0 => self.hold = Hold::unseen(),
            left => self.hold.set_amount(u32::try_from(left).unwrap_or(u32::MAX)),
        }
        Some(Permit::new(permit, self.slot, self.place))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}

impl<T> ExactSizeIterator for PermitIterator<'_, T> {}
impl<T> FusedIterator for PermitIterator<'_, T> {}

impl<T> fmt::Debug for PermitIterator<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
