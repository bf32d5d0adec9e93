//! The cell that somebody sets, and who waits for that.

use crate::original::conversions;
use crate::sync::{Kind, Resource, Waiting, asks};
use ::tokio::sync as real;
use ::tokio::sync::SetOnceError;
use std::fmt;
use std::future::Future;
use std::panic::Location;

/// A cell that is set once and waited for: [`tokio::sync::SetOnce`](::tokio::sync::SetOnce), with who waits recorded.
pub struct SetOnce<T> {
    resource: Resource,
    real: real::SetOnce<T>,
}

impl<T> SetOnce<T> {
    /// An empty cell.
    #[track_caller]
    pub fn new() -> Self {
        Self::recorded(real::SetOnce::new())
    }

    /// An empty cell for a `static`: it is recorded from its first use on.
    #[track_caller]
    pub const fn const_new() -> Self {
        Self {
            resource: Resource::lazy(Kind::OnceCell, 0, Location::caller()),
            real: real::SetOnce::const_new(),
        }
    }

    /// A cell with this value, if there is one.
    #[track_caller]
    pub fn new_with(value: Option<T>) -> Self {
        Self::recorded(real::SetOnce::new_with(value))
    }

    /// A cell with a value for a `static`.
    #[track_caller]
    pub const fn const_new_with(value: T) -> Self {
        let resource = Resource::lazy(Kind::OnceCell, 0, Location::caller());
        Self { resource, real: real::SetOnce::const_new_with(value) }
    }

    #[track_caller]
    fn recorded(real: real::SetOnce<T>) -> Self {
        Self { resource: Resource::new(Kind::OnceCell, 0, Location::caller()), real }
    }

    /// Whether it has its value.
    pub fn initialized(&self) -> bool {
        self.real.initialized()
    }

    /// The value, if it has it.
    pub fn get(&self) -> Option<&T> {
        self.real.get()
    }

    /// Gives it its value, see [`tokio`](::tokio::sync::SetOnce::set).
    ///
    /// # Errors
    ///
    /// If it has one.
    pub fn set(&self, value: T) -> Result<(), SetOnceError<T>> {
        self.real.set(value)
    }

    /// Waits for the value, see [`tokio`](::tokio::sync::SetOnce::wait).
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = &T> {
        Waiting::new(self.real.wait(), self.resource.slot(), asks::Init, Location::caller())
    }

    /// The value in it.
    pub fn into_inner(self) -> Option<T> {
        self.real.into_inner()
    }

    /// tokio's own cell, which is not recorded.
    pub fn into_tokio(self) -> real::SetOnce<T> {
        self.real
    }

    /// Records what happens to a cell of tokio's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: real::SetOnce<T>) -> Self {
        let this = Self::recorded(real);
        this.resource.escape();
        this
    }

    /// tokio's own cell, for code that asks for it. What that code does is not recorded, and the cell is shown as not
    /// covered from now on.
    pub fn as_tokio(&self) -> &real::SetOnce<T> {
        self.resource.escape();
        &self.real
    }
}

impl<T> Default for SetOnce<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<T> From<T> for SetOnce<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::recorded(real::SetOnce::from(value))
    }
}

conversions! { #[track_caller] [T] SetOnce<T> as real::SetOnce<T>, into_tokio }

impl<T: Clone> Clone for SetOnce<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        Self::recorded(self.real.clone())
    }
}

impl<T: PartialEq> PartialEq for SetOnce<T> {
    fn eq(&self, other: &Self) -> bool {
        self.real == other.real
    }
}

impl<T: Eq> Eq for SetOnce<T> {}

impl<T: fmt::Debug> fmt::Debug for SetOnce<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
