//! Who is in a set of tasks, to tell an abort of the set from other ends.

use crate::id::TaskId;
use crate::task::{is_alive, mark_aborted, mark_detached};

/// How many ended tasks the list may hold before it is cleaned, beside as many as are alive.
const SLACK: usize = 32;

/// The members' ids, packed; also some of members that have ended.
#[derive(Debug, Default)]
pub(crate) struct Members(Vec<u64>);

impl Members {
    /// One more of a set that has `alive`; 0 is a task that is not recorded.
    pub(crate) fn add(&mut self, id: u64, alive: usize) {
        if self.0.len() >= 2 * alive + SLACK {
            self.0.retain(|id| TaskId::unpack(*id).is_some_and(is_alive));
        }
        if id != 0 {
            self.0.push(id);
        }
    }

    /// Notes that somebody asked for the abort of all of them. The set may forget them then.
    pub(crate) fn mark_aborted(&mut self) {
        self.0.drain(..).filter_map(TaskId::unpack).for_each(mark_aborted);
    }

    /// Notes that they are in no set any more, and go on without it.
    pub(crate) fn mark_detached(&mut self) {
        self.0.drain(..).filter_map(TaskId::unpack).for_each(mark_detached);
    }
}
