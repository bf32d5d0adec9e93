//! Builds runtimes.

use super::{LocalRuntime, Runtime};
use crate::original::conversions;
use crate::recorder::works_for;
use crate::registry::{RuntimeRecord, runtimes};
use ::tokio::runtime::LocalOptions;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Name of threads that the builder was given no name for, as tokio's.
pub(super) const DEFAULT_NAME: &str = "tokio-runtime-worker";
/// Threads for blocking jobs of a builder that was told nothing else, as tokio's.
const DEFAULT_BLOCKING: usize = 512;

/// Builds runtimes: [`tokio::runtime::Builder`](::tokio::runtime::Builder).
pub struct Builder {
    real: ::tokio::runtime::Builder,
    /// The user's own hook, which the recorded one calls.
    on_thread_start: Option<Arc<dyn Fn() + Send + Sync + 'static>>,
    name: Option<String>,
    blocking_limit: Option<usize>,
    /// A builder that came from outside may have a hook that tokio does not show: none of ours replaces it.
    adopted: bool,
}

macro_rules! forward {
    ($($(#[$meta:meta])* fn $name:ident($($arg:ident: $type:ty),*);)+) => {
        $(
            $(#[$meta])*
            ///
            /// As tokio's method of the same name.
            #[track_caller]
            pub fn $name(&mut self, $($arg: $type),*) -> &mut Self {
                self.real.$name($($arg),*);
                self
            }
        )+
    };
}

impl Builder {
    fn of(real: ::tokio::runtime::Builder) -> Self {
        let blocking_limit = Some(DEFAULT_BLOCKING);
        Self { real, on_thread_start: None, name: None, blocking_limit, adopted: false }
    }

    /// A builder of a runtime that runs on the thread that blocks on it.
    pub fn new_current_thread() -> Builder {
        Self::of(::tokio::runtime::Builder::new_current_thread())
    }

    /// A builder of a runtime with worker threads.
    #[cfg(feature = "rt-multi-thread")]
    pub fn new_multi_thread() -> Builder {
        Self::of(::tokio::runtime::Builder::new_multi_thread())
    }

    forward! {
        /// Enables both drivers.
        fn enable_all();
        /// Sets the number of worker threads.
        fn worker_threads(val: usize);
        /// Sets the stack size of the threads.
        fn thread_stack_size(val: usize);
        /// Sets how long an idle blocking thread lives.
        fn thread_keep_alive(duration: Duration);
        /// Sets how often the global queue is looked at.
        fn global_queue_interval(val: u32);
        /// Sets how often the drivers are looked at.
        fn event_interval(val: u32);
    }

    #[cfg(any(feature = "net", all(unix, feature = "process"), all(unix, feature = "signal")))]
    forward! {
        /// Enables the I/O driver.
        fn enable_io();
        /// Limits the I/O events of one look.
        fn max_io_events_per_tick(capacity: usize);
        /// Limits the I/O events of one look while there is other work.
        fn max_io_events_per_busy_tick(capacity: usize);
    }

    #[cfg(feature = "time")]
    forward! {
        /// Enables the time driver.
        fn enable_time();
    }

    #[cfg(feature = "test-util")]
    forward! {
        /// Starts with the clock paused.
        fn start_paused(start_paused: bool);
    }

    /// Limits the threads for blocking jobs.
    ///
    /// As tokio's method of the same name.
    #[track_caller]
    pub fn max_blocking_threads(&mut self, val: usize) -> &mut Self {
        self.real.max_blocking_threads(val);
        self.blocking_limit = Some(val);
        self
    }

    /// Names the threads, and so the runtime.
    pub fn thread_name(&mut self, val: impl Into<String>) -> &mut Self {
        let val = val.into();
        self.name = Some(val.clone());
        self.real.thread_name(val);
        self
    }

    /// Names the runtime.
    #[track_caller]
    pub fn name(&mut self, val: impl Into<String>) -> &mut Self {
        let val = val.into();
        self.name = Some(val.clone());
        self.real.name(val);
        self
    }

    /// Names each thread by what `f` says.
    pub fn thread_name_fn<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() -> String + Send + Sync + 'static,
    {
        self.real.thread_name_fn(f);
        self
    }

    /// Runs `f` when a thread starts.
    pub fn on_thread_start<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.on_thread_start = Some(Arc::new(f));
        self
    }

    /// Runs `f` before a thread stops.
    pub fn on_thread_stop<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.real.on_thread_stop(f);
        self
    }

    /// Runs `f` before a thread parks.
    pub fn on_thread_park<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.real.on_thread_park(f);
        self
    }

    /// Runs `f` after a thread was unparked.
    pub fn on_thread_unpark<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.real.on_thread_unpark(f);
        self
    }

    /// Builds the runtime.
    ///
    /// # Errors
    ///
    /// As tokio's own: the operating system refuses a thread or a driver.
    pub fn build(&mut self) -> io::Result<Runtime> {
        let record = self.record();
        Ok(Runtime::adopt(self.real.build()?, record))
    }

    /// Builds a runtime for tasks that need not be `Send`.
    ///
    /// # Errors
    ///
    /// As tokio's own.
    pub fn build_local(&mut self, options: LocalOptions) -> io::Result<LocalRuntime> {
        let record = self.record();
        Ok(LocalRuntime::adopt(self.real.build_local(options)?, record))
    }

    /// The record of the next runtime, for which its threads will work.
    fn record(&mut self) -> &'static RuntimeRecord {
        let name = self.name.clone().unwrap_or_else(|| DEFAULT_NAME.to_owned());
        let record = runtimes().record(name, self.blocking_limit.map(|limit| limit as u64));
        let theirs = self.on_thread_start.clone();
        if theirs.is_some() || !self.adopted {
            self.real.on_thread_start(move || {
                works_for(record);
                if let Some(hook) = &theirs {
                    hook();
                }
            });
        }
        record
    }

    /// tokio's own builder; runtimes that it builds are not recorded, their tasks are.
    pub fn into_inner(mut self) -> ::tokio::runtime::Builder {
        if let Some(hook) = self.on_thread_start.take() {
            self.real.on_thread_start(move || hook());
        }
        self.real
    }

    /// Records the runtimes of a builder of tokio's from now on. A shutdown of theirs is told apart from other drops on the
    /// thread that shuts down only: the thread-start hook that `real` may have stays as it is.
    pub fn from_inner(real: ::tokio::runtime::Builder) -> Self {
        Self { adopted: true, blocking_limit: None, ..Self::of(real) }
    }
}

conversions! { [] Builder as ::tokio::runtime::Builder, into_inner }

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
