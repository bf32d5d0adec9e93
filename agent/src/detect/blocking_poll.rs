//! Polls that keep a thread for long: caught in the act.
//!
//! A poll is found when it has been seen in progress for a second, not counting the time in which its thread waited
//! for a processor; when two polls of tasks of the same place were seen asleep in the kernel; or when three of them were
//! seen to compute for a tenth of a second and more. While the program gets hardly any of the processors, a thread that
//! waits for another one of which nothing is known is not: that one may have been about to go on.

use super::tracks::LongPoll;
use super::{Evidence, Finding, FindingKind, Look, Severity, text};
use crate::id::TaskGroupId;
use crate::snapshot::{Op, Task, TaskKind};
use std::collections::BTreeMap;

/// How long a poll must be seen in progress, in nanoseconds.
const LONG: u64 = 1_000_000_000;
/// In how many polls a thread must be seen asleep.
const SLEEPS: u64 = 2;
/// In how many polls it must have computed for long.
const COMPUTES: u64 = 3;

/// One finding per spawn place.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let now = look.now;
    let mut found: BTreeMap<TaskGroupId, (&LongPoll, Option<u64>)> = BTreeMap::new();
    for (group, computes) in look.trend.polls.computes().filter(|(_, it)| it.polls >= COMPUTES) {
        let kind = now.task_groups.get(group.index()).map(|group| group.kind);
        if matches!(kind, Some(TaskKind::Task | TaskKind::Local)) {
            found.insert(group, (&computes.last, Some(computes.polls)));
        }
    }
    for (group, sleeps) in look.trend.polls.sleeps().filter(|(_, sleeps)| sleeps.polls >= SLEEPS) {
        found.insert(group, (&sleeps.last, Some(sleeps.polls)));
    }
    for poll in look.trend.polls.open().filter(|poll| poll.lasted() >= LONG) {
        if let Some(task) = now.task(poll.task) {
            found.insert(task.group, (poll, None));
        }
    }
    found.retain(|_, (poll, _)| !(look.is_starved() && poll.waits_for_unknown()));
    // A task of a circle blocks its thread as long as the circle lasts.
    found.retain(|_, (poll, _)| !look.stuck.contains(poll.task) && !look.suspected.contains(poll.task));
    found.into_iter().map(|(group, (poll, sleeps))| finding(look, group, poll, sleeps)).collect()
}

fn finding(look: &Look<'_>, id: TaskGroupId, poll: &LongPoll, sleeps: Option<u64>) -> Finding {
    let now = look.now;
    let group = &now.task_groups[id.index()];
    let task = now.task(poll.task);
    let who = task
        .map_or_else(|| format!("`{}` (spawned at {})", group.label, group.place), |t| text::task(now, t));
    let what = match (poll.blocks, poll.kernel.asleep) {
        (Some((place, Op::Sleep, _)), _) => format!("sleeps on its thread at {place}"),
        (Some((place, _, resource)), _) => {
            let group = resource.and_then(|id| now.resource(id)).map(|r| now.group_of_resource(r));
            let name = group.map_or_else(String::new, |g| format!(" for the {} `{}`", g.kind.word(), g.name));
            format!("blocks its thread{name} at {place}")
        }
        (None, true) => {
            format!("sleeps in the kernel ({})", poll.kernel.wait.as_deref().unwrap_or("unknown"))
        }
        (None, false) => "computes".to_owned(),
    };
    let lasts = match sleeps {
        Some(polls) => format!("in {polls} polls of the last seconds"),
        None => format!("for {:.1} s in one poll", age(task, now.at, poll) as f64 / 1e9),
    };
    let behind = match waiting_behind(look) {
        0 => String::new(),
        n => format!(
            "; {} ready to run meanwhile",
            text::count(n, "task") + if n == 1 { " is" } else { " are" }
        ),
    };
    Finding {
        kind: FindingKind::BlockingPoll,
        evidence: Evidence::Observed,
        severity: Severity::Warning,
        pool: now.pool_name(group.pool).to_owned(),
        blame: poll.blocks.map_or(group.place, |(place, ..)| place),
        summary: format!(
            "task {who} {what} {lasts} and keeps the thread `{}` from all others{behind}",
            poll.thread
        ),
        advice:
            "move the work to spawn_blocking, or wait with an async primitive; cut long computations with \
                 yield_now"
                .to_owned(),
        tasks: task.map(|task| task.id).into_iter().collect(),
        behind: Vec::new(),
        resources: poll.blocks.and_then(|(_, _, resource)| resource).into_iter().collect(),
    }
}

/// How long the poll has lasted.
fn age(task: Option<&Task>, at: u64, poll: &LongPoll) -> u64 {
    task.map_or_else(|| poll.lasted(), |task| at.saturating_sub(task.since))
}

/// Tasks that have been ready to run for a tenth of a second.
fn waiting_behind(look: &Look<'_>) -> usize {
    super::starved_task::ready_since(look.now, look.now.at.saturating_sub(100_000_000)).count()
}
