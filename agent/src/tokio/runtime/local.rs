//! A runtime of tasks that stay on its thread.

use super::built::{Built, runtime};
use super::{Builder, EnterGuard, Handle};
use crate::task::Kind;
use crate::tokio::task::{JoinHandle, rooted, spawned};
use ::tokio::runtime::{LocalOptions, RuntimeMetrics};
use std::fmt;
use std::future::Future;
use std::io;
use std::ops::Deref;
use std::panic::Location;
use std::time::Duration;

/// A runtime on one thread, whose tasks need not be `Send`: [`tokio::runtime::LocalRuntime`](::tokio::runtime::LocalRuntime).
/// What is spawned on it is recorded, and tasks that its shutdown drops are told apart from those that something else drops.
///
/// ```
/// use std::rc::Rc;
/// use taskscope::tokio::runtime::LocalRuntime;
///
/// let runtime = LocalRuntime::new()?;
/// let shared = Rc::new(2);
/// let task = runtime.spawn_local(async move { *shared + 1 });
/// assert_eq!(runtime.block_on(task).unwrap(), 3);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct LocalRuntime(Built<::tokio::runtime::LocalRuntime>);

impl LocalRuntime {
    /// A runtime with default settings.
    ///
    /// # Errors
    ///
    /// As tokio's own.
    pub fn new() -> io::Result<LocalRuntime> {
        Builder::new_current_thread().enable_all().build_local(LocalOptions::default())
    }

    /// Spawns a task, see [`tokio`](::tokio::runtime::LocalRuntime::spawn_local).
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let (real, id) = spawned!(future, Kind::Local, Location::caller(), self.0.real().spawn_local(future));
        JoinHandle::new(real, id)
    }
}

runtime!(LocalRuntime around ::tokio::runtime::LocalRuntime);
