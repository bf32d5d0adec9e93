//! A small program, written out: two pools, a queue that is full, and two tasks that lock in opposite order.

use super::fake::Fake;
use crate::capacity::{Advice, Facts, PoolFacts, QueueFacts};
use crate::detect::{Evidence, Finding, FindingKind, Record, Severity};
use crate::grid;
use crate::http::Stack;
use crate::id::{PoolId, ResourceGroupId, ResourceId, SiteId, TaskGroupId, TaskId};
use crate::profile::Frame;
use crate::snapshot::{
    AgentStats, AwaitEntry, AwaitKind, AwaitSite, Finished, Histogram, History, Hold, Op, Place, Point, Pool,
    Resource, ResourceGroup, ResourceKind, Runtime, Snapshot, Spurious, Task, TaskGroup, TaskKind, TaskState,
    Wait, Wakes, Waking,
};
use std::sync::{Arc, Mutex};

/// A second on the agent's clock.
pub(super) const SECOND: u64 = 1_000_000_000;
/// When the snapshot is taken.
const AT: u64 = 60 * SECOND;
/// The same, in milliseconds since 1970.
const UNIX_MS: u64 = 1_767_225_660_000;

pub(super) fn place(file: &'static str, line: u32, column: u32) -> Place {
    Place { file, line, column }
}

/// Durations in nanoseconds, with how often.
pub(super) fn histogram(durations: &[(u64, u64)]) -> Histogram {
    let mut histogram = Histogram { counts: vec![0; grid::BUCKETS], sum: 0 };
    for (nanos, times) in durations {
        histogram.counts[grid::bucket(*nanos as f64)] += times;
        histogram.sum += nanos * times;
    }
    histogram
}

pub(super) fn task_group(pool: u32, kind: TaskKind, label: &str, place: Place) -> TaskGroup {
    TaskGroup::new(PoolId(pool), kind, label, place)
}

pub(super) fn resource_group(pool: u32, kind: ResourceKind, name: &str, place: Place) -> ResourceGroup {
    ResourceGroup { created: 1, ..ResourceGroup::new(PoolId(pool), kind, name, place) }
}

pub(super) fn task(slot: u32, group: u32, state: TaskState, awaits: &[u32]) -> Task {
    let awaits =
        awaits.iter().map(|site| AwaitEntry { site: SiteId(*site), start: 0, what: AwaitKind::Unknown });
    Task {
        state,
        spawned_at: SECOND,
        since: AT - SECOND / 2,
        polls: 10,
        busy: SECOND / 100,
        scheduled: SECOND / 1000,
        wakes: 9,
        awaits: awaits.collect(),
        ..Task::new(TaskId::new(slot, 1), TaskGroupId(group))
    }
}

pub(super) fn resource(slot: u32, group: u32) -> Resource {
    Resource { created_at: SECOND, ..Resource::new(ResourceId::new(slot, 1), ResourceGroupId(group)) }
}

pub(super) fn wait(task: u32, resource: u32, op: Op, place: Place, since: u64) -> Wait {
    let (task, resource) = (Some(TaskId::new(task, 1)), Some(ResourceId::new(resource, 1)));
    Wait { task, resource, since, ..Wait::new(op, place) }
}

pub(super) fn hold(resource: u32, task: u32, place: Place, since: Option<u64>) -> Hold {
    let task = Some(TaskId::new(task, 1));
    Hold { task, since, ..Hold::new(ResourceId::new(resource, 1), Op::Lock, place) }
}

const MAIN: &str = "src/main.rs";
const BANK: &str = "src/bank.rs";

