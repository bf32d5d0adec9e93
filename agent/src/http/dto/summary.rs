//! The program and the agent in a few numbers.

use crate::detect::{Record, Severity};
use crate::http::About;
use crate::http::dto::seconds;
use crate::snapshot::{Snapshot, TaskState};
use serde::Serialize;
use std::net::SocketAddr;

/// The summary.
#[derive(Debug, Serialize)]
pub(crate) struct SummaryDto<'a> {
    program: &'a str,
    pid: u32,
    version: &'static str,
    addr: String,
    unix_ms: u64,
    started_unix_ms: u64,
    uptime_seconds: f64,
    enabled: bool,
    stuck_after_seconds: f64,
    pools: usize,
    tasks: TaskCountsDto,
    resources: usize,
    findings: FindingCountsDto,
    runtimes: Vec<RuntimeDto<'a>>,
    overhead: OverheadDto,
    memory: MemoryDto,
    dropped: u64,
    profiles: Vec<&'static str>,
}

#[derive(Debug, Default, Serialize)]
struct TaskCountsDto {
    total: usize,
    running: u64,
    runnable: u64,
    waiting: u64,
    unknown: u64,
    spawned: u64,
    finished: u64,
}

/// Findings that last, by severity.
#[derive(Debug, Default, Serialize)]
struct FindingCountsDto {
    active: u64,
    critical: u64,
    warning: u64,
    info: u64,
    resolved: u64,
}

#[derive(Debug, Serialize)]
struct RuntimeDto<'a> {
    name: &'a str,
    workers: u64,
    alive_tasks: u64,
    global_queue: u64,
    busy_seconds: f64,
}

/// Shares of the process's CPU.
#[derive(Debug, Serialize)]
struct OverheadDto {
    fixed: Option<f64>,
    optional: Option<f64>,
    budget: f64,
}

#[derive(Debug, Serialize)]
struct MemoryDto {
    bytes: u64,
    slot_bytes: u64,
    max_bytes: u64,
}

impl<'a> SummaryDto<'a> {
    pub(crate) fn new(
        snapshot: &'a Snapshot,
        about: &'a About,
        findings: &[Record],
        addr: SocketAddr,
    ) -> SummaryDto<'a> {
        SummaryDto {
            program: &about.program,
            pid: about.pid,
            version: env!("CARGO_PKG_VERSION"),
            addr: addr.to_string(),
            unix_ms: about.unix_ms,
            started_unix_ms: about.started_unix_ms,
            uptime_seconds: about.unix_ms.saturating_sub(about.started_unix_ms) as f64 / 1e3,
            enabled: snapshot.agent.enabled,
            stuck_after_seconds: about.stuck_after,
            pools: snapshot.pools.len(),
            tasks: TaskCountsDto::of(snapshot),
            resources: snapshot.resources.len(),
            findings: FindingCountsDto::of(findings),
            runtimes: snapshot
                .runtimes
                .iter()
                .map(|r| RuntimeDto {
                    name: &r.name,
                    workers: r.workers,
                    alive_tasks: r.alive_tasks,
                    global_queue: r.global_queue,
                    busy_seconds: seconds(r.busy),
                })
                .collect(),
            overhead: OverheadDto {
                fixed: about.overhead_fixed,
                optional: about.overhead_optional,
                budget: about.budget,
            },
            memory: MemoryDto {
                bytes: snapshot.agent.memory,
                slot_bytes: snapshot.agent.slot_memory,
                max_bytes: about.max_memory,
            },
            dropped: snapshot.agent.dropped.iter().map(|(_, n)| n).sum(),
            profiles: about.profiles.iter().map(|kind| kind.word()).collect(),
        }
    }
}

impl TaskCountsDto {
    fn of(snapshot: &Snapshot) -> TaskCountsDto {
        let mut counts = TaskCountsDto { total: snapshot.tasks.len(), ..TaskCountsDto::default() };
        for task in &snapshot.tasks {
            match task.state {
                TaskState::Running => counts.running += 1,
                TaskState::Runnable => counts.runnable += 1,
                TaskState::Waiting => counts.waiting += 1,
                TaskState::Unknown => counts.unknown += 1,
            }
        }
        for group in &snapshot.task_groups {
            counts.spawned += group.spawned;
            counts.finished += group.finished.total();
        }
        counts
    }
}

impl FindingCountsDto {
    fn of(findings: &[Record]) -> FindingCountsDto {
        let mut counts = FindingCountsDto::default();
        for record in findings {
            if record.resolved_unix_ms.is_some() {
                counts.resolved += 1;
                continue;
            }
            counts.active += 1;
            match record.finding.severity {
                Severity::Critical => counts.critical += 1,
                Severity::Warning => counts.warning += 1,
                Severity::Info => counts.info += 1,
            }
        }
        counts
    }
}
