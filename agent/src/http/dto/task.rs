//! A task as the API shows it.

use crate::http::dto::{MOST_LISTED, Shown, View, seconds, shown};
use crate::id::{ResourceId, SiteId, TaskId};
use crate::snapshot::{AwaitKind, AwaitSite, Op, Place, Task, TaskState, Wakes, Waking};
use serde::Serialize;

/// A page of tasks.
#[derive(Debug, Serialize)]
pub(crate) struct TasksDto<'a> {
    pub(crate) tasks: Vec<TaskDto<'a>>,
    pub(crate) total: u64,
    pub(crate) next: Option<String>,
}

/// A task.
#[derive(Debug, Serialize)]
pub(crate) struct TaskDto<'a> {
    id: Shown<TaskId>,
    name: &'a str,
    kind: &'static str,
    pool: &'a str,
    state: &'static str,
    spawned_at: Shown<Place>,
    waiting_on: Vec<WaitingDto>,
    backtrace: Vec<String>,
    /// Awaits that the backtrace lacks for want of room.
    backtrace_lost: u64,
    parent: Option<Shown<TaskId>>,
    age_seconds: f64,
    state_seconds: f64,
    polls: u64,
    /// Of them, those that are known to have been asked for in vain; unknown if the task waits for something else.
    spurious_polls: Option<u64>,
    busy_seconds: f64,
    scheduled_seconds: f64,
    waiting_seconds: Option<f64>,
    wakes: u64,
    wakers: u32,
    covered: bool,
    /// Wakes of which it is known who made them; what follows is of these.
    wakes_seen: u64,
    /// How many of them the task made itself; unknown if there are none.
    self_wakes: Option<u64>,
    /// Who made the last of them.
    woken_by: Option<WakingDto>,
}

/// Who woke a task.
#[derive(Debug, Serialize)]
struct WakingDto {
    kind: &'static str,
    task: Option<Shown<TaskId>>,
}

/// One thing that a task waits for.
#[derive(Debug, Serialize)]
struct WaitingDto {
    resource: Option<Shown<ResourceId>>,
    /// The task that is joined.
    task: Option<Shown<TaskId>>,
    op: &'static str,
    at: Shown<Place>,
    for_seconds: f64,
}

impl<'a> TaskDto<'a> {
    pub(crate) fn new(view: &View<'a>, task: &'a Task) -> TaskDto<'a> {
        let snapshot = view.snapshot;
        let group = &snapshot.task_groups[task.group.index()];
        let wakes = snapshot.wakes_of(task.id);
        TaskDto {
            id: Shown(task.id),
            name: snapshot.task_name(task),
            kind: group.kind.word(),
            pool: snapshot.pool_name(group.pool),
            state: task.state.word(),
            spawned_at: Shown(group.place),
            waiting_on: waiting_on(view, task),
            backtrace: snapshot
                .backtrace(task)
                .iter()
                .map(|site| format!("{} {}", site.place, site.label).trim_end().to_owned())
                .collect(),
            backtrace_lost: u64::from(task.awaits_lost) + u64::from(task.inner_lost),
            parent: shown(task.parent),
            age_seconds: view.since(task.spawned_at),
            state_seconds: view.since(task.since),
            polls: task.polls,
            spurious_polls: snapshot.spurious_polls(task),
            busy_seconds: seconds(busy(task, view.at)),
            scheduled_seconds: seconds(scheduled(task, view.at)),
            waiting_seconds: waiting(task, view.at).map(seconds),
            wakes: task.wakes,
            wakers: task.wakers,
            covered: task.covered,
            wakes_seen: wakes.map_or(0, Wakes::seen),
            self_wakes: wakes.map(|wakes| wakes.own),
            woken_by: wakes.map(WakingDto::new),
        }
    }
}

impl WakingDto {
    fn new(wakes: &Wakes) -> WakingDto {
        let (kind, task) = match wakes.by {
            Waking::Task(task) if task == wakes.task => ("self", Some(task)),
            Waking::Task(task) => ("task", Some(task)),
            Waking::Runtime => ("runtime", None),
            Waking::Outside => ("outside", None),
        };
        WakingDto { kind, task: shown(task) }
    }
}

fn waiting_on(view: &View<'_>, task: &Task) -> Vec<WaitingDto> {
    let waits = view.waits_of(task.id).iter().filter(|w| w.current).take(MOST_LISTED);
    let mut list: Vec<WaitingDto> = waits
        .map(|wait| WaitingDto {
            // A finding has its waits as verdicts see them: of a join they name the task.
            resource: shown(wait.resource.or(wait.target.map(ResourceId::end_of))),
            task: shown(wait.target),
            op: wait.op.word(),
            at: Shown(wait.place),
            for_seconds: view.since(wait.since),
        })
        .collect();
    if task.state == TaskState::Waiting {
        let at = |site: &AwaitSite, op: Op| WaitingDto {
            resource: None,
            task: None,
            op: op.word(),
            at: Shown(site.place),
            for_seconds: view.since(task.since),
        };
        let outside =
            outside(task).filter_map(|(site, op)| Some(at(view.snapshot.sites.get(site.index())?, op)));
        list.extend(outside.take(MOST_LISTED));
        if list.is_empty() {
            // Nothing that is recorded: then what is known is where it waits.
            list.extend(view.snapshot.backtrace(task).pop().map(|site| at(site, Op::Other)));
        }
    }
    list
}

/// The awaits of times and of input and output that the task is in for certain.
fn outside(task: &Task) -> impl Iterator<Item = (SiteId, Op)> {
    let own = task.chain().map(|entry| (entry.site, entry.what));
    let all = own.chain(task.inner.iter().map(|inner| (inner.site, inner.what)));
    all.filter_map(|(site, what)| match what {
        AwaitKind::Time => Some((site, Op::Sleep)),
        AwaitKind::Io => Some((site, Op::Io)),
        AwaitKind::Unknown | AwaitKind::Never | AwaitKind::Recorded => None,
    })
}

/// Time inside polls, the one in progress included.
pub(crate) fn busy(task: &Task, at: u64) -> u64 {
    task.busy + in_state(task, TaskState::Running, at)
}

/// Time between wake and poll, the one that lasts included.
pub(crate) fn scheduled(task: &Task, at: u64) -> u64 {
    task.scheduled + in_state(task, TaskState::Runnable, at)
}

/// Time neither polled nor woken; `None` if recording was off for a part of it.
pub(crate) fn waiting(task: &Task, at: u64) -> Option<u64> {
    let age = at.saturating_sub(task.spawned_at);
    let known = busy(task, at) + scheduled(task, at);
    (task.state != TaskState::Unknown).then(|| age.saturating_sub(known))
}

fn in_state(task: &Task, state: TaskState, at: u64) -> u64 {
    if task.state == state { at.saturating_sub(task.since) } else { 0 }
}