/// The program at one moment.
pub(super) fn program() -> Snapshot {
    let tasks = vec![
        Task { since: 2 * SECOND, ..task(0, 0, TaskState::Waiting, &[1]) },
        Task {
            parent: Some(TaskId::new(0, 1)),
            since: 20 * SECOND,
            ..task(1, 1, TaskState::Waiting, &[3, 2])
        },
        Task {
            parent: Some(TaskId::new(0, 1)),
            since: 20 * SECOND,
            ..task(2, 1, TaskState::Waiting, &[4, 2])
        },
        Task { parent: Some(TaskId::new(0, 1)), ..task(3, 2, TaskState::Running, &[]) },
        Task { spawned_at: 50 * SECOND, ..task(4, 3, TaskState::Waiting, &[5]) },
        Task { since: 55 * SECOND, ..task(6, 4, TaskState::Waiting, &[6]) },
        Task { id: TaskId::new(7, 3), ..task(7, 4, TaskState::Runnable, &[6]) },
    ];
    let queue = Resource {
        depth: Some(8),
        capacity: Some(8),
        senders: Some(2),
        receivers: Some(1),
        sent: Some(508),
        received: Some(500),
        creator: Some(TaskId::new(0, 1)),
        last_sender: Some(TaskId::new(4, 1)),
        last_receiver: Some(TaskId::new(3, 1)),
        ..resource(2, 2)
    };
    let slots = Resource {
        permits: Some(4),
        permits_out: Some(1),
        permits_added: Some(2),
        permits_forgotten: Some(1),
        ..resource(3, 3)
    };
    let mut snapshot = Snapshot {
        at: AT,
        unix_ms: UNIX_MS,
        pools: ["main", "bank", "resize"].map(|name| Pool { name: name.to_owned() }).to_vec(),
        sites: sites(),
        task_groups: task_groups(),
        resource_groups: resource_groups(),
        tasks,
        resources: vec![resource(0, 0), resource(1, 1), queue, slots],
        waits: vec![
            wait(1, 1, Op::Lock, place(BANK, 31, 29), 20 * SECOND),
            wait(2, 0, Op::Lock, place(BANK, 42, 29), 20 * SECOND),
            wait(4, 2, Op::Send, place(MAIN, 44, 12), 58 * SECOND),
            Wait {
                target: Some(TaskId::new(4, 1)),
                resource: None,
                ..wait(0, 4, Op::Join, place(MAIN, 12, 9), 2 * SECOND)
            },
        ],
        wakes: vec![Wakes {
            task: TaskId::new(1, 1),
            by: Waking::Task(TaskId::new(2, 1)),
            own: 1,
            tasks: 6,
            runtime: 2,
            outside: 0,
        }],
        spurious: vec![Spurious { task: TaskId::new(1, 1), polls: 2 }],
        spurious_of_pools: vec![2],
        holds: vec![
            hold(0, 1, place(BANK, 30, 27), Some(19 * SECOND)),
            hold(1, 2, place(BANK, 41, 27), Some(19 * SECOND)),
            Hold { op: Op::Acquire, ..hold(3, 3, place(MAIN, 50, 31), None) },
        ],
        endpoints: Vec::new(),
        shares: Vec::new(),
        inside: Vec::new(),
        runtimes: vec![Runtime {
            name: "tokio-runtime-worker".to_owned(),
            workers: 4,
            alive_tasks: 6,
            global_queue: 1,
            busy: 31 * SECOND,
            blocking_limit: Some(512),
        }],
        threads: Vec::new(),
        agent: AgentStats {
            memory: 1_234_567,
            slot_memory: 8_192,
            dropped: vec![("wait", 3)],
            uncovered: vec![(place("src/net.rs", 88, 5), "a tokio Mutex that comes from outside")],
            enabled: true,
        },
    };
    snapshot.add_joins();
    snapshot
}

fn sites() -> Vec<AwaitSite> {
    [
        ("", 0, 0, ""),
        (MAIN, 12, 9, "uploads"),
        (BANK, 18, 40, "transfer"),
        (BANK, 31, 29, "to.lock()"),
        (BANK, 42, 29, "from.lock()"),
        (MAIN, 44, 12, "jobs.send(path)"),
        (MAIN, 71, 30, "client.put(..)"),
    ]
    .map(|(file, line, column, label)| AwaitSite { place: place(file, line, column), label })
    .to_vec()
}

fn task_groups() -> Vec<TaskGroup> {
    vec![
        TaskGroup { spawned: 1, ..task_group(0, TaskKind::Root, "main", place(MAIN, 5, 1)) },
        TaskGroup { spawned: 2, ..task_group(1, TaskKind::Task, "transfer", place(BANK, 18, 5)) },
        TaskGroup {
            spawned: 501,
            finished: Finished { completed: 498, panicked: 1, aborted: 1, ..Finished::default() },
            poll: histogram(&[(2_000_000, 990), (40_000_000, 10)]),
            schedule_delay: histogram(&[(3_000, 950), (900_000, 50)]),
            lifetime: histogram(&[(30_000_000, 500)]),
            ..task_group(2, TaskKind::Blocking, "resize", place(MAIN, 50, 9))
        },
        TaskGroup { spawned: 1, ..task_group(2, TaskKind::Task, "feed", place(MAIN, 40, 5)) },
        TaskGroup { spawned: 2, ..task_group(0, TaskKind::Task, "", place(MAIN, 70, 5)) },
    ]
}

fn resource_groups() -> Vec<ResourceGroup> {
    let waits = histogram(&[(50_000, 20), (8_000_000, 2)]);
    let group = |pool, kind, name, line| resource_group(pool, kind, name, place(BANK, line, 17));
    vec![
        ResourceGroup { acquired: 120, wait: waits, ..group(1, ResourceKind::Mutex, "alice", 10) },
        ResourceGroup { acquired: 120, ..group(1, ResourceKind::Mutex, "bob", 11) },
        ResourceGroup {
            sent: 508,
            received: 500,
            dwell: histogram(&[(5_000_000, 8)]),
            send_wait: histogram(&[(4_000_000, 90)]),
            ..resource_group(2, ResourceKind::Mpsc, "jobs", place(MAIN, 38, 22))
        },
        ResourceGroup {
            acquired: 501,
            ..resource_group(2, ResourceKind::Semaphore, "slots", place(MAIN, 39, 17))
        },
    ]
}

