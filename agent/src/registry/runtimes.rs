//! The runtimes that were built through the drop-ins.

use crate::primitive::real::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

/// How a runtime is asked for its own counts; the answer holds no reference to it.
pub(crate) trait RuntimeProbe: Send + Sync {
    /// Workers, alive tasks, length of the global queue, busy nanoseconds of all workers.
    fn counts(&self) -> [u64; 4];
}

/// A runtime.
pub(crate) struct RuntimeRecord {
    pub name: String,
    pub probe: Box<dyn RuntimeProbe>,
    /// Set when its shutdown begins: tasks dropped from then on were dropped by it.
    closing: AtomicBool,
}

impl RuntimeRecord {
    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::Release);
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }
}

impl std::fmt::Debug for RuntimeRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RuntimeRecord").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The list of live runtimes.
#[derive(Debug, Default)]
pub(crate) struct Runtimes(Mutex<Vec<Weak<RuntimeRecord>>>);

impl Runtimes {
    /// Adds a runtime; it leaves the list when the last reference goes.
    pub(crate) fn add(&self, name: String, probe: Box<dyn RuntimeProbe>) -> Arc<RuntimeRecord> {
        let record = Arc::new(RuntimeRecord { name, probe, closing: AtomicBool::new(false) });
        let mut all = self.0.lock();
        all.retain(|r| r.strong_count() > 0);
        all.push(Arc::downgrade(&record));
        record
    }

    /// All live ones.
    pub(crate) fn all(&self) -> Vec<Arc<RuntimeRecord>> {
        self.0.lock().iter().filter_map(Weak::upgrade).collect()
    }
}

/// The runtimes of this process.
pub(crate) fn runtimes() -> &'static Runtimes {
    static RUNTIMES: Runtimes = Runtimes(Mutex::new(Vec::new()));
    &RUNTIMES
}
