//! What the watcher writes and the listener reads.

use super::flight::Traces;
use super::stacks::Stacks;
use crate::capacity::Facts;
use crate::clock;
use crate::config::Config;
use crate::detect::{FindingKind, Ledger, Record};
use crate::metrics::{Overhead, Pressures};
use crate::primitive::real::Mutex;
use crate::snapshot::{Detail, History, Point, Snapshot, SpuriousPolls};
use std::sync::Arc;
use std::time::Duration;

/// For how long a snapshot is handed out again, in nanoseconds: one look of the page asks for it several times.
const FRESH: u64 = 100_000_000;

/// How often the watcher looks, and what its last look cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub every: Duration,
    pub cost: Duration,
}

/// How often the watcher looks for what is certain alone, and of the last time what it cost and how many tasks it read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glances {
    pub every: Duration,
    pub cost: Duration,
    pub rows: usize,
}

/// What the watcher writes and the listener reads. No lock of these is ever held while a snapshot is read.
#[derive(Debug)]
pub(super) struct Board {
    pub config: Config,
    pub started_unix_ms: u64,
    ledger: Mutex<Ledger>,
    history: Mutex<History>,
    last: Mutex<Option<Arc<Snapshot>>>,
    overhead: Mutex<Option<Overhead>>,
    pressures: Mutex<Pressures>,
    capacity: Mutex<Arc<Facts>>,
    pace: Mutex<Option<Pace>>,
    glances: Mutex<Option<Glances>>,
    traces: Mutex<Traces>,
    stacks: Mutex<Stacks>,
    spurious: Mutex<SpuriousPolls>,
}

impl Board {
    pub(super) fn new(config: Config) -> Self {
        Self {
            config,
            started_unix_ms: clock::unix_ms(clock::now()),
            ledger: Mutex::default(),
            history: Mutex::default(),
            last: Mutex::default(),
            overhead: Mutex::default(),
            pressures: Mutex::default(),
            capacity: Mutex::default(),
            pace: Mutex::default(),
            glances: Mutex::default(),
            traces: Mutex::default(),
            stacks: Mutex::default(),
            spurious: Mutex::default(),
        }
    }

    /// The nanoseconds that something must last before a statistical verdict is given.
    pub(super) fn patience(&self) -> u64 {
        u64::try_from(self.config.stuck_after.as_nanos()).unwrap_or(u64::MAX)
    }

    /// The program as it is now, or was a tenth of a second ago.
    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        let now = clock::now();
        if let Some(last) = self.last.lock().as_ref().filter(|last| last.at + FRESH > now) {
            return last.clone();
        }
        let mut fresh = Snapshot::read(Detail::Full);
        {
            let spurious = self.spurious.lock();
            (fresh.spurious, fresh.spurious_of_pools) = (spurious.list(), spurious.of_pools());
        }
        fresh.add_joins();
        let fresh = Arc::new(fresh);
        *self.last.lock() = Some(fresh.clone());
        fresh
    }

    /// Lets go of a snapshot that is too old to be handed out again: it may be large.
    pub(super) fn forget_old(&self) {
        let now = clock::now();
        let old = {
            let mut last = self.last.lock();
            if last.as_ref().is_some_and(|last| last.at + 10 * FRESH < now) { last.take() } else { None }
        };
        drop(old);
    }

    pub(super) fn findings(&self) -> Vec<Record> {
        self.ledger.lock().records()
    }

    pub(super) fn findings_total(&self) -> Vec<(FindingKind, u64)> {
        self.ledger.lock().totals().to_vec()
    }

    pub(super) fn history(&self) -> History {
        self.history.lock().clone()
    }

    pub(super) fn note(&self, point: Point) {
        self.history.lock().push(point);
    }

    /// Takes in what two looks say about polls between them.
    pub(super) fn compare(&self, before: &Snapshot, now: &Snapshot) {
        self.spurious.lock().push(before, now);
    }

    /// What the agent costs, as of the last time that this was looked at; `None` before.
    pub(super) fn overhead(&self) -> Option<Overhead> {
        *self.overhead.lock()
    }

    pub(super) fn set_overhead(&self, overhead: Option<Overhead>) {
        *self.overhead.lock() = overhead;
    }

    pub(super) fn pressures(&self) -> Pressures {
        self.pressures.lock().clone()
    }

    pub(super) fn press(&self, snapshot: &Snapshot) {
        self.pressures.lock().push(snapshot);
    }

    /// What is known of queues and pools, as of the last step.
    pub(super) fn capacity(&self) -> Arc<Facts> {
        self.capacity.lock().clone()
    }

    pub(super) fn set_capacity(&self, facts: Arc<Facts>) {
        *self.capacity.lock() = facts;
    }

    pub(super) fn traces<R>(&self, f: impl FnOnce(&mut Traces) -> R) -> R {
        f(&mut self.traces.lock())
    }

    pub(super) fn stacks<R>(&self, f: impl FnOnce(&mut Stacks) -> R) -> R {
        f(&mut self.stacks.lock())
    }

    /// `None` before the first look.
    pub(super) fn pace(&self) -> Option<Pace> {
        *self.pace.lock()
    }

    pub(super) fn set_pace(&self, pace: Pace) {
        *self.pace.lock() = Some(pace);
    }

    /// `None` while looks come so often that there are none between them.
    pub(super) fn glances(&self) -> Option<Glances> {
        *self.glances.lock()
    }

    pub(super) fn set_glances(&self, glances: Option<Glances>) {
        *self.glances.lock() = glances;
    }

    pub(super) fn ledger<R>(&self, f: impl FnOnce(&mut Ledger) -> R) -> R {
        f(&mut self.ledger.lock())
    }
}
