//! Tasks that are ready to run and are not run, and jobs that no thread takes.

use super::{Evidence, Finding, FindingKind, Look, Severity, text};
use crate::id::TaskGroupId;
use crate::snapshot::{Snapshot, Task, TaskKind, TaskState};
use std::collections::BTreeMap;

/// One finding per spawn place.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let Some(since) = look.now.at.checked_sub(look.patience) else { return Vec::new() };
    let mut alike: BTreeMap<TaskGroupId, Vec<&Task>> = BTreeMap::new();
    for task in ready_since(look.now, since) {
        alike.entry(task.group).or_default().push(task);
    }
    alike.into_values().map(|tasks| finding(look, &tasks)).collect()
}

/// The tasks and jobs that have been ready to run since before this time.
pub(super) fn ready_since(now: &Snapshot, since: u64) -> impl Iterator<Item = &Task> {
    now.tasks.iter().filter(move |task| {
        let waits_for_thread = !matches!(now.group_of(task).kind, TaskKind::Root | TaskKind::Thread);
        task.state == TaskState::Runnable && task.since < since && waits_for_thread
    })
}

fn finding(look: &Look<'_>, tasks: &[&Task]) -> Finding {
    let now = look.now;
    let oldest = tasks.iter().min_by_key(|task| task.since).copied().unwrap_or(tasks[0]);
    let group = now.group_of(oldest);
    let seconds = now.at.saturating_sub(oldest.since) as f64 / 1e9;
    let job = group.kind == TaskKind::Blocking;
    let who = match (tasks.len(), job) {
        (1, true) => format!("blocking job {} has", text::task(now, oldest)),
        (n, true) => format!("{n} blocking jobs {} have", text::task(now, oldest)),
        (1, false) => format!("task {} has", text::task(now, oldest)),
        (n, false) => format!("{n} tasks {} have", text::task(now, oldest)),
    };
    let busy = occupants(now, job);
    let by = if busy.is_empty() {
        "; nothing runs in their place: does anybody drive their runtime?".to_owned()
    } else {
        format!("; the threads are occupied by {}", text::list(&busy, 3, String::clone))
    };
    Finding {
        kind: FindingKind::StarvedTask,
        evidence: Evidence::Statistical,
        severity: Severity::Warning,
        pool: now.pool_name(group.pool).to_owned(),
        blame: group.place,
        summary: format!("{who} been ready to run for {seconds:.1} s and not been run{by}"),
        advice: if job {
            "let endless jobs have threads of their own, or raise max_blocking_threads".to_owned()
        } else {
            "keep polls short: move what blocks or computes to spawn_blocking, and drive every runtime"
                .to_owned()
        } + &look.pool_at_work(group.pool),
        tasks: tasks.iter().map(|task| task.id).collect(),
        behind: Vec::new(),
        resources: Vec::new(),
    }
}

/// What runs now, the longest first: jobs if jobs wait, else tasks.
fn occupants(now: &Snapshot, jobs: bool) -> Vec<String> {
    let mut running: Vec<&Task> = now
        .tasks
        .iter()
        .filter(|task| task.state == TaskState::Running)
        .filter(|task| match now.group_of(task).kind {
            TaskKind::Blocking => jobs,
            TaskKind::Task | TaskKind::Local => !jobs,
            TaskKind::Root | TaskKind::Thread => false,
        })
        .collect();
    running.sort_by_key(|task| task.since);
    running.iter().map(|task| text::task(now, task)).collect()
}
