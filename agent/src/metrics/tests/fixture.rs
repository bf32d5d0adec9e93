//! A small program, written out.

use crate::detect::{Evidence, Finding, FindingKind, Record, Severity};
use crate::grid;
use crate::id::{PoolId, ResourceGroupId, ResourceId, TaskGroupId, TaskId};
use crate::metrics::{Input, Overhead, Pressures};
use crate::snapshot::*;

pub(super) const PLACE: Place = Place { file: "src/main.rs", line: 7, column: 5 };

pub(super) fn histogram(nanos: &[u64]) -> Histogram {
    let mut h = Histogram { counts: vec![0; grid::BUCKETS], sum: nanos.iter().sum() };
    for n in nanos {
        h.counts[grid::bucket(*n as f64)] += 1;
    }
    h
}

pub(super) fn task_group(pool: u32, label: &str, line: u32, spawned: u64) -> TaskGroup {
    TaskGroup {
        spawned,
        finished: Finished { completed: spawned / 2, ..Finished::default() },
        poll: histogram(&[2_000; 3]),
        schedule_delay: histogram(&[70, 900_000]),
        lifetime: histogram(&[5_000_000]),
        ..TaskGroup::new(PoolId(pool), TaskKind::Task, label, Place { line, ..PLACE })
    }
}

pub(super) fn resource_group(pool: u32, kind: ResourceKind, name: &str) -> ResourceGroup {
    ResourceGroup { created: 1, ..ResourceGroup::new(PoolId(pool), kind, name, PLACE) }
}

pub(super) fn task(index: u32, group: u32, state: TaskState) -> Task {
    Task { state, polls: 1, wakes: 1, ..Task::new(TaskId::new(index, 1), TaskGroupId(group)) }
}

pub(super) fn resource(index: u32, group: u32) -> Resource {
    Resource::new(ResourceId::new(index, 1), ResourceGroupId(group))
}

pub(super) fn wait(resource: u32, op: Op, since: u64) -> Wait {
    Wait { resource: Some(ResourceId::new(resource, 1)), since, ..Wait::new(op, PLACE) }
}

pub(super) fn finding(id: u64, kind: FindingKind, evidence: Evidence, resolved: Option<u64>) -> Record {
    let finding = Finding {
        kind,
        evidence,
        severity: Severity::Warning,
        pool: "thumbnails".into(),
        blame: PLACE,
        summary: String::new(),
        advice: String::new(),
        tasks: Vec::new(),
        behind: Vec::new(),
        resources: Vec::new(),
    };
    Record {
        id,
        finding,
        since_unix_ms: 0,
        resolved_unix_ms: resolved,
        at: 0,
        tasks: Vec::new(),
        resources: Vec::new(),
        waits: Vec::new(),
        holds: Vec::new(),
    }
}

/// A pool of workers behind a bounded queue, a cache behind a lock, and a semaphore that is used up.
pub(super) fn program() -> Snapshot {
    use ResourceKind::{Broadcast, Mpsc, Mutex, Semaphore};
    let pool = |name: &str| Pool { name: name.into() };
    let second = 1_000_000_000;
    Snapshot {
        at: 100 * second,
        pools: vec![pool("main"), pool("thumbnails")],
        task_groups: vec![
            task_group(0, "", 3, 1),
            task_group(1, "worker", 4, 8),
            task_group(1, "worker", 9, 2),
        ],
        resource_groups: vec![
            ResourceGroup {
                dwell: histogram(&[1 << 20, (1 << 20) + 1]),
                send_wait: histogram(&[3_000_000]),
                sent: 40,
                received: 33,
                ..resource_group(1, Mpsc, "jobs")
            },
            ResourceGroup { sent: 5, received: 5, ..resource_group(1, Mpsc, "results") },
            ResourceGroup {
                wait: histogram(&[1_024, 1_025]),
                hold: histogram(&[500_000]),
                ..resource_group(1, Mutex, "cache")
            },
            ResourceGroup { wait: histogram(&[second]), ..resource_group(1, Semaphore, "decoders") },
            ResourceGroup { sent: 9, missed: 2, ..resource_group(1, Broadcast, "news") },
        ],
        tasks: vec![
            task(0, 0, TaskState::Waiting),
            task(1, 1, TaskState::Running),
            task(2, 1, TaskState::Runnable),
            Task { covered: false, ..task(3, 2, TaskState::Waiting) },
        ],
        resources: vec![
            Resource { depth: Some(7), capacity: Some(8), ..resource(0, 0) },
            Resource { depth: Some(0), ..resource(1, 1) },
            resource(2, 2),
            Resource { permits: Some(4), permits_out: Some(4), ..resource(3, 3) },
        ],
        waits: vec![
            wait(0, Op::Send, 95 * second),
            wait(1, Op::Recv, 0),
            wait(2, Op::Lock, 60 * second),
            wait(2, Op::Lock, 99 * second),
            wait(3, Op::Acquire, 100 * second - 250_000_000),
        ],
        runtimes: vec![Runtime {
            name: "tokio-runtime-worker".into(),
            workers: 2,
            alive_tasks: 8,
            global_queue: 0,
            busy: 1_500_000_000,
            blocking_limit: None,
        }],
        agent: AgentStats {
            memory: 65_536,
            slot_memory: 4_096,
            dropped: vec![("tasks", 0), ("waits", 3)],
            uncovered: vec![(PLACE, "absolute path")],
            enabled: true,
        },
        ..Snapshot::default()
    }
}

pub(super) fn records() -> Vec<Record> {
    vec![
        finding(1, FindingKind::LeakedTask, Evidence::Proof, None),
        finding(2, FindingKind::LeakedTask, Evidence::Statistical, None),
        finding(3, FindingKind::LeakedTask, Evidence::Proof, Some(5)),
        finding(4, FindingKind::QueueSaturated, Evidence::Statistical, None),
    ]
}

/// As if the program had been like this for ten seconds.
fn pressures() -> &'static Pressures {
    let mut pressures = Pressures::default();
    let mut snapshot = program();
    pressures.push(&snapshot);
    snapshot.at += 10_000_000_000;
    pressures.push(&snapshot);
    Box::leak(Box::new(pressures))
}

pub(super) fn input<'a>(snapshot: &'a Snapshot, records: &'a [Record]) -> Input<'a> {
    Input {
        snapshot,
        findings: records,
        findings_total: &[(FindingKind::LeakedTask, 3), (FindingKind::QueueSaturated, 1)],
        version: "0.1.0",
        agent_cpu: Some(12_000_000),
        overhead: Some(Overhead { fixed: 0.0021, optional: 0.0009 }),
        pressures: Some(pressures()),
    }
}
