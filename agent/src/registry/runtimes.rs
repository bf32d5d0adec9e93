//! The runtimes that were built through the drop-ins.

use crate::primitive::real::Mutex;
use crate::primitive::real::atomic::{AtomicBool, Ordering};
use std::fmt;

/// How a runtime is asked for its own counts.
pub(crate) trait RuntimeProbe: Send + Sync {
    /// Workers, alive tasks, length of the global queue, busy nanoseconds of all workers.
    fn counts(&self) -> [u64; 4];
}

/// A runtime. The record is never freed, since threads of the runtime may look at it until their very end; what it
/// holds of the runtime goes when that is dropped.
pub(crate) struct RuntimeRecord {
    name: String,
    /// How many threads it may have for blocking jobs, if that is known.
    blocking_limit: Option<u64>,
    probe: Mutex<Option<Box<dyn RuntimeProbe>>>,
    /// Set when its shutdown begins: tasks dropped from then on were dropped by it.
    closing: AtomicBool,
}

impl RuntimeRecord {
    /// Its threads' name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How many threads it may have for blocking jobs; `None` if that is not known.
    pub(crate) fn blocking_limit(&self) -> Option<u64> {
        self.blocking_limit
    }

    /// The runtime's own counts; `None` once it is gone.
    pub(crate) fn counts(&self) -> Option<[u64; 4]> {
        Some(self.probe.lock().as_ref()?.counts())
    }

    /// Lets the record speak for a runtime.
    pub(crate) fn attach(&'static self, probe: Box<dyn RuntimeProbe>) {
        *self.probe.lock() = Some(probe);
        runtimes().0.lock().push(self);
    }

    /// The shutdown of the runtime begins.
    pub(crate) fn close(&'static self) {
        self.closing.store(true, Ordering::Release);
        self.detach();
    }

    /// What becomes of the runtime is not seen any more.
    pub(crate) fn detach(&'static self) {
        runtimes().0.lock().retain(|other| !std::ptr::eq(*other, self));
        let probe = self.probe.lock().take();
        drop(probe);
    }

    /// Whether its shutdown has begun.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }
}

impl fmt::Debug for RuntimeRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuntimeRecord").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The list of live runtimes.
#[derive(Debug)]
pub(crate) struct Runtimes(Mutex<Vec<&'static RuntimeRecord>>);

impl Runtimes {
    /// A record for a runtime that is about to be built. About a hundred bytes that are never freed.
    pub(crate) fn record(&self, name: String, blocking_limit: Option<u64>) -> &'static RuntimeRecord {
        let record =
            RuntimeRecord { name, blocking_limit, probe: Mutex::new(None), closing: AtomicBool::new(false) };
        Box::leak(Box::new(record))
    }

    /// All live ones.
    pub(crate) fn all(&self) -> Vec<&'static RuntimeRecord> {
        self.0.lock().clone()
    }
}

/// The runtimes of this process.
pub(crate) fn runtimes() -> &'static Runtimes {
    static RUNTIMES: Runtimes = Runtimes(Mutex::new(Vec::new()));
    &RUNTIMES
}