/// What is wrong with the program, and what was.
pub(super) fn records(snapshot: &Snapshot) -> Vec<Record> {
    let deadlock = Finding {
        kind: FindingKind::Deadlock,
        evidence: Evidence::Cycle,
        severity: Severity::Critical,
        pool: "bank".to_owned(),
        blame: place(BANK, 31, 29),
        summary:
            "2 tasks wait for each other: `transfer` holds `alice` and waits for `bob`, another holds `bob` \
                  and waits for `alice`"
                .to_owned(),
        advice: "lock `alice` and `bob` in the same order at src/bank.rs:30:27 and src/bank.rs:41:27"
            .to_owned(),
        tasks: vec![TaskId::new(1, 1), TaskId::new(2, 1)],
        behind: Vec::new(),
        resources: vec![ResourceId::new(0, 1), ResourceId::new(1, 1)],
    };
    let saturated = Finding {
        kind: FindingKind::QueueSaturated,
        evidence: Evidence::Statistical,
        severity: Severity::Warning,
        pool: "resize".to_owned(),
        blame: place(MAIN, 38, 22),
        summary: "the queue `jobs` was full for 12 s".to_owned(),
        advice: "receive faster or send less".to_owned(),
        tasks: Vec::new(),
        behind: Vec::new(),
        resources: vec![ResourceId::new(2, 1)],
    };
    vec![
        Record {
            id: 1,
            since_unix_ms: UNIX_MS - 55_000,
            resolved_unix_ms: Some(UNIX_MS - 43_000),
            at: AT - 43 * SECOND,
            tasks: Vec::new(),
            resources: vec![snapshot.resources[2].clone()],
            waits: Vec::new(),
            holds: Vec::new(),
            finding: saturated,
        },
        Record {
            id: 2,
            since_unix_ms: UNIX_MS - 40_000,
            resolved_unix_ms: None,
            at: AT,
            tasks: snapshot.tasks[1..3].to_vec(),
            resources: snapshot.resources[..2].to_vec(),
            waits: snapshot.waits[..2].to_vec(),
            holds: snapshot.holds[..2].to_vec(),
            finding: deadlock,
        },
    ]
}

/// What a thread did that slept.
pub(super) fn stack() -> Stack {
    let frame = |function: &str, file: Option<&str>, line| Frame {
        function: Some(function.to_owned()),
        file: file.map(str::to_owned),
        line,
    };
    let frames = vec![
        frame("clock_nanosleep", None, None),
        frame("std::thread::sleep", Some("/rustc/5980/library/std/src/thread/functions.rs"), Some(334)),
        frame("app::bank::audit", Some(BANK), Some(57)),
        Frame { function: None, file: None, line: None },
    ];
    Stack::Taken(TaskId::new(2, 1), frames)
}

/// What is known of the pool `resize` and its queue.
fn facts() -> Facts {
    let text = "at 120 messages/s and 7.5 ms each, 1 worker is 90 % busy and a message waits 60 ms; with 2 it would wait \
                1.9 ms (predictions of the last 5 min were off by 18 %)";
    let advice = Advice { workers: 2, wait: 0.0019, error: 0.18, judged: 300.0, text: text.to_owned() };
    let queue = QueueFacts {
        window: 60.0,
        arrivals: 120.0,
        departures: 120.0,
        dispersion: Some(1.5),
        depth: Some(7.25),
        wait: Some(0.06),
        little: Some(1.007),
        workers: Some(1),
        utilization: Some(0.9),
        service: Some(0.0075),
        blocked: Some(0.0),
        senders_waiting: Some(0.0),
        error: Some(0.18),
        advice: Some(advice),
    };
    let pool =
        PoolFacts { window: 60.0, arrivals: 2.0, departures: 2.0, live: 2.0, residence: None, little: None };
    Facts { queues: [(ResourceGroupId(2), queue)].into(), pools: [(PoolId(2), pool)].into() }
}

/// A source that shows the program.
pub(super) fn fake() -> Fake {
    let snapshot = program();
    let mut history = History::default();
    for age in (0..3).rev() {
        history.push(Point { unix_ms: UNIX_MS - age * 1000, ..Point::of(&snapshot) });
    }
    Fake {
        findings: records(&snapshot),
        history,
        facts: Arc::new(facts()),
        snapshot: Mutex::new(Arc::new(snapshot)),
        ..Fake::default()
    }
}
