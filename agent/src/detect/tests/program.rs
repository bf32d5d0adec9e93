//! A small language for writing programs as snapshots.

use super::suspects;
use crate::detect::{Finding, Trend, detect};
use crate::id::{PoolId, ResourceGroupId, ResourceId, SiteId, TaskGroupId, TaskId};
use crate::snapshot::*;

/// Nanoseconds of a second.
pub(super) const SECOND: u64 = 1_000_000_000;
/// The patience of these tests.
pub(super) const PATIENCE: u64 = 30 * SECOND;

/// A program under construction.
#[derive(Clone, Debug)]
pub(super) struct Program(pub(super) Snapshot);

/// A place on that line.
pub(super) fn line(line: u32) -> Place {
    Place { file: "src/app.rs", line, column: 5 }
}

impl Program {
    pub(super) fn new() -> Self {
        let none = AwaitSite { place: line(0), label: "" };
        let mut snapshot = Snapshot { at: 100 * SECOND, unix_ms: 1_000_000, ..Snapshot::default() };
        snapshot.pools.push(Pool { name: "pool".into() });
        snapshot.sites.push(none);
        Self(snapshot)
    }

    /// A group of tasks that are spawned on this line.
    pub(super) fn group(&mut self, at: u32, kind: TaskKind) -> TaskGroupId {
        self.0.task_groups.push(TaskGroup::new(PoolId(0), kind, format!("task{at}"), line(at)));
        TaskGroupId(self.0.task_groups.len() as u32 - 1)
    }

    /// A waiting task with this many live wakers.
    pub(super) fn task_in(&mut self, group: TaskGroupId, wakers: u32) -> TaskId {
        let id = TaskId::new(self.0.tasks.len() as u32, 1);
        self.0.task_groups[group.index()].spawned += 1;
        self.0.tasks.push(Task {
            spawned_at: SECOND,
            since: 2 * SECOND,
            polls: 3,
            wakes: 2,
            wakers,
            ..Task::new(id, group)
        });
        id
    }

    /// A waiting task of a group of its own, spawned on this line.
    pub(super) fn task(&mut self, at: u32, wakers: u32) -> TaskId {
        let group = self.group(at, TaskKind::Task);
        self.task_in(group, wakers)
    }

    pub(super) fn task_mut(&mut self, id: TaskId) -> &mut Task {
        let index = self.0.tasks.iter().position(|t| t.id == id).expect("alive");
        &mut self.0.tasks[index]
    }

    /// Makes the innermost await of a task this one.
    pub(super) fn awaits(&mut self, task: TaskId, at: u32, label: &'static str) {
        self.0.sites.push(AwaitSite { place: line(at), label });
        let site = SiteId(self.0.sites.len() as u32 - 1);
        let task = self.task_mut(task);
        task.awaits.push(AwaitEntry { site, start: 0, what: AwaitKind::Unknown });
        task.awaited = task.awaits.first().map(|entry| entry.site);
    }

    /// Two tasks that have a mutex each, and wait for the other's.
    pub(super) fn crossed() -> (Self, [TaskId; 2], [ResourceId; 2]) {
        let mut p = Self::new();
        let (a, b) = (p.task(10, 1), p.task(20, 1));
        let (x, y) = (p.mutex(1), p.mutex(2));
        p.holds(a, x, 1);
        p.holds(b, y, 1);
        p.waits(a, y, Op::Lock, 11);
        p.waits(b, x, Op::Lock, 21);
        (p, [a, b], [x, y])
    }

    /// Two tasks that have a permit each, of two, and wait for another.
    pub(super) fn exhausted() -> (Self, [TaskId; 2], ResourceId) {
        let mut p = Self::new();
        let tasks = [p.task(10, 1), p.task(20, 1)];
        let permits = p.semaphore(1, 2);
        for task in tasks {
            p.holds(task, permits, 1);
            p.waits(task, permits, Op::Acquire, 11);
        }
        (p, tasks, permits)
    }

    fn resource(&mut self, at: u32, kind: ResourceKind, permits: Option<u64>) -> ResourceId {
        let group = ResourceGroup::new(PoolId(0), kind, format!("resource{at}"), line(at));
        self.0.resource_groups.push(ResourceGroup { created: 1, ..group });
        let id = ResourceId::new(self.0.resources.len() as u32, 1);
        let group = ResourceGroupId(self.0.resource_groups.len() as u32 - 1);
        self.0.resources.push(Resource { permits, ..Resource::new(id, group) });
        id
    }

