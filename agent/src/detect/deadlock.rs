//! Tasks that wait for each other in a circle.

use super::{Evidence, Finding, FindingKind, Look, Severity, text};
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Snapshot, Wait};
use std::collections::BTreeSet;

/// One finding per circle.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    circles(look).into_iter().map(|circle| finding(look, &circle)).collect()
}

/// The strongly connected sets of stuck tasks that contain a circle, each in ascending order.
pub(super) fn circles(look: &Look<'_>) -> Vec<Vec<TaskId>> {
    let stuck = &look.stuck;
    let mut done = BTreeSet::new();
    let mut circles = Vec::new();
    for start in stuck.tasks() {
        if done.contains(&start) {
            continue;
        }
        // Whoever is waited for by `start` and waits for it is in its circle.
        let reached = reach(start, |task| stuck.waits_for(task).to_vec());
        if !reached.contains(&start) {
            continue;
        }
        let waiting: BTreeSet<TaskId> = stuck.victims_of(&[start]).into_iter().chain([start]).collect();
        let circle: Vec<TaskId> = reached.intersection(&waiting).copied().collect();
        done.extend(circle.iter().copied());
        circles.push(circle);
    }
    circles
}

/// All that can be reached from `start`, which counts only if a way leads back to it.
fn reach(start: TaskId, next: impl Fn(TaskId) -> Vec<TaskId>) -> BTreeSet<TaskId> {
    let mut seen = BTreeSet::new();
    let mut open = next(start);
    while let Some(task) = open.pop() {
        if seen.insert(task) {
            open.extend(next(task));
        }
    }
    seen
}

fn finding(look: &Look<'_>, circle: &[TaskId]) -> Finding {
    let now = look.now;
    let waits: Vec<&Wait> = circle.iter().filter_map(|id| wait_within(now, *id, circle)).collect();
    let steps: Vec<String> = waits.iter().map(|wait| step(now, wait)).collect();
    let resources: BTreeSet<ResourceId> = waits.iter().filter_map(|wait| wait.resource).collect();
    let victims = look.stuck.victims_of(circle);
    let group = circle.first().and_then(|id| now.task(*id)).map(|task| now.group_of(task));
    let blame = waits.iter().map(|wait| wait.place).find(|place| place.line > 0);
    let mut summary = match circle.len() {
        1 => format!("a task waits for itself: {}", text::list(&steps, 4)),
        n => format!("{n} tasks wait for each other: {}", text::list(&steps, 4)),
    };
    if !victims.is_empty() {
        let verb = if victims.len() == 1 { "waits" } else { "wait" };
        summary += &format!("; {} {verb} behind them", text::count(victims.len(), "task"));
    }
    Finding {
        kind: FindingKind::Deadlock,
        evidence: Evidence::Cycle,
        severity: Severity::Critical,
        pool: group.map_or_else(String::new, |group| now.pool_name(group.pool).to_owned()),
        blame: blame.or(group.map(|group| group.place)).unwrap_or_default(),
        summary,
        advice: "take these resources in one order everywhere, or give one back before waiting for the next"
            .to_owned(),
        tasks: circle.to_vec(),
        resources: resources.into_iter().collect(),
    }
}

/// The wait by which a task is a member of the circle.
fn wait_within<'a>(snapshot: &'a Snapshot, task: TaskId, circle: &[TaskId]) -> Option<&'a Wait> {
    snapshot.waits.iter().find(|wait| {
        let held_by_member = || {
            let holds = snapshot.holds.iter().filter(|hold| Some(hold.resource) == wait.resource);
            holds.into_iter().any(|hold| hold.task.is_some_and(|holder| circle.contains(&holder)))
        };
        let joins_member = wait.target.is_some_and(|target| circle.contains(&target));
        wait.task == Some(task) && (joins_member || held_by_member())
    })
}

/// "`transfer` waits at a.rs:3:5 for the mutex `balance` held by `transfer` since a.rs:1:5".
fn step(snapshot: &Snapshot, wait: &Wait) -> String {
    let name = |id: TaskId| {
        snapshot.task(id).map_or_else(|| id.to_string(), |task| format!("`{}`", snapshot.task_name(task)))
    };
    let who = wait.task.map_or_else(|| "?".to_owned(), name);
    if let Some(target) = wait.target {
        return format!("{who} waits for the end of {}", name(target));
    }
    let Some(resource) = wait.resource.and_then(|id| snapshot.resource(id)) else { return who };
    let group = snapshot.group_of_resource(resource);
    let holders: Vec<String> = snapshot
        .holds
        .iter()
        .filter(|hold| hold.resource == resource.id)
        .map(|hold| format!("{} since {}", hold.task.map_or_else(|| "?".to_owned(), name), hold.place))
        .collect();
    format!(
        "{who} waits at {} for the {} `{}` held by {}",
        wait.place,
        group.kind.word(),
        group.name,
        text::list(&holders, 3)
    )
}
