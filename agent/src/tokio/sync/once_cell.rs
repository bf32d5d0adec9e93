//! The cell that the first who needs it fills: who does, and who waits for that.

use crate::original::conversions;
use crate::primitive::real::atomic::AtomicBool;
use crate::primitive::real::atomic::Ordering::Relaxed;
use crate::sync::{Entry, Exclusive, Kind, Resource, Turn};
use ::tokio::sync as real;
use ::tokio::sync::SetError;
use std::fmt;
use std::future::Future;
use std::panic::Location;

/// A cell that is written once, by a future if need be: [`tokio::sync::OnceCell`](::tokio::sync::OnceCell), with who
/// fills it and who waits for that recorded.
///
/// The task whose future fills it is its holder until it has the value, or the future fails or is given up.
pub struct OnceCell<T> {
    resource: Resource,
    real: real::OnceCell<T>,
}

impl<T> OnceCell<T> {
    /// An empty cell.
    #[track_caller]
    pub fn new() -> Self {
        Self::recorded(real::OnceCell::new())
    }

    /// An empty cell for a `static`: it is recorded from its first use on.
    #[track_caller]
    pub const fn const_new() -> Self {
        Self {
            resource: Resource::lazy(Kind::OnceCell, 0, Location::caller()),
            real: real::OnceCell::const_new(),
        }
    }

    /// A cell with this value, if there is one.
    #[track_caller]
    pub fn new_with(value: Option<T>) -> Self {
        Self::recorded(real::OnceCell::new_with(value))
    }

    /// A cell with a value for a `static`.
    #[track_caller]
    pub const fn const_new_with(value: T) -> Self {
        let resource = Resource::lazy(Kind::OnceCell, 0, Location::caller());
        Self { resource, real: real::OnceCell::const_new_with(value) }
    }

    #[track_caller]
    fn recorded(real: real::OnceCell<T>) -> Self {
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

    /// The value, if it has it, to be changed: there is no other reference to it.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.real.get_mut()
    }

    /// Gives it its value, see [`tokio`](::tokio::sync::OnceCell::set).
    ///
    /// # Errors
    ///
    /// If it has one, or a future is about to give it one.
    pub fn set(&self, value: T) -> Result<(), SetError<T>> {
        self.real.set(value)
    }

    /// The value; if there is none yet, `f` makes it, or whoever came before does, see
    /// [`tokio`](::tokio::sync::OnceCell::get_or_init).
    #[track_caller]
    pub fn get_or_init<F, Fut>(&self, f: F) -> impl Future<Output = &T>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = T>,
    {
        self.get_or_init_at(f, Location::caller())
    }

    async fn get_or_init_at<F, Fut>(&self, f: F, place: &'static Location<'static>) -> &T
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = T>,
    {
        let begun = AtomicBool::new(false);
        let init = || self.fill(f, &begun, place);
        Turn::new(self.real.get_or_init(init), &begun, &self.resource, place).await
    }

    /// The value; if there is none yet, `f` tries to make it, or whoever came before does, see
    /// [`tokio`](::tokio::sync::OnceCell::get_or_try_init).
    ///
    /// # Errors
    ///
    /// That of the future, after which the cell is as empty as before.
    #[track_caller]
    pub fn get_or_try_init<E, F, Fut>(&self, f: F) -> impl Future<Output = Result<&T, E>>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        self.get_or_try_init_at(f, Location::caller())
    }

    async fn get_or_try_init_at<E, F, Fut>(&self, f: F, place: &'static Location<'static>) -> Result<&T, E>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        let begun = AtomicBool::new(false);
        let init = || self.fill(f, &begun, place);
        Turn::new(self.real.get_or_try_init(init), &begun, &self.resource, place).await
    }

    /// Calls `f`, for a future during which the current task is the holder.
    fn fill<F, Fut>(
        &self,
        f: F,
        begun: &AtomicBool,
        place: &'static Location<'static>,
    ) -> impl Future<Output = Fut::Output> + use<F, Fut, T>
    where
        F: FnOnce() -> Fut,
        Fut: Future,
    {
        begun.store(true, Relaxed);
        let exclusive = Exclusive::taken(&self.resource, place, Entry::Waited);
        let future = f();
        async move {
            // Dropped last, and before the next one has its turn.
            let _exclusive = exclusive;
            future.await
        }
    }

    /// The value, out of the cell, which can be filled again.
    pub fn take(&mut self) -> Option<T> {
        self.real.take()
    }

    /// The value in it.
    pub fn into_inner(self) -> Option<T> {
        self.real.into_inner()
    }

    /// tokio's own cell, which is not recorded.
    pub fn into_tokio(self) -> real::OnceCell<T> {
        self.real
    }

    /// Records what happens to a cell of tokio's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: real::OnceCell<T>) -> Self {
        let this = Self::recorded(real);
        this.resource.escape();
        this
    }

    /// tokio's own cell, for code that asks for it. What that code does is not recorded, and the cell is shown as not
    /// covered from now on.
    pub fn as_tokio(&self) -> &real::OnceCell<T> {
        self.resource.escape();
        &self.real
    }
}

impl<T> Default for OnceCell<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<T> From<T> for OnceCell<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::recorded(real::OnceCell::from(value))
    }
}

conversions! { #[track_caller] [T] OnceCell<T> as real::OnceCell<T>, into_tokio }

impl<T: Clone> Clone for OnceCell<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        Self::recorded(self.real.clone())
    }
}

impl<T: PartialEq> PartialEq for OnceCell<T> {
    fn eq(&self, other: &Self) -> bool {
        self.real == other.real
    }
}

impl<T: Eq> Eq for OnceCell<T> {}

impl<T: fmt::Debug> fmt::Debug for OnceCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
