//! Spawn places whose tasks only grow in number.

use super::{Evidence, Finding, FindingKind, GroupPoint, Look, Severity, Trend, text};
use crate::id::{TaskGroupId, TaskId};
use crate::snapshot::{AwaitKind, Op, Snapshot, Task, TaskGroup, TaskKind, TaskState};
use std::collections::BTreeSet;

/// The window that is looked at, in halves of the patience.
const WINDOW_HALVES: u64 = 5;
/// The window is cut into this many parts, and the number must grow in each.
const PARTS: u64 = 6;
/// The least growth over the window.
const MIN_GROWTH: u64 = 10;
/// At most this share of the tasks that were spawned may have ended, in percent: of some places only some tasks leak.
const ENDED_PERCENT: u64 = 60;
/// The same if those that stay are of another sort: they wait for others of the program only, and have done so for many
/// times as long as any that ended lived.
const ENDED_PERCENT_AT_ODDS: u64 = 95;
const TIMES_AS_LONG: f64 = 5.0;
/// This share of those that were alive in the middle of the window must have been idle since, in percent.
const IDLE_PERCENT: usize = 80;

/// So often must a task have been polled that wakes up by the clock.
const TICKS: u64 = 3;

/// So many senders at one queue are the queue's fault.
const QUEUE: usize = 10;

/// One finding per spawn place.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let window = window(look.patience);
    let Some(from) = look.now.at.checked_sub(window) else { return Vec::new() };
    let mut findings = Vec::new();
    for (id, points, ended) in growing(look.now, look.trend, look.patience) {
        let group = &look.now.task_groups[id.index()];
        let old: Vec<&Task> =
            look.now.tasks.iter().filter(|t| t.group == id && t.spawned_at < from + window / 2).collect();
        let idle: Vec<&Task> = old
            .iter()
            .copied()
            .filter(|t| is_idle(look, t, look.now.at.saturating_sub(window / 3)))
            .collect();
        if old.is_empty() {
            continue;
        }
        if idle.len() * 100 >= old.len() * IDLE_PERCENT {
            if !queues_up(look, idle[0]) && (ended <= ENDED_PERCENT || at_odds(look, group, &idle)) {
                findings.push(finding(look, group, &points, &idle));
            }
        } else if are_left_behind(look, group, &old) {
            findings.push(finding(look, group, &points, &old));
        }
    }
    findings
}

fn window(patience: u64) -> u64 {
    patience.saturating_mul(WINDOW_HALVES) / 2
}

/// The groups whose tasks only grow in number, with their points and the share of those that ended.
fn growing(now: &Snapshot, trend: &Trend, patience: u64) -> Vec<(TaskGroupId, Vec<GroupPoint>, u64)> {
    let Some(from) = now.at.checked_sub(window(patience)) else { return Vec::new() };
    let groups = now.task_groups.iter().enumerate().filter(|(_, group)| group.kind != TaskKind::Root);
    groups
        .filter_map(|(number, _)| {
            let id = TaskGroupId(number as u32);
            let points = trend.parts(id, from, PARTS)?;
            let ended = ended_while_growing(&points).filter(|share| *share <= ENDED_PERCENT_AT_ODDS)?;
            Some((id, points, ended))
        })
        .collect()
}

/// The groups of which it matters how long their tasks lived: a look without histograms has to be given those of these.
pub(crate) fn measured(now: &Snapshot, trend: &Trend, patience: u64) -> Vec<TaskGroupId> {
    let growing = growing(now, trend, patience).into_iter();
    growing.filter(|(_, _, ended)| *ended > ENDED_PERCENT).map(|(id, ..)| id).collect()
}

/// The share of the tasks that ended in those that were spawned, in percent, if the number grew in each part, and by enough
/// in all.
fn ended_while_growing(points: &[GroupPoint]) -> Option<u64> {
    let (first, last) = (points.first()?, points.last()?);
    let grew = last.live.saturating_sub(first.live);
    let spawned = last.spawned.saturating_sub(first.spawned);
    let ended = last.ended.saturating_sub(first.ended);
    let grows = grew >= MIN_GROWTH && points.windows(2).all(|pair| pair[1].live > pair[0].live);
    ended.saturating_mul(100).checked_div(spawned).filter(|_| grows)
}