    pub(super) fn mutex(&mut self, at: u32) -> ResourceId {
        self.resource(at, ResourceKind::Mutex, None)
    }

    pub(super) fn rwlock(&mut self, at: u32) -> ResourceId {
        self.resource(at, ResourceKind::RwLock, None)
    }

    pub(super) fn semaphore(&mut self, at: u32, permits: u64) -> ResourceId {
        self.resource(at, ResourceKind::Semaphore, Some(permits))
    }

    pub(super) fn queue(&mut self, at: u32) -> ResourceId {
        self.resource(at, ResourceKind::Mpsc, None)
    }

    pub(super) fn notify(&mut self, at: u32) -> ResourceId {
        self.resource(at, ResourceKind::Notify, None)
    }

    /// All references of an allocation with this resource in it are with these tasks. The number of the share.
    pub(super) fn shared(&mut self, inside: ResourceId, tasks: &[TaskId]) -> u32 {
        let number = self.0.shares.len() as u32;
        self.0.shares.push(Share { tasks: tasks.to_vec() });
        self.0.inside.push((inside, number));
        self.0.inside.sort_unstable();
        number
    }

    /// A channel has an end on this side, owned by or used last by these tasks.
    pub(super) fn end(
        &mut self,
        channel: ResourceId,
        side: Side,
        owner: Option<TaskId>,
        last_user: Option<TaskId>,
    ) {
        self.0.endpoints.push(Endpoint { last_user, owner, ..Endpoint::new(channel, side) });
        self.0.endpoints.sort_by_key(|end| end.resource);
        let place = self.0.resources.iter().position(|r| r.id == channel).expect("alive");
        let channel = &mut self.0.resources[place];
        let count = match side {
            Side::Receiver => &mut channel.receivers,
            _ => &mut channel.senders,
        };
        *count = Some(count.unwrap_or(0) + 1);
    }

    /// `task` holds `amount` of `resource`.
    pub(super) fn holds(&mut self, task: TaskId, resource: ResourceId, amount: u32) {
        let kind = self.0.resource(resource).map(|resource| self.0.group_of_resource(resource).kind);
        let op = if kind == Some(ResourceKind::Semaphore) { Op::Acquire } else { Op::Lock };
        self.holds_by(task, resource, op, amount);
    }

    /// The same, by this operation.
    pub(super) fn holds_by(&mut self, task: TaskId, resource: ResourceId, op: Op, amount: u32) {
        let (task, since) = (Some(task), Some(SECOND));
        self.0.holds.push(Hold { task, since, amount, ..Hold::new(resource, op, line(900)) });
    }

    /// `task` waits for `resource`, by an operation on this line.
    pub(super) fn waits(&mut self, task: TaskId, resource: ResourceId, op: Op, at: u32) {
        self.wait(Wait { resource: Some(resource), ..joins(task, op, at) });
    }

    /// `task` waits for the end of `target`.
    pub(super) fn joins(&mut self, task: TaskId, target: TaskId, at: u32) {
        self.wait(Wait { target: Some(target), ..joins(task, Op::Join, at) });
    }

    pub(super) fn wait(&mut self, wait: Wait) {
        self.0.waits.push(wait);
    }

    /// What is found when nothing has moved between two looks.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let trend = Trend::default();
        let found = detect(Some(&self.0), &self.0, &trend, PATIENCE);
        suspects::check(Some(&self.0), &self.0, &trend, &found);
        found
    }

    /// The same, as kinds and the lines to blame.
    pub(super) fn verdicts(&self) -> Vec<(&'static str, u32)> {
        verdicts(&self.findings())
    }
}

pub(super) fn verdicts(findings: &[Finding]) -> Vec<(&'static str, u32)> {
    findings.iter().map(|f| (f.kind.word(), f.blame.line)).collect()
}

fn joins(task: TaskId, op: Op, at: u32) -> Wait {
    Wait { task: Some(task), since: 2 * SECOND, ..Wait::new(op, line(at)) }
}
