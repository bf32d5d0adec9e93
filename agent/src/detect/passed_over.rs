//! Queues whose receiver is always busy with another one: a `select!` that asks the other one first.
//!
//! Their messages stand, and the task that has their receiver does not wait for them: at no look was it caught up with the
//! other queue.

use super::tracks::Standing;
use super::{Evidence, Finding, FindingKind, Look, Severity, text};
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Resource, Task};

/// The least number of messages that it must have taken from the other queue meanwhile.
const TAKEN: u64 = 50;

/// From this many times slower on, in percent, it is no fault that a receiver does not catch up: with free processors it
/// may have time to spare.
const SLOW: u64 = 130;
/// For how long messages must stand, in patiences: a queue that is empty for a moment now and then may not be for one.
const PATIENCES: u64 = 2;

/// One finding per queue.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let since = look.now.at.checked_sub(lasts(look));
    let Some(since) = since.filter(|_| look.slowness < SLOW) else {
        return Vec::new();
    };
    let stands = |it: &Standing| it.stands_since.is_some_and(|begun| begun <= since);
    let tracks = || look.trend.standing.all().filter_map(|(id, it)| Some((it.owner?, id, it)));
    let mut standing: Vec<(TaskId, ResourceId)> =
        tracks().filter(|(.., it)| stands(it)).map(|(task, id, _)| (task, id)).collect();
    if standing.is_empty() {
        return Vec::new();
    }
    standing.sort_unstable();
    let busy = tracks().filter(|(.., it)| it.busy_since <= since && it.taken() >= TAKEN);
    let mut busy: Vec<(TaskId, ResourceId, u64)> =
        busy.map(|(task, id, it)| (task, id, it.taken())).collect();
    busy.sort_unstable();
    let found = standing.into_iter().filter_map(|(task, id)| {
        let own = &busy[busy.partition_point(|(owner, ..)| *owner < task)..];
        let mut own = own.iter().take_while(|(owner, ..)| *owner == task);
        let (_, other, taken) = own.find(|(_, other, _)| *other != id)?;
        let (task, queue, other) = (look.now.task(task)?, look.now.resource(id)?, look.now.resource(*other)?);
        Some(finding(look, task, queue, (other, *taken)))
    });
    found.collect()
}

/// For how long messages must stand here.
fn lasts(look: &Look<'_>) -> u64 {
    look.patience.saturating_mul(PATIENCES)
}

fn finding(look: &Look<'_>, task: &Task, queue: &Resource, (other, taken): (&Resource, u64)) -> Finding {
    let now = look.now;
    let group = now.group_of(task);
    let named = |resource: &Resource| {
        let group = now.group_of_resource(resource);
        format!("`{}` (created at {})", group.name, group.place)
    };
    Finding {
        kind: FindingKind::StarvedTask,
        evidence: Evidence::Statistical,
        severity: Severity::Warning,
        pool: now.pool_name(group.pool).to_owned(),
        blame: group.place,
        summary: format!(
            "task {} never gets to the queue {}, in which {} stood for {:.1} s and more, while it took {taken} from {}",
            text::task(now, task),
            named(queue),
            text::count(usize::try_from(queue.depth.unwrap_or(0)).unwrap_or(usize::MAX), "message"),
            lasts(look) as f64 / 1e9,
            named(other),
        ),
        advice: "let select! choose at random (without `biased`), ask first for what must not wait, or take only so many \
                 from the other queue in a row"
            .to_owned(),
        tasks: vec![task.id],
        behind: Vec::new(),
        resources: vec![queue.id, other.id],
    }
}
