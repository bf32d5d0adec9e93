//! What is added up for each pool, each kind of task and each resource name.

use crate::metrics::pressure::Pressure;
use crate::snapshot::{Histogram, Op, ResourceKind, TaskState};
use std::borrow::Cow;

/// The tasks of a pool.
#[derive(Debug)]
pub(crate) struct PoolRow<'a> {
    pub(crate) name: &'a str,
    /// Whether anything was ever spawned into it.
    pub(crate) has_tasks: bool,
    /// Live tasks, in the order of `TaskState`.
    pub(crate) states: [u64; TaskState::ALL.len()],
    /// Polls that are known to have been spurious.
    pub(crate) spurious: u64,
    /// How much they hold each other up, if known.
    pub(crate) pressure: Option<Pressure>,
    pub(crate) poll: Cow<'a, Histogram>,
    pub(crate) schedule_delay: Cow<'a, Histogram>,
    pub(crate) lifetime: Cow<'a, Histogram>,
}

/// Tasks of one name in one pool.
#[derive(Debug)]
pub(crate) struct TaskRow<'a> {
    pub(crate) pool: &'a str,
    pub(crate) name: Cow<'a, str>,
    pub(crate) spawned: u64,
    pub(crate) completed: u64,
    pub(crate) cancelled: u64,
    pub(crate) panicked: u64,
}

/// Resources of one kind and name in one pool.
#[derive(Debug)]
pub(crate) struct ResourceRow<'a> {
    pub(crate) kind: ResourceKind,
    pub(crate) pool: &'a str,
    pub(crate) name: &'a str,
    pub(crate) wait: Cow<'a, Histogram>,
    pub(crate) hold: Cow<'a, Histogram>,
    pub(crate) dwell: Cow<'a, Histogram>,
    pub(crate) send_wait: Cow<'a, Histogram>,
    pub(crate) write_wait: Cow<'a, Histogram>,
    pub(crate) write_hold: Cow<'a, Histogram>,
    pub(crate) sent: u64,
    pub(crate) received: u64,
    pub(crate) missed: u64,
    pub(crate) live: u64,
    pub(crate) depth: Option<u64>,
    pub(crate) capacity: Option<u64>,
    pub(crate) permits: Option<u64>,
    pub(crate) permits_out: Option<u64>,
    /// Waits in progress that a healthy program ends soon.
    pub(crate) waiters: u64,
    /// Those of them that want to write to a reader-writer lock.
    pub(crate) writers: u64,
    /// How long the longest of them has lasted, in nanoseconds.
    pub(crate) oldest_wait: u64,
}

/// One way to take a lock.
#[derive(Debug)]
pub(crate) struct LockMode<'r> {
    pub(crate) pool: &'r str,
    pub(crate) lock: &'r str,
    /// The operation.
    pub(crate) mode: &'static str,
    pub(crate) wait: &'r Histogram,
    pub(crate) hold: &'r Histogram,
    pub(crate) waiters: u64,
}

/// Runtimes of one name.
#[derive(Debug)]
pub(crate) struct RuntimeRow<'a> {
    pub(crate) name: &'a str,
    pub(crate) workers: u64,
    pub(crate) busy: u64,
}

impl<'a> PoolRow<'a> {
    /// A pool without anything in it.
    pub(crate) fn new(name: &'a str) -> Self {
        let none = || Cow::Owned(Histogram::default());
        PoolRow {
            name,
            has_tasks: false,
            spurious: 0,
            pressure: None,
            states: [0; TaskState::ALL.len()],
            poll: none(),
            schedule_delay: none(),
            lifetime: none(),
        }
    }
}

impl<'a> ResourceRow<'a> {
    /// A row that nothing was added to.
    pub(crate) fn new(kind: ResourceKind, pool: &'a str, name: &'a str) -> Self {
        let none = || Cow::Owned(Histogram::default());
        ResourceRow {
            kind,
            pool,
            name,
            wait: none(),
            hold: none(),
            dwell: none(),
            send_wait: none(),
            write_wait: none(),
            write_hold: none(),
            sent: 0,
            received: 0,
            missed: 0,
            live: 0,
            depth: None,
            capacity: None,
            permits: None,
            permits_out: None,
            waiters: 0,
            writers: 0,
            oldest_wait: 0,
        }
    }

    /// The ways to take it, if it is a lock.
    pub(crate) fn modes(&self) -> impl Iterator<Item = LockMode<'_>> {
        let mode = |op: Op, wait, hold, waiters| {
            let mode = op.word();
            Some(LockMode { pool: self.pool, lock: self.name, mode, wait, hold, waiters })
        };
        let readers = self.waiters.saturating_sub(self.writers);
        let modes = match self.kind {
            ResourceKind::Mutex => [mode(Op::Lock, &self.wait, &self.hold, self.waiters), None],
            ResourceKind::RwLock => [
                mode(Op::Read, &self.wait, &self.hold, readers),
                mode(Op::Write, &self.write_wait, &self.write_hold, self.writers),
            ],
            _ => [None, None],
        };
        modes.into_iter().flatten()
    }

    /// Whether a healthy program ends such a wait soon. A receiver without work, a ticker or a join may wait for
    /// ever.
    pub(crate) fn should_end(op: Op) -> bool {
        matches!(op, Op::Lock | Op::Read | Op::Write | Op::Acquire | Op::Send | Op::Init)
    }

    /// Whether a wait for it can be too long at all.
    pub(crate) fn has_oldest_wait(&self) -> bool {
        let lock = matches!(self.kind, ResourceKind::Mutex | ResourceKind::RwLock);
        lock || matches!(self.kind, ResourceKind::Semaphore | ResourceKind::Mpsc | ResourceKind::OnceCell)
    }
}

/// Adds a histogram to one that may still be borrowed from the snapshot.
pub(crate) fn add<'a>(sum: &mut Cow<'a, Histogram>, more: &'a Histogram) {
    if more.counts.is_empty() {
        return;
    }
    if sum.counts.is_empty() {
        *sum = Cow::Borrowed(more);
    } else {
        sum.to_mut().merge(more);
    }
}

/// Adds a number that may be unknown: the sum of what is known, `None` if nothing is.
pub(crate) fn add_known(sum: &mut Option<u64>, more: Option<u64>) {
    *sum = match (*sum, more) {
        (Some(a), Some(b)) => Some(a.saturating_add(b)),
        (known, None) | (None, known) => known,
    };
}
