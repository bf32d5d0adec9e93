//! The order of locks, watched in the whole process for as long as the agent runs.

use crate::detect::{Inversion, inversions};
use crate::http::LockOrders;
use crate::recorder;
use crate::registry::orders::{self, PROCESS};
use crate::snapshot::Snapshot;
use std::collections::BTreeSet;

/// The watch; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct OrderWatch(());

impl OrderWatch {
    pub(super) fn begin() -> Self {
        orders::watch(PROCESS);
        recorder::set_modes();
        Self(())
    }
}

impl Drop for OrderWatch {
    fn drop(&mut self) {
        orders::forget(PROCESS);
        recorder::set_modes();
    }
}

/// What was seen so far.
pub(super) fn lock_orders() -> LockOrders {
    let seen = orders::seen(PROCESS);
    // Names afterwards: they know all groups that were seen.
    LockOrders { pairs: seen.len(), inversions: inversions(&seen), names: Snapshot::read_names() }
}

/// Says of each inversion once that it is there.
#[derive(Debug, Default)]
pub(super) struct Told {
    pairs: usize,
    inversions: BTreeSet<Inversion>,
}

impl Told {
    /// Logs those that are new. Nothing is looked for unless a lock was taken inside of another for the first time.
    pub(super) fn update(&mut self) {
        let pairs = orders::count(PROCESS);
        if pairs == std::mem::replace(&mut self.pairs, pairs) {
            return;
        }
        let LockOrders { inversions, names, .. } = lock_orders();
        for inversion in inversions {
            if self.inversions.contains(&inversion) {
                continue;
            }
            let steps: Vec<String> = inversion.steps.iter().map(|step| step.text(&names)).collect();
            tracing::warn!(target: "taskscope::lock_order", "locks are taken in orders that can deadlock: {}", steps.join("; "));
            self.inversions.insert(inversion);
        }
    }
}
