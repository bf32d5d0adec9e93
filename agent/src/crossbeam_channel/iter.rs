//! Iterators over what is received. Waits are shown at the place where the iterator was made.

use super::Receiver;
use std::fmt;
use std::iter::FusedIterator;
use std::panic::Location;

/// All values: [`crossbeam_channel::Iter`](::crossbeam_channel::Iter).
pub struct Iter<'a, T> {
    pub(super) receiver: &'a Receiver<T>,
    pub(super) place: &'static Location<'static>,
}

/// The values that are there already: [`crossbeam_channel::TryIter`](::crossbeam_channel::TryIter).
pub struct TryIter<'a, T> {
    pub(super) receiver: &'a Receiver<T>,
}

/// All values, with the receiver: [`crossbeam_channel::IntoIter`](::crossbeam_channel::IntoIter).
pub struct IntoIter<T> {
    pub(super) receiver: Receiver<T>,
    pub(super) place: &'static Location<'static>,
}

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.receiver.recv_at(self.place).ok()
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.receiver.try_recv().ok()
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.receiver.recv_at(self.place).ok()
    }
}

impl<T> FusedIterator for Iter<'_, T> {}

impl<T> FusedIterator for IntoIter<T> {}

impl<T> fmt::Debug for Iter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("Iter { .. }")
    }
}

impl<T> fmt::Debug for TryIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("TryIter { .. }")
    }
}

impl<T> fmt::Debug for IntoIter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("IntoIter { .. }")
    }
}
