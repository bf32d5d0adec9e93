//! A runtime.

#[cfg(feature = "rt-multi-thread")]
use super::Builder;
use super::built::{Built, runtime};
use super::{EnterGuard, Handle};
use crate::recorder::OnRuntime;
use crate::task::Kind;
use crate::tokio::task::{JoinHandle, rooted, spawned};
use ::tokio::runtime::RuntimeMetrics;
use std::fmt;
use std::future::Future;
#[cfg(feature = "rt-multi-thread")]
use std::io;
use std::ops::Deref;
use std::panic::Location;
use std::time::Duration;

/// A runtime: [`tokio::runtime::Runtime`](::tokio::runtime::Runtime). What is spawned on it is recorded, and tasks that
/// its shutdown drops are told apart from those that something else drops.
pub struct Runtime(Built<::tokio::runtime::Runtime>);

impl Runtime {
    /// A multi-threaded runtime with default settings.
    ///
    /// # Errors
    ///
    /// As tokio's own.
    #[cfg(feature = "rt-multi-thread")]
    pub fn new() -> io::Result<Runtime> {
        Builder::new_multi_thread().enable_all().build()
    }

    /// Spawns a task, see [`tokio`](::tokio::runtime::Runtime::spawn).
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (real, id) = spawned!(future, Kind::Task, Location::caller(), self.0.real().spawn(future));
        JoinHandle::new(real, id)
    }

    /// The calling thread works for the runtime, see [`Built::working`].
    pub(in crate::tokio) fn working(&self) -> (OnRuntime, &::tokio::runtime::Runtime) {
        self.0.working()
    }
}

runtime!(Runtime around ::tokio::runtime::Runtime);
