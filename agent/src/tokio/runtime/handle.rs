//! The handle to a runtime.

use crate::original::conversions;
use crate::task::Kind;
use crate::tokio::task::{JoinHandle, job, rooted, spawned};
use ::tokio::runtime::TryCurrentError;
use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::panic::Location;

/// A handle to a runtime: [`tokio::runtime::Handle`](::tokio::runtime::Handle). What is spawned through it is recorded.
#[derive(Clone)]
pub struct Handle {
    real: ::tokio::runtime::Handle,
}

impl Handle {
    /// The runtime of the calling thread.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn current() -> Self {
        ::tokio::runtime::Handle::current().into()
    }

    /// The runtime of the calling thread.
    ///
    /// # Errors
    ///
    /// Outside of a runtime.
    pub fn try_current() -> Result<Self, TryCurrentError> {
        ::tokio::runtime::Handle::try_current().map(Self::from)
    }

    /// Spawns a task, see [`tokio`](::tokio::runtime::Handle::spawn).
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (real, id) = spawned!(future, Kind::Task, Location::caller(), self.real.spawn(future));
        JoinHandle::new(real, id)
    }

    /// Runs a closure on a blocking thread, see [`tokio`](::tokio::runtime::Handle::spawn_blocking).
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        let (job, id) = job(func, Location::caller());
        JoinHandle::new(self.real.spawn_blocking(job), id)
    }

    /// Runs a future to its end on the calling thread, see [`tokio`](::tokio::runtime::Handle::block_on).
    ///
    /// # Panics
    ///
    /// As tokio's own.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let root = rooted(future, Location::caller());
        self.real.block_on(root)
    }

    /// tokio's own handle.
    pub fn into_inner(self) -> ::tokio::runtime::Handle {
        self.real
    }

    /// Records what is spawned through a handle of tokio's from now on.
    pub fn from_inner(real: ::tokio::runtime::Handle) -> Self {
        Self { real }
    }
}

impl Deref for Handle {
    type Target = ::tokio::runtime::Handle;

    fn deref(&self) -> &Self::Target {
        &self.real
    }
}

conversions! { [] Handle as ::tokio::runtime::Handle, into_inner }

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
