//! What happened for a while, event by event.

use crate::id::{ResourceId, TaskGroupId, TaskId};
use crate::snapshot::{Op, Place, Snapshot};
use std::collections::HashSet;

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
    /// Whether only the last events of each thread are here: of what it did before its first one nothing is known.
    pub cut: bool,
    /// The program at the end: names of threads and groups, and of tasks, resources, waits and holds those that the events
    /// are about.
    pub end: Snapshot,
}

impl Trace {
    /// What of the program as it was at the end this trace is about: what its events name, and these tasks with all that
    /// they hold and wait for.
    pub(crate) fn end_of(&self, now: &Snapshot, tasks: &[TaskId]) -> Snapshot {
        let mut tasks: HashSet<TaskId> = tasks.iter().copied().collect();
        let mut resources: HashSet<ResourceId> = HashSet::new();
        for event in &self.events {
            tasks.extend(event.task);
            match event.kind {
                TraceKind::Woke(task) => tasks.extend([task]),
                TraceKind::Spawned(parent) => tasks.extend(parent),
                TraceKind::WaitBegan(_, awaited) | TraceKind::WaitEnded(awaited) => match awaited {
                    Awaited::Resource(resource) => resources.extend([resource]),
                    Awaited::End(task) => tasks.extend([task]),
                    Awaited::Nothing => {}
                },
                TraceKind::Taken(resource)
                | TraceKind::GivenBack(resource)
                | TraceKind::Sent(resource, _)
                | TraceKind::Received(resource, _) => resources.extend([resource]),
                TraceKind::Ended | TraceKind::PollBegan(_) | TraceKind::PollEnded(_) => {}
            }
        }
        let of = |task: &Option<TaskId>| task.is_some_and(|task| tasks.contains(&task));
        let waits: Vec<_> = now.waits.iter().filter(|wait| of(&wait.task)).cloned().collect();
        let holds: Vec<_> = now.holds.iter().filter(|hold| of(&hold.task)).cloned().collect();
        resources.extend(waits.iter().filter_map(|wait| wait.resource));
        resources.extend(holds.iter().map(|hold| hold.resource));
        tasks.extend(waits.iter().filter_map(|wait| wait.target));
        Snapshot {
            at: now.at,
            unix_ms: now.unix_ms,
            pools: now.pools.clone(),
            task_groups: now.task_groups.clone(),
            resource_groups: now.resource_groups.clone(),
            threads: now.threads.clone(),
            tasks: now.tasks.iter().filter(|task| tasks.contains(&task.id)).cloned().collect(),
            resources: now.resources.iter().filter(|r| resources.contains(&r.id)).cloned().collect(),
            waits,
            holds,
            ..Snapshot::default()
        }
    }

    /// Bytes that it takes, nearly.
    pub(crate) fn bytes(&self) -> usize {
        let end = &self.end;
        size_of_val(&self.events[..])
            + size_of_val(&end.task_groups[..])
            + size_of_val(&end.resource_groups[..])
            + size_of_val(&end.tasks[..])
            + size_of_val(&end.resources[..])
            + size_of_val(&end.waits[..])
            + size_of_val(&end.holds[..])
            + size_of_val(&end.threads[..])
    }
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
