//! The cell that is written once.

use super::turn::Turn;
use crate::original::conversions;
use crate::sync::{Kind, Resource};
use std::fmt;
use std::panic::Location;
use std::sync as real;

/// A cell that is written once: [`std::sync::OnceLock`](::std::sync::OnceLock). The thread that initializes it is the
/// holder until that is done. To read it costs nothing more.
///
/// [`from_inner`](Self::from_inner) makes one of std's, [`into_std`](Self::into_std) gives that back (`into_inner` is the
/// value in it, as with std), and `From` does both.
pub struct OnceLock<T> {
    resource: Resource,
    real: real::OnceLock<T>,
}

impl<T> OnceLock<T> {
    /// An empty cell. It is recorded from its first use on.
    #[track_caller]
    #[inline]
    pub const fn new() -> Self {
        Self { resource: Resource::lazy(Kind::OnceCell, 0, Location::caller()), real: real::OnceLock::new() }
    }

    /// The value, if it is there.
    #[inline]
    pub fn get(&self) -> Option<&T> {
        self.real.get()
    }

    /// The value, if it is there.
    #[inline]
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.real.get_mut()
    }

    /// Blocks until the value is there, see [`std`](::std::sync::OnceLock::wait).
    #[track_caller]
    pub fn wait(&self) -> &T {
        if let Some(value) = self.real.get() {
            return value;
        }
        let turn = Turn::new(&self.resource, Location::caller());
        let value = self.real.wait();
        turn.end();
        value
    }

    /// Writes the value, unless it is there, see [`std`](::std::sync::OnceLock::set).
    ///
    /// # Errors
    ///
    /// The value that was not needed.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        if self.real.get().is_some() {
            return Err(value);
        }
        let turn = Turn::new(&self.resource, Location::caller());
        let result = self.real.set(value);
        turn.end();
        result
    }

    /// The value, which `f` makes if it is not there; blocks while another thread is at it. See
    /// [`std`](::std::sync::OnceLock::get_or_init).
    #[track_caller]
    #[inline]
    pub fn get_or_init<F: FnOnce() -> T>(&self, f: F) -> &T {
        match self.real.get() {
            Some(value) => value,
            None => self.init(f, Location::caller()),
        }
    }

    #[cold]
    fn init<F: FnOnce() -> T>(&self, f: F, place: &'static Location<'static>) -> &T {
        let mut turn = Turn::new(&self.resource, place);
        let value = self.real.get_or_init(|| {
            let _holder = turn.begin();
            f()
        });
        turn.end();
        value
    }

    /// The value, if it is there.
    pub fn into_inner(self) -> Option<T> {
        self.real.into_inner()
    }

    /// The value, if it is there; the cell is empty then.
    pub fn take(&mut self) -> Option<T> {
        self.real.take()
    }

    /// std's own cell, which is not recorded.
    pub fn into_std(self) -> real::OnceLock<T> {
        self.real
    }

    /// Records what happens to a cell of std's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: real::OnceLock<T>) -> Self {
        Self { resource: Resource::from_outside(Kind::OnceCell, 0, Location::caller()), real }
    }
}

impl<T> Default for OnceLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Clone> Clone for OnceLock<T> {
    /// A cell of its own, shown as made where this one was.
    fn clone(&self) -> Self {
        let resource = Resource::lazy(Kind::OnceCell, 0, self.resource.location());
        Self { resource, real: self.real.clone() }
    }
}

impl<T> From<T> for OnceLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        let resource = Resource::lazy(Kind::OnceCell, 0, Location::caller());
        Self { resource, real: real::OnceLock::from(value) }
    }
}

conversions! { #[track_caller] [T] OnceLock<T> as real::OnceLock<T>, into_std }

impl<T: PartialEq> PartialEq for OnceLock<T> {
    fn eq(&self, other: &Self) -> bool {
        self.real == other.real
    }
}

impl<T: Eq> Eq for OnceLock<T> {}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
