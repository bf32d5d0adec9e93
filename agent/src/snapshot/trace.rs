//! What happened for a while, event by event.

use crate::id::{ResourceId, TaskGroupId, TaskId};
use crate::snapshot::{Op, Place, Snapshot};

/// What happened for a while.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// When it began, on the agent's clock.
    pub from: u64,
    /// When it ended.
    pub to: u64,
    /// The events, in the order of their times.
    pub events: Vec<TraceEvent>,
    /// Events that were not kept: a thread had more than could be read, or the trace got too long.
    pub lost: u64,
    /// The program at the end: names of threads, groups and resources.
    pub end: Snapshot,
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TraceEvent {
    /// When, on the agent's clock.
    pub at: u64,
    /// The system's number of the thread; 0 if it has ended since.
    pub thread: u64,
    /// The task that it is about; `None` outside of any.
    pub task: Option<TaskId>,
    /// What happened.
    pub kind: TraceKind,
    /// Where, if that is known.
    pub place: Option<Place>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceKind {
    /// The task was spawned by this one.
    Spawned(Option<TaskId>),
    /// The task ended.
    Ended,
    /// A poll of the task began; the task is one of this group.
    PollBegan(TaskGroupId),
    /// The poll ended.
    PollEnded(TaskGroupId),
    /// The task woke this one.
    Woke(TaskId),
    /// The task began to wait.
    WaitBegan(Op, Awaited),
    /// It waits no longer.
    WaitEnded(Awaited),
    /// The task took a lock or permits of this resource.
    Taken(ResourceId),
    /// They were given back.
    GivenBack(ResourceId),
    /// The task sent the message with this number into this queue.
    Sent(ResourceId, u64),
    /// The task received it.
    Received(ResourceId, u64),
}

/// What a task waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Awaited {
    /// A resource.
    Resource(ResourceId),
    /// The end of a task.
    End(TaskId),
    /// Something else.
    Nothing,
}
