//! Tasks that may outlive a test.

use crate::snapshot::{Snapshot, Task};

/// Which tasks may outlive a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Except {
    which: Which,
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Task,
    Pool,
    Place,
}

impl Except {
    /// Tasks of this name: the label that a report shows between backquotes.
    pub fn task(name: impl Into<String>) -> Self {
        Self { which: Which::Task, name: name.into() }
    }

    /// Tasks of this pool.
    pub fn pool(name: impl Into<String>) -> Self {
        Self { which: Which::Pool, name: name.into() }
    }

    /// Tasks that are spawned here: a file as the compiler names it, or its end after a `/`, with or without a line, such
    /// as `metrics.rs` or `src/metrics.rs:10`.
    pub fn spawned_at(place: impl Into<String>) -> Self {
        Self { which: Which::Place, name: place.into() }
    }

    pub(super) fn covers(&self, snapshot: &Snapshot, task: &Task) -> bool {
        let group = snapshot.group_of(task);
        match self.which {
            Which::Task => snapshot.task_name(task) == self.name,
            Which::Pool => snapshot.pool_name(group.pool) == self.name,
            Which::Place => {
                let place = group.place.to_string();
                let ends_here = |rest: &str| rest.is_empty() || rest.starts_with(':');
                place.match_indices(&self.name).any(|(at, found)| {
                    (at == 0 || place[..at].ends_with(['/', '\\'])) && ends_here(&place[at + found.len()..])
                })
            }
        }
    }
}
