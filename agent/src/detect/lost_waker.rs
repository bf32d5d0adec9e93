//! Tasks that are parked while nobody holds their waker.

use super::{Evidence, Finding, FindingKind, Look, Severity, text};
use crate::id::{SiteId, TaskGroupId, TaskId};
use crate::snapshot::{AwaitKind, Op, Task, TaskKind};
use std::collections::BTreeMap;

/// One finding per spawn place and innermost await.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let mut alike: BTreeMap<(TaskGroupId, SiteId), Vec<&Task>> = BTreeMap::new();
    for task in look.stuck.tasks().filter_map(|id| look.now.task(id)) {
        let nobody = task.wakers == 0 && look.stuck.waits_for_nobody(task.id);
        if nobody && look.index.blocking_wait(task.id).is_none() && is_fault(look, task) {
            let site = task.awaits.first().map_or(SiteId(0), |entry| entry.site);
            alike.entry((task.group, site)).or_default().push(task);
        }
    }
    alike.into_values().map(|tasks| finding(look, &tasks)).collect()
}

/// Waiting for ever is a fault unless it is meant, and even then if others wait for what the task holds.
fn is_fault(look: &Look<'_>, task: &Task) -> bool {
    let group = look.now.group_of(task);
    if group.kind == TaskKind::Root {
        return false;
    }
    // Without any await to look at nothing tells a lost waker from an intent, unless the attribute saw the spawn:
    // then the future has no await in the code that it covers.
    let known = !task.awaits.is_empty() || !group.label.is_empty();
    known && !waits_by_intent(look, task) || look.stuck.net().is_waited_for(task.id)
}

/// Whether the innermost await is one that never ends and says so.
fn waits_by_intent(look: &Look<'_>, task: &Task) -> bool {
    let said = text::innermost(look.now, task).is_some_and(|site| calls_pending(site.label))
        || task.awaits.first().is_some_and(|entry| entry.what == AwaitKind::Never);
    said || look.index.waits_of(task.id).iter().any(|wait| wait.op == Op::Pending)
}

/// Whether an awaited expression is a call of `pending`, by whatever path and type argument.
fn calls_pending(label: &str) -> bool {
    let path = label.split(['(', '<']).next().unwrap_or_default().trim_end_matches("::");
    path.rsplit("::").next().is_some_and(|name| name.trim() == "pending")
}

fn finding(look: &Look<'_>, tasks: &[&Task]) -> Finding {
    let now = look.now;
    let first = tasks[0];
    let group = now.group_of(first);
    let ids: Vec<TaskId> = tasks.iter().map(|task| task.id).collect();
    let victims = look.stuck.victims_of(&ids);
    let place = match text::waits_at(now, first) {
        Some(place) => format!("parked at {place}"),
        None => "parked".to_owned(),
    };
    let who = match tasks.len() {
        1 => format!("task {} is", text::task(now, first)),
        n => format!("{n} tasks {} are", text::task(now, first)),
    };
    let mut summary = format!("{who} {place} and nobody holds the waker: nothing can ever run it again");
    if !victims.is_empty() {
        summary += &format!(
            "; {} for it",
            text::count(victims.len(), "task") + if victims.len() == 1 { " waits" } else { " wait" }
        );
    }
    Finding {
        kind: FindingKind::LostWaker,
        evidence: Evidence::Proof,
        severity: if victims.is_empty() { Severity::Warning } else { Severity::Critical },
        pool: now.pool_name(group.pool).to_owned(),
        blame: group.place,
        summary,
        advice: "the future returned Pending without keeping a clone of the waker of its last poll, or whoever kept \
                 it dropped it without a wake: store the waker anew at every poll, and wake before dropping it"
            .to_owned(),
        tasks: ids,
        behind: Vec::new(),
        resources: Vec::new(),
    }
}
