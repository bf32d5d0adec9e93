//! Tasks that try to take a lock or permits, and are refused each time while others are served.
//!
//! Whoever only tries is in no queue: readers that overlap, or waiters that a lock is handed to, can keep it out for ever.
//! It is no fault to be refused by a lock that nobody else gets either: then whoever has it is to blame.

use super::tracks::Refusals;
use super::{Evidence, Finding, FindingKind, Look, Severity, text};
use crate::snapshot::{Resource, ResourceKind, Task};

/// The least number of refused tries in a row.
const TRIES: u64 = 50;
/// At how many looks others must have been served since the look before.
const SERVED: u64 = 4;

/// One finding per place that spawns such tasks and lock that refuses them.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let mut findings: Vec<(Finding, &Resource)> = Vec::new();
    let mut rows: Vec<_> = look.trend.refusals.all().filter(|(_, row)| is_starved(look, row)).collect();
    rows.sort_by_key(|(id, _)| *id);
    for (id, row) in rows {
        let (Some(resource), Some(task)) = (look.now.resource(id), look.now.task(row.row.task)) else {
            continue;
        };
        let blame = look.now.group_of(task).place;
        match findings.iter_mut().find(|(f, r)| f.blame == blame && r.group == resource.group) {
            Some((finding, _)) => {
                finding.tasks.push(task.id);
                finding.resources.push(id);
            }
            None => findings.push((finding(look, resource, task, row), resource)),
        }
    }
    findings.into_iter().map(|(finding, _)| finding).collect()
}

/// Whether this has lasted, and goes on: the task still tries, and others are still served.
fn is_starved(look: &Look<'_>, row: &Refusals) -> bool {
    let now = look.now.at;
    let recent = now.saturating_sub(look.patience / 2);
    let lasts = row.row.since.max(row.own).saturating_add(look.patience) <= row.tried;
    lasts && row.row.tries >= TRIES && row.served >= SERVED && row.tried > recent && row.served_at > recent
}

fn finding(look: &Look<'_>, resource: &Resource, task: &Task, row: &Refusals) -> Finding {
    let now = look.now;
    let group = now.group_of_resource(resource);
    let seconds = now.at.saturating_sub(row.row.since) as f64 / 1e9;
    let between = text::waits_at(now, task)
        .map_or_else(String::new, |place| format!("; between its tries it waits at {place}"));
    let what = if group.kind == ResourceKind::Semaphore { "to take permits of" } else { "to take" };
    Finding {
        kind: FindingKind::StarvedTask,
        evidence: Evidence::Statistical,
        severity: Severity::Warning,
        pool: now.pool_name(now.group_of(task).pool).to_owned(),
        blame: now.group_of(task).place,
        summary: format!(
            "task {} has tried {} times in {seconds:.1} s {what} the {} `{}` (created at {}) and was refused each time, \
             while others were served{between}",
            text::task(now, task),
            row.row.tries,
            group.kind.word(),
            group.name,
            group.place,
        ),
        advice:
            "a try is in nobody's queue: await the lock, if need be with a timeout, so that its turn comes"
                .to_owned(),
        tasks: vec![task.id],
        behind: Vec::new(),
        resources: vec![resource.id],
    }
}
