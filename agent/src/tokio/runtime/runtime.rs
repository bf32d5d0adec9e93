//! A runtime.

use super::{Builder, Handle};
use crate::recorder::OnRuntime;
use crate::registry::{RuntimeProbe, RuntimeRecord};
use crate::task::Kind;
use crate::tokio::task::{JoinHandle, job, tracked};
use ::tokio::runtime::RuntimeMetrics;
use std::fmt;
use std::future::Future;
use std::io;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::panic::Location;
use std::time::Duration;

/// A runtime: [`tokio::runtime::Runtime`](::tokio::runtime::Runtime). What is spawned on it is recorded, and tasks that
/// its shutdown drops are told apart from those that something else drops.
pub struct Runtime {
    real: ManuallyDrop<::tokio::runtime::Runtime>,
    handle: Handle,
    record: &'static RuntimeRecord,
}

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

    pub(super) fn adopt(real: ::tokio::runtime::Runtime, record: &'static RuntimeRecord) -> Self {
        record.attach(Box::new(real.metrics()));
        let handle = Handle::from(real.handle().clone());
        Self { real: ManuallyDrop::new(real), handle, record }
    }

    /// A handle to the runtime.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Spawns a task, see [`tokio`](::tokio::runtime::Runtime::spawn).
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (future, id) = tracked(future, Kind::Task, Location::caller());
        JoinHandle::new(self.real.spawn(future), id)
    }

    /// Runs a closure on a blocking thread, see [`tokio`](::tokio::runtime::Runtime::spawn_blocking).
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        let (job, id) = job(func, Location::caller());
        JoinHandle::new(self.real.spawn_blocking(job), id)
    }

    /// Runs a future to its end on the calling thread, see [`tokio`](::tokio::runtime::Runtime::block_on). The future
    /// is recorded as a task of kind `root`.
    ///
    /// # Panics
    ///
    /// As tokio's own.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let root = tracked(future, Kind::Root, Location::caller()).0;
        let (_on, real) = self.working();
        real.block_on(root)
    }

    /// Makes the runtime the current one, see [`tokio`](::tokio::runtime::Runtime::enter).
    pub fn enter(&self) -> super::EnterGuard<'_> {
        self.real.enter()
    }

    /// Shuts down and waits for blocking jobs up to `duration`, see
    /// [`tokio`](::tokio::runtime::Runtime::shutdown_timeout).
    pub fn shutdown_timeout(self, duration: Duration) {
        self.shut_down(|real| real.shutdown_timeout(duration));
    }

    /// Shuts down without waiting, see [`tokio`](::tokio::runtime::Runtime::shutdown_background).
    pub fn shutdown_background(self) {
        self.shut_down(::tokio::runtime::Runtime::shutdown_background);
    }

    /// tokio's counts of the runtime.
    pub fn metrics(&self) -> RuntimeMetrics {
        self.real.metrics()
    }

    /// tokio's own runtime; the tasks on it go on being recorded.
    pub fn into_inner(self) -> ::tokio::runtime::Runtime {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is not dropped and not used afterwards, so the handle is taken once.
        drop(unsafe { std::ptr::read(&this.handle) });
        // SAFETY: as above, for the runtime.
        unsafe { ManuallyDrop::take(&mut this.real) }
    }

    /// The calling thread works for the runtime, which is tokio's, until the first of both is dropped. (A function around what
    /// is done meanwhile would hide from tokio who called.)
    pub(in crate::tokio) fn working(&self) -> (OnRuntime, &::tokio::runtime::Runtime) {
        (OnRuntime::new(self.record), &self.real)
    }

    fn shut_down(self, how: impl FnOnce(::tokio::runtime::Runtime)) {
        let record = self.record;
        record.close();
        let _on = OnRuntime::new(record);
        how(self.into_inner());
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.record.close();
        let _on = OnRuntime::new(self.record);
        // SAFETY: dropped here and nowhere else: `into_inner` keeps the drop from running.
        unsafe { ManuallyDrop::drop(&mut self.real) };
    }
}

impl Deref for Runtime {
    type Target = ::tokio::runtime::Runtime;

    fn deref(&self) -> &Self::Target {
        &self.real
    }
}

impl From<Runtime> for ::tokio::runtime::Runtime {
    fn from(runtime: Runtime) -> Self {
        runtime.into_inner()
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}

impl RuntimeProbe for RuntimeMetrics {
    fn counts(&self) -> [u64; 4] {
        let workers = self.num_workers();
        #[cfg(target_has_atomic = "64")]
        let busy = (0..workers).map(|worker| self.worker_total_busy_duration(worker).as_nanos() as u64).sum();
        #[cfg(not(target_has_atomic = "64"))]
        let busy = 0;
        [workers as u64, self.num_alive_tasks() as u64, self.global_queue_depth() as u64, busy]
    }
}
