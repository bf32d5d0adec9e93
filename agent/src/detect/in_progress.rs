//! The poll that a finding is about, if it is in progress: of its thread, a stack can be taken.

use super::{Finding, FindingKind};
use crate::id::TaskId;
use crate::snapshot::{Snapshot, Task, TaskKind, TaskState};

/// How long a poll must have lasted, in nanoseconds: one that has just begun is not the one that is told of.
const LONG: u64 = 100_000_000;

/// A poll in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InProgress {
    pub(crate) task: TaskId,
    /// The system's number of the thread.
    pub(crate) thread: u64,
    /// How many polls of the task have ended; `None` if the next one would do as well.
    pub(crate) polls: Option<u64>,
}

impl InProgress {
    /// Whether this is the poll, given the task that a thread polls and how many of its polls have ended, modulo 2^31.
    pub(crate) fn is(&self, task: TaskId, polls: u32) -> bool {
        self.task == task && self.polls.is_none_or(|wanted| (wanted as u32) << 1 == polls << 1)
    }
}

impl Finding {
    /// Whether it is about what a thread does during a poll.
    pub(crate) fn is_about_a_poll(&self) -> bool {
        matches!(self.kind, FindingKind::BlockingPoll | FindingKind::BusyLoop)
    }

    /// The first poll of its tasks, or job, that is in progress, if it is about one.
    pub(crate) fn in_progress(&self, now: &Snapshot) -> Option<InProgress> {
        let any = self.kind == FindingKind::BusyLoop;
        let lasts = |task: &&Task| any || task.since + LONG <= now.at;
        let job = |task: &&Task| self.is_about_a_poll() || now.group_of(task).kind == TaskKind::Blocking;
        if !self.is_about_a_poll() && self.kind != FindingKind::PoolExhausted {
            return None;
        }
        let running = self.tasks.iter().filter_map(|id| now.task(*id));
        let mut running = running.filter(|task| task.state == TaskState::Running).filter(lasts).filter(job);
        running.find_map(|task| {
            let polls = if any { None } else { Some(task.polls.saturating_sub(1)) };
            Some(InProgress { task: task.id, thread: task.thread?, polls })
        })
    }
}
