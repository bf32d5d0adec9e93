//! What the program did by its own count, and the same as the agent has it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use taskscope::snapshot::{ResourceKind, Snapshot};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// Tasks, jobs and threads that were spawned.
    Spawned,
    /// Those that returned.
    Completed,
    /// Those that panicked.
    Panicked,
    /// Those that were aborted or dropped.
    Cancelled,
    /// Resources that were made.
    Created(ResourceKind),
    /// Messages sent, notifications.
    Sent(ResourceKind),
    /// Messages received.
    Received(ResourceKind),
    /// Messages that a receiver was too slow to get.
    Missed(ResourceKind),
    /// Locks and permits taken, arrivals at barriers.
    Acquired(ResourceKind),
}

/// Counts by pool.
pub(crate) type Counts = BTreeMap<(String, What), u64>;

/// The program's own counts, which each round of a workload adds to.
#[derive(Debug, Default)]
pub(crate) struct Book(Mutex<Counts>);

impl Book {
    /// Adds what one round did in a pool.
    pub(crate) fn add(&self, pool: &str, round: &[(What, u64)]) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (what, count) in round {
            *counts.entry((pool.to_owned(), *what)).or_default() += count;
        }
    }

    /// All counts so far.
    pub(crate) fn counts(&self) -> Counts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// All counts that the agent has.
pub(crate) fn recorded(snapshot: &Snapshot) -> Counts {
    let mut counts = Counts::new();
    let mut add = |pool, what, count: u64| {
        *counts.entry((snapshot.pool_name(pool).to_owned(), what)).or_default() += count;
    };
    for group in &snapshot.task_groups {
        add(group.pool, What::Spawned, group.spawned);
        add(group.pool, What::Completed, group.finished.completed);
        add(group.pool, What::Panicked, group.finished.panicked);
        add(group.pool, What::Cancelled, group.finished.cancelled());
    }
    for group in &snapshot.resource_groups {
        add(group.pool, What::Created(group.kind), group.created);
        add(group.pool, What::Sent(group.kind), group.sent);
        add(group.pool, What::Received(group.kind), group.received);
        add(group.pool, What::Missed(group.kind), group.missed);
        add(group.pool, What::Acquired(group.kind), group.acquired);
    }
    counts
}
