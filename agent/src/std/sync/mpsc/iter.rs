//! Iterators over what is received. Waits are shown at the place where the iterator was made.

use super::Receiver;
use std::panic::Location;

/// All values: [`std::sync::mpsc::Iter`](::std::sync::mpsc::Iter).
#[derive(Debug)]
pub struct Iter<'a, T: 'a> {
    pub(super) receiver: &'a Receiver<T>,
    pub(super) place: &'static Location<'static>,
}

/// The values that are there already: [`std::sync::mpsc::TryIter`](::std::sync::mpsc::TryIter).
#[derive(Debug)]
pub struct TryIter<'a, T: 'a> {
    pub(super) receiver: &'a Receiver<T>,
}

/// All values, with the receiver: [`std::sync::mpsc::IntoIter`](::std::sync::mpsc::IntoIter).
#[derive(Debug)]
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
