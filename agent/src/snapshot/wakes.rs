//! Who wakes whom, as far as it was looked at.

use crate::id::TaskId;
use crate::snapshot::Snapshot;

/// Wakes of one task that asked for a poll and were looked at: some of all, the last few hundred in a look at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wakes {
    /// The task that was woken.
    pub task: TaskId,
    /// Who woke it the last time.
    pub by: Waking,
    /// Wakes by the task itself, during its own polls.
    pub own: u64,
    /// Wakes by other tasks.
    pub tasks: u64,
    /// Wakes by a runtime's own thread.
    pub runtime: u64,
    /// Wakes by other threads.
    pub outside: u64,
}

/// Who wakes a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waking {
    /// A task, perhaps itself.
    Task(TaskId),
    /// A runtime's own thread, outside of any task: a timer, input or output, a yield, the end of a task.
    Runtime,
    /// A thread that is no task.
    Outside,
}

impl Wakes {
    /// How many were looked at.
    pub fn seen(&self) -> u64 {
        self.own + self.tasks + self.runtime + self.outside
    }
}

impl Snapshot {
    /// What is known of the wakes of a task; `None` if none was looked at. Logarithmic.
    pub fn wakes_of(&self, task: TaskId) -> Option<&Wakes> {
        let place = self.wakes.binary_search_by_key(&task, |wakes| wakes.task).ok()?;
        Some(&self.wakes[place])
    }
}
