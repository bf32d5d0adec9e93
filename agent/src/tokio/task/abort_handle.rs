//! The handle that can only abort a task.

use crate::id::TaskId;
use crate::original::conversions;
use crate::task::mark_aborted;
use ::tokio::task::Id;
use std::fmt;

/// The handle that can only abort a task: [`tokio::task::AbortHandle`](::tokio::task::AbortHandle).
#[derive(Clone)]
pub struct AbortHandle {
    real: ::tokio::task::AbortHandle,
    task: u64,
}

impl AbortHandle {
    pub(in crate::tokio) fn new(real: ::tokio::task::AbortHandle, task: u64) -> Self {
        Self { real, task }
    }

    /// Aborts the task, see [`tokio`](::tokio::task::AbortHandle::abort).
    pub fn abort(&self) {
        if let Some(id) = TaskId::unpack(self.task) {
            mark_aborted(id);
        }
        self.real.abort();
    }

    /// Whether the task has ended, see [`tokio`](::tokio::task::AbortHandle::is_finished).
    pub fn is_finished(&self) -> bool {
        self.real.is_finished()
    }

    /// tokio's id of the task.
    pub fn id(&self) -> Id {
        self.real.id()
    }

    /// tokio's own handle; an abort through it is counted as a drop.
    pub fn into_inner(self) -> ::tokio::task::AbortHandle {
        self.real
    }

    /// Holds a handle of tokio's; an abort through it is counted as a drop.
    pub fn from_inner(real: ::tokio::task::AbortHandle) -> Self {
        Self::new(real, 0)
    }
}

conversions! { [] AbortHandle as ::tokio::task::AbortHandle, into_inner }

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
