//! Runtimes whose threads for blocking jobs are all taken for good, while work waits for one.
//!
//! What waits is a job that was spawned, or a task that awaits one of tokio's own operations that need such a thread:
//! these are known by their names in the source only.

use super::{Evidence, Finding, FindingKind, Look, Severity, text};
use crate::snapshot::{Snapshot, Task, TaskKind, TaskState};

/// Names of operations that run on a thread for blocking jobs.
const OPERATIONS: &[&str] = &["fs::", "File::", "spawn_blocking", "lookup_host"];

/// One finding per runtime.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let Some(since) = look.now.at.checked_sub(look.patience) else { return Vec::new() };
    let full: Vec<(usize, Vec<&Task>)> = (0..look.now.runtimes.len())
        .filter_map(|runtime| Some((runtime, occupants(look.now, runtime, since)?)))
        .collect();
    if full.is_empty() {
        return Vec::new();
    }
    let behind: Vec<&Task> = look.now.tasks.iter().filter(|task| waits(look.now, task, since)).collect();
    if behind.is_empty() {
        return Vec::new();
    }
    full.iter().map(|(runtime, jobs)| finding(look, *runtime, jobs, &behind)).collect()
}

/// The jobs that have had all threads of a runtime since before this time; `None` if a thread is free, or may be made.
fn occupants(now: &Snapshot, runtime: usize, since: u64) -> Option<Vec<&Task>> {
    let limit = now.runtimes[runtime].blocking_limit?;
    let ours = now.threads.iter().filter(|thread| thread.runtime == Some(runtime as u32));
    let jobs: Vec<&Task> = ours
        .filter_map(|thread| now.task(thread.task?))
        .filter(|task| now.group_of(task).kind == TaskKind::Blocking && task.since < since)
        .collect();
    (jobs.len() as u64 >= limit).then_some(jobs)
}

/// Whether a task has waited for a thread for blocking jobs since before this time.
fn waits(now: &Snapshot, task: &Task, since: u64) -> bool {
    let operation = || {
        text::innermost(now, task).is_some_and(|site| OPERATIONS.iter().any(|name| site.label.contains(name)))
    };
    task.since < since
        && match task.state {
            TaskState::Runnable => now.group_of(task).kind == TaskKind::Blocking,
            TaskState::Waiting => operation(),
            TaskState::Running | TaskState::Unknown => false,
        }
}

fn finding(look: &Look<'_>, runtime: usize, jobs: &[&Task], behind: &[&Task]) -> Finding {
    let now = look.now;
    let group = now.group_of(jobs[0]);
    let longest = jobs.iter().map(|task| now.at.saturating_sub(task.since)).max().unwrap_or(0);
    let mut names: Vec<String> = jobs.iter().map(|task| text::task(now, task)).collect();
    names.sort_unstable();
    names.dedup();
    let first = behind[0];
    let at = text::waits_at(now, first).map_or_else(String::new, |place| format!(" at {place}"));
    Finding {
        kind: FindingKind::PoolExhausted,
        evidence: Evidence::Statistical,
        severity: Severity::Warning,
        pool: now.pool_name(group.pool).to_owned(),
        blame: group.place,
        summary: format!(
            "all {} threads for blocking jobs of the runtime `{}` have been taken for up to {:.1} s by {}; {} for one, \
             first {}{at}",
            jobs.len(),
            now.runtimes[runtime].name,
            longest as f64 / 1e9,
            text::list(&names, 3, String::clone),
            text::count(behind.len(), "task") + if behind.len() == 1 { " waits" } else { " wait" },
            text::task(now, first),
        ),
        advice: "give jobs that never end threads of their own (std::thread), or raise max_blocking_threads: files, \
                 names and spawn_blocking share these threads"
            .to_owned()
            + &look.pool_at_work(group.pool),
        tasks: jobs.iter().chain(behind).map(|task| task.id).take(20).collect(),
        behind: Vec::new(),
        resources: Vec::new(),
    }
}
