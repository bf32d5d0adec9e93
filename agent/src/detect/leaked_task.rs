//! Tasks that can never end because everyone who could wake them is stuck.

use super::circle::Circle;
use super::ends::Tier;
use super::{Evidence, Finding, FindingKind, Look, Severity, text};
use crate::id::{TaskGroupId, TaskId};
use crate::snapshot::{Task, TaskKind};
use std::collections::{BTreeMap, BTreeSet};

/// One finding per spawn place.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let in_circle: BTreeSet<TaskId> =
        look.circles.iter().flat_map(|circle| circle.tasks.iter().copied()).collect();
    let told = merely_behind(look);
    let mut alike: BTreeMap<TaskGroupId, Vec<&Task>> = BTreeMap::new();
    for task in look.stuck.tasks().filter_map(|id| look.now.task(id)) {
        let root = look.now.group_of(task).kind == TaskKind::Root;
        if (task.wakers > 0 || look.index.blocking_wait(task.id).is_some())
            && !root
            && !in_circle.contains(&task.id)
            && !told.contains(&task.id)
            && !look.stuck.waits_for_nobody(task.id)
        {
            alike.entry(task.group).or_default().push(task);
        }
    }
    let mut alone: BTreeMap<(Tier, TaskGroupId), Vec<&Task>> = BTreeMap::new();
    for circle in look.circles.iter().filter(|circle| circle.kind == FindingKind::LeakedTask) {
        let tasks: Vec<&Task> = circle.tasks.iter().filter_map(|id| look.now.task(*id)).collect();
        // What is dropped with one of those who share may tell the others.
        if circle.tier == Tier::Attributed && tasks.iter().any(|task| may_be_aborted(look, task)) {
            continue;
        }
        for task in tasks.into_iter().filter(|task| !may_be_aborted(look, task)) {
            alone.entry((circle.tier, task.group)).or_default().push(task);
        }
    }
    let behind = alike.into_values().map(|tasks| {
        let names = culprits(look, &tasks);
        let what = format!("for {}, which can never run again", text::list(&names, 3, String::clone));
        finding(look, &tasks, Evidence::Proof, &what, BEHIND)
    });
    let alone = alone.into_iter().map(|((tier, _), tasks)| match tier {
        Tier::Certain => {
            let what = "for messages, and only the task itself has the other end of the channel";
            finding(look, &tasks, Evidence::Proof, what, ALONE)
        }
        Tier::Attributed => {
            let what = "for what nobody else can reach: all references of the Arc that it is in are with tasks that \
                        wait for it (as far as nothing was lent unseen)";
            finding(look, &tasks, tier.evidence(), what, SHARED)
        }
    });
    behind.chain(alone).collect()
}

/// The tasks that wait, directly or through each other, for circles and for nothing else: the findings about these tell of
/// them. Whoever waits for another stuck task as well is leaked for a reason of its own.
fn merely_behind(look: &Look<'_>) -> BTreeSet<TaskId> {
    let told = |circle: &&Circle<'_>| circle.tier == Tier::Certain && circle.kind != FindingKind::LeakedTask;
    let members: Vec<TaskId> =
        look.circles.iter().filter(told).flat_map(|circle| circle.tasks.clone()).collect();
    if members.is_empty() {
        return BTreeSet::new();
    }
    let victims = look.stuck.victims_of(&members);
    let mut behind: BTreeSet<TaskId> = victims.iter().copied().collect();
    let mut others = look.stuck.net().targets_of(&victims);
    let members: BTreeSet<TaskId> = members.into_iter().collect();
    others.retain(|other| !members.contains(other) && !behind.contains(other));
    let mut own = look.stuck.net().waiters_of(&others);
    own.retain(|task| behind.contains(task));
    for task in look.stuck.victims_of(&own).iter().chain(&own) {
        behind.remove(task);
    }
    behind
}

/// Whether somebody has a handle that can abort the task, and does not wait for its end with it: it may be meant to end
/// that way.
pub(super) fn may_be_aborted(look: &Look<'_>, task: &Task) -> bool {
    let kind = look.now.group_of(task).kind;
    task.abortable && matches!(kind, TaskKind::Task | TaskKind::Local) && !look.index.is_awaited(task.id)
}

/// Advice for those who wait behind others.
const BEHIND: &str = "look at what they wait for: it is stuck itself, see its own finding";
/// Advice for those who keep their own channel open.
const ALONE: &str = "let the task have a WeakSender, or tell it to end by a message or a CancellationToken: as long as it \
                     keeps the other end, its channel never closes";

/// Advice for those who have for themselves what they wait for.
const SHARED: &str = "whoever is to notify or to send went without doing so: do it on every way out, also after an error, \
                      or keep only a Weak in the tasks that wait";

/// The names of those whom these tasks wait for; several of one name are one entry.
fn culprits(look: &Look<'_>, tasks: &[&Task]) -> Vec<String> {
    let ids: Vec<TaskId> = tasks.iter().map(|task| task.id).collect();
    let culprits = look.stuck.net().targets_of(&ids);
    let mut alike: BTreeMap<TaskGroupId, (usize, &Task)> = BTreeMap::new();
    for task in culprits.iter().filter_map(|id| look.now.task(*id)) {
        alike.entry(task.group).or_insert((0, task)).0 += 1;
    }
    let name = |(n, one): (usize, &Task)| match n {
        1 => text::task(look.now, one),
        n => format!("{} {}", text::count(n, "task"), text::task(look.now, one)),
    };
    alike.into_values().map(name).collect()
}

fn finding(look: &Look<'_>, tasks: &[&Task], evidence: Evidence, what: &str, advice: &str) -> Finding {
    let now = look.now;
    let first = tasks[0];
    let group = now.group_of(first);
    let at = text::waits_at(now, first).map_or_else(String::new, |place| format!(" at {place}"));
    let verb = if tasks.len() == 1 { "waits" } else { "wait" };
    Finding {
        kind: FindingKind::LeakedTask,
        evidence,
        severity: Severity::Critical,
        pool: now.pool_name(group.pool).to_owned(),
        blame: group.place,
        summary: format!("{} {} {verb}{at} {what}", text::count(tasks.len(), "task"), text::task(now, first),),
        advice: advice.to_owned(),
        tasks: tasks.iter().map(|task| task.id).collect(),
        behind: Vec::new(),
        resources: tasks
            .iter()
            .flat_map(|task| look.index.waits_of(task.id))
            .filter_map(|wait| wait.resource)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
    }
}
