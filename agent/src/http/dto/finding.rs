//! A finding as the API shows it.

use crate::detect::Record;
use crate::http::Stack;
use crate::http::dto::{MOST_LISTED, ResourceDto, Shown, TaskDto, View};
use crate::id::TaskId;
use crate::profile::Frame;
use crate::snapshot::{Place, Snapshot, Task};
use serde::Serialize;

/// All findings.
#[derive(Debug, Serialize)]
pub(crate) struct FindingsDto<'a> {
    pub(crate) findings: Vec<FindingDto<'a>>,
}

/// A finding.
#[derive(Debug, Serialize)]
pub(crate) struct FindingDto<'a> {
    id: String,
    kind: &'static str,
    certainty: &'static str,
    evidence: &'static str,
    severity: &'static str,
    pool: &'a str,
    blamed_at: Shown<Place>,
    summary: &'a str,
    advice: &'a str,
    since_unix_ms: u64,
    resolved_unix_ms: Option<u64>,
    tasks: Vec<TaskDto<'a>>,
    tasks_total: usize,
    /// Of a circle, those that wait behind its members.
    behind: Vec<TaskDto<'a>>,
    behind_total: usize,
    resources: Vec<ResourceDto<'a>>,
    resources_total: usize,
    /// Where the trace is that was kept when it was found.
    trace: Option<String>,
    /// What the thread did in the poll that was caught, innermost first; and in a poll of which task.
    stack: Option<Vec<FrameDto>>,
    stack_task: Option<Shown<TaskId>>,
    /// Why there is no stack, of a finding that should have one.
    stack_missing: Option<String>,
}

/// A function of a stack.
#[derive(Debug, Serialize)]
pub(crate) struct FrameDto {
    function: Option<String>,
    file: Option<String>,
    line: Option<u32>,
}

impl From<Frame> for FrameDto {
    fn from(frame: Frame) -> FrameDto {
        FrameDto { function: frame.function, file: frame.file, line: frame.line }
    }
}

impl<'a> FindingDto<'a> {
    /// Its tasks and resources as they were when it was last seen; a trace was kept if it is in `traced`.
    pub(crate) fn new(
        snapshot: &'a Snapshot,
        record: &'a Record,
        traced: &[u64],
        stack: Stack,
    ) -> FindingDto<'a> {
        let (stack, stack_task, stack_missing) = match stack {
            Stack::None => (None, None, None),
            Stack::Missing(why) => (None, None, Some(why)),
            Stack::Taken(task, frames) => {
                (Some(frames.into_iter().map(FrameDto::from).collect()), Some(Shown(task)), None)
            }
        };
        let view = View::of_record(snapshot, record);
        let finding = &record.finding;
        let (behind, own): (Vec<&Task>, Vec<&Task>) =
            record.tasks.iter().partition(|task| finding.behind.contains(&task.id));
        let listed = |tasks: Vec<&'a Task>| -> Vec<TaskDto<'a>> {
            tasks.into_iter().take(MOST_LISTED).map(|task| TaskDto::new(&view, task)).collect()
        };
        let (tasks, behind) = (listed(own), listed(behind));
        FindingDto {
            id: format!("f{}", record.id),
            kind: finding.kind.word(),
            certainty: finding.evidence.certainty().word(),
            evidence: finding.evidence.word(),
            severity: finding.severity.word(),
            pool: &finding.pool,
            blamed_at: Shown(finding.blame),
            summary: &finding.summary,
            advice: &finding.advice,
            since_unix_ms: record.since_unix_ms,
            resolved_unix_ms: record.resolved_unix_ms,
            tasks_total: finding.tasks.len().max(tasks.len()),
            behind_total: finding.behind.len().max(behind.len()),
            tasks,
            behind,
            resources: record
                .resources
                .iter()
                .take(MOST_LISTED)
                .map(|r| ResourceDto::new(&view, r))
                .collect(),
            resources_total: finding.resources.len().max(record.resources.len()),
            trace: traced.contains(&record.id).then(|| format!("/debug/trace?finding=f{}", record.id)),
            stack,
            stack_task,
            stack_missing,
        }
    }
}
