//! Tasks that can never end because everyone who could wake them is stuck.

use super::{Evidence, Finding, FindingKind, Look, Severity, text};
use crate::id::{TaskGroupId, TaskId};
use crate::snapshot::{Task, TaskKind};
use std::collections::{BTreeMap, BTreeSet};

/// One finding per spawn place.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let in_circle: BTreeSet<TaskId> =
        look.circles.iter().flat_map(|circle| circle.tasks.iter().copied()).collect();
    let mut alike: BTreeMap<TaskGroupId, Vec<&Task>> = BTreeMap::new();
    for task in look.stuck.tasks().filter_map(|id| look.now.task(id)) {
        let root = look.now.group_of(task).kind == TaskKind::Root;
        if (task.wakers > 0 || look.index.blocking_wait(task.id).is_some())
            && !root
            && !in_circle.contains(&task.id)
            && !look.stuck.waits_for(task.id).is_empty()
        {
            alike.entry(task.group).or_default().push(task);
        }
    }
    alike.into_values().map(|tasks| finding(look, &tasks)).collect()
}

fn finding(look: &Look<'_>, tasks: &[&Task]) -> Finding {
    let now = look.now;
    let first = tasks[0];
    let group = now.group_of(first);
    let culprits: BTreeSet<TaskId> =
        tasks.iter().flat_map(|task| look.stuck.waits_for(task.id)).copied().collect();
    let names: Vec<String> =
        culprits.iter().filter_map(|id| now.task(*id)).map(|task| text::task(now, task)).collect();
    let at = text::waits_at(now, first).map_or_else(String::new, |place| format!(" at {place}"));
    let verb = if tasks.len() == 1 { "waits" } else { "wait" };
    Finding {
        kind: FindingKind::LeakedTask,
        evidence: Evidence::Proof,
        severity: Severity::Critical,
        pool: now.pool_name(group.pool).to_owned(),
        blame: group.place,
        summary: format!(
            "{} {} {verb}{at} for {}, which can never run again",
            text::count(tasks.len(), "task"),
            text::task(now, first),
            text::list(&names, 3)
        ),
        advice: "look at what they wait for: it is stuck itself, see its own finding".to_owned(),
        tasks: tasks.iter().map(|task| task.id).collect(),
        resources: tasks
            .iter()
            .flat_map(|task| look.index.waits_of(task.id))
            .filter_map(|wait| wait.resource)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
    }
}
