//! What a runtime of the drop-ins is made of: tokio's own, the handle to it, and its record.

use super::Handle;
use super::builder::DEFAULT_NAME;
use crate::recorder::OnRuntime;
use crate::registry::{RuntimeProbe, RuntimeRecord, runtimes};
use ::tokio::runtime::RuntimeMetrics;
use std::mem::ManuallyDrop;

/// A runtime `R` of tokio's, whose end is recorded.
pub(super) struct Built<R> {
    real: ManuallyDrop<R>,
    handle: Handle,
    record: &'static RuntimeRecord,
}

impl<R> Built<R> {
    pub(super) fn new(real: R, handle: &::tokio::runtime::Handle, record: &'static RuntimeRecord) -> Self {
        record.attach(Box::new(handle.metrics()));
        let handle = Handle::from_inner(handle.clone());
        Self { real: ManuallyDrop::new(real), handle, record }
    }

    /// One that comes from outside: of its settings its name is known, if it was given one.
    pub(super) fn from_outside(real: R, handle: &::tokio::runtime::Handle) -> Self {
        let name = handle.name().unwrap_or(DEFAULT_NAME).to_owned();
        Self::new(real, handle, runtimes().record(name, None))
    }

    pub(super) fn real(&self) -> &R {
        &self.real
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// The calling thread works for the runtime, which is tokio's, until the first of both is dropped. (A function around what
    /// is done meanwhile would hide from tokio who called.)
    pub(super) fn working(&self) -> (OnRuntime, &R) {
        (OnRuntime::new(self.record), &self.real)
    }

    /// Shuts it down, which is told apart from other ends of tasks.
    pub(super) fn shut_down(self, how: impl FnOnce(R)) {
        let record = self.record;
        record.close();
        let _on = OnRuntime::new(record);
        how(self.take());
    }

    /// tokio's own. What becomes of that is not seen.
    pub(super) fn into_inner(self) -> R {
        self.record.detach();
        self.take()
    }

    fn take(self) -> R {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is not dropped and not used afterwards, so the handle is taken once.
        drop(unsafe { std::ptr::read(&this.handle) });
        // SAFETY: as above, for the runtime.
        unsafe { ManuallyDrop::take(&mut this.real) }
    }
}

impl<R> Drop for Built<R> {
    fn drop(&mut self) {
        self.record.close();
        let _on = OnRuntime::new(self.record);
        // SAFETY: dropped here and nowhere else: `take` keeps the drop from running.
        unsafe { ManuallyDrop::drop(&mut self.real) };
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

/// What a type around a [`Built`] has: the methods that both of tokio's runtimes have, and conversions.
macro_rules! runtime {
    ($name:ident around $real:ty) => {
        impl $name {
            pub(super) fn adopt(real: $real, record: &'static $crate::registry::RuntimeRecord) -> Self {
                let handle = real.handle().clone();
                Self($crate::tokio::runtime::built::Built::new(real, &handle, record))
            }

            /// A handle to the runtime.
            pub fn handle(&self) -> &Handle {
                self.0.handle()
            }

            /// Runs a closure on a blocking thread, as tokio's method of the same name.
            #[track_caller]
            pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
            where
                F: FnOnce() -> R + Send + 'static,
                R: Send + 'static,
            {
                self.0.handle().spawn_blocking(func)
            }

            /// Runs a future to its end on the calling thread, as tokio's method of the same name. The future is recorded
            /// as a task of kind `root`.
            ///
            /// # Panics
            ///
            /// As tokio's own.
            #[track_caller]
            pub fn block_on<F: Future>(&self, future: F) -> F::Output {
                let root = rooted(future, Location::caller());
                let (_on, real) = self.0.working();
                real.block_on(root)
            }

            /// Makes the runtime the current one, as tokio's method of the same name.
            pub fn enter(&self) -> EnterGuard<'_> {
                self.0.real().enter()
            }

            /// Shuts down and waits for blocking jobs up to `duration`, as tokio's method of the same name.
            pub fn shutdown_timeout(self, duration: Duration) {
                self.0.shut_down(|real| real.shutdown_timeout(duration));
            }

            /// Shuts down without waiting, as tokio's method of the same name.
            pub fn shutdown_background(self) {
                self.0.shut_down(<$real>::shutdown_background);
            }

            /// tokio's counts of the runtime.
            pub fn metrics(&self) -> RuntimeMetrics {
                self.0.real().metrics()
            }

            /// tokio's own runtime. The tasks on it go on being recorded, the runtime itself does not.
            pub fn into_inner(self) -> $real {
                self.0.into_inner()
            }

            /// Records what is spawned on a runtime of tokio's from now on. How many blocking threads it may have is not
            /// known, and its shutdown is told apart from other drops on the thread that shuts down only.
            pub fn from_inner(real: $real) -> Self {
                let handle = real.handle().clone();
                Self($crate::tokio::runtime::built::Built::from_outside(real, &handle))
            }
        }

        impl Deref for $name {
            type Target = $real;

            fn deref(&self) -> &Self::Target {
                self.0.real()
            }
        }

        $crate::original::conversions! { [] $name as $real, into_inner }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.real().fmt(f)
            }
        }
    };
}

pub(super) use runtime;