/// Whether these tasks are of another sort than those of the group that ended.
fn at_odds(look: &Look<'_>, group: &TaskGroup, idle: &[&Task]) -> bool {
    let Some(longest) = group.lifetime.max() else { return false };
    idle.iter().all(|task| {
        let age = look.now.at.saturating_sub(task.spawned_at) as f64 / 1e9;
        let waits = look.index.waits_of(task.id);
        age >= longest * TIMES_AS_LONG
            && look.index.is_closed(task)
            && waits.iter().all(|wait| wait.resource.is_some() && !wait.timed)
    })
}

/// Whether the task has done nothing since `time`. A job runs also while it is blocked, and then takes up one of the threads
/// for such jobs, of which there are only so many.
fn is_idle(look: &Look<'_>, task: &Task, time: u64) -> bool {
    let is_job = || look.now.group_of(task).kind == TaskKind::Blocking;
    let blocked = || is_job() && look.index.blocking_wait(task.id).is_some_and(|wait| wait.since < time);
    task.state == TaskState::Waiting && task.since < time || task.state == TaskState::Running && blocked()
}

/// Whether each of them was left behind alone by a task of its own that has ended, wakes up by the clock alone, again and again,
/// and cannot be told to stop by a message or with its handle, while none of the group ever ended.
fn are_left_behind(look: &Look<'_>, group: &TaskGroup, tasks: &[&Task]) -> bool {
    let parents: BTreeSet<TaskId> = tasks.iter().filter_map(|task| task.parent).collect();
    let gone = || parents.iter().all(|parent| look.now.task(*parent).is_none());
    // One that goes on beside it may be what it is for: the reader of a connection, and the ticks that keep it open.
    let alone = || {
        let siblings = look.now.tasks.iter().filter_map(|task| task.parent);
        siblings.filter(|parent| parents.contains(parent)).count() == tasks.len()
    };
    let ticking = || tasks.iter().filter(|task| only_ticks(look, task)).count();
    group.finished.total() == 0
        && parents.len() == tasks.len()
        && gone()
        && alone()
        && ticking() * 100 >= tasks.len() * IDLE_PERCENT
}

/// Whether a task waits for nothing but a time, as it did before, and nobody can stop it.
fn only_ticks(look: &Look<'_>, task: &Task) -> bool {
    let innermost = task.awaits.iter().enumerate().filter(|(at, entry)| usize::from(entry.start) == *at);
    let mut innermost = innermost.map(|(_, entry)| entry.what);
    task.state == TaskState::Waiting
        && innermost.next() == Some(AwaitKind::Time)
        && innermost.next().is_none()
        && task.awaits_lost == 0
        && look.index.waits_of(task.id).iter().all(|wait| wait.op == Op::Sleep)
        && task.wakers == 1
        && task.polls >= TICKS
        && !task.abortable
        && !task.may_be_stopped
}

/// Whether the task waits with others to send into one and the same queue: that is told of the queue.
fn queues_up(look: &Look<'_>, task: &Task) -> bool {
    let mut sends = look.index.waits_of(task.id).iter().filter(|wait| wait.op == Op::Send);
    sends.any(|wait| wait.resource.is_some_and(|id| look.index.queue(id).len() > QUEUE))
}

fn finding(look: &Look<'_>, group: &TaskGroup, points: &[GroupPoint], idle: &[&Task]) -> Finding {
    let now = look.now;
    let (first, last) = (points[0], points[points.len() - 1]);
    let seconds = look.patience as f64 * WINDOW_HALVES as f64 / 2e9;
    let sample = idle[0];
    let place = text::waits_at(now, sample)
        .map_or_else(String::new, |place| format!(", most of them waiting at {place}"));
    Finding {
        kind: FindingKind::LeakedTask,
        evidence: Evidence::Statistical,
        severity: Severity::Warning,
        pool: now.pool_name(group.pool).to_owned(),
        blame: group.place,
        summary: format!(
            "tasks {} only grow in number: {} alive, {} more than {seconds:.0} s ago, while {} ended{place}",
            text::task(now, sample),
            last.live,
            last.live.saturating_sub(first.live),
            last.ended.saturating_sub(first.ended),
        ),
        advice: "look at what the oldest of them wait for, and end them when whoever asked for their work is gone \
                 (drop the channel, abort the handle, use a timeout)"
            .to_owned(),
        tasks: idle.iter().map(|task| task.id).collect(),
        behind: Vec::new(),
        resources: Vec::new(),
    }
}
