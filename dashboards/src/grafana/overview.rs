//! The overview: one program, or several instances of it, from the health of the whole down to its locks.

use super::panel::{Dashboard, Look, Panel, Row, q, quantile};
use super::resources::{LOCKS, QUEUES};
use super::tasks::{LATENCY, TASKS};
use Look::{Lines, Stack, Stat, Table};

pub(crate) const OVERVIEW: Dashboard = Dashboard {
    uid: "taskscope-overview",
    title: "Taskscope / Overview",
    about: "What the tasks, queues and locks of a concurrent Rust program are doing, and what is wrong.",
    rows: &[HEALTH, FINDINGS, TASKS, LATENCY, QUEUES, LOCKS, AGENT],
};

const HEALTH: Row = Row {
    title: "Health",
    panels: &[
        Panel {
            title: "Open findings",
            what: "Verdicts that hold now: leaks, deadlocks, saturated queues and so on.",
            normal: "0.",
            todo: "Read the findings below, then the instance's live page: it names the tasks and source lines.",
            look: Stat,
            unit: "none",
            size: (4, 4),
            queries: &[q("sum(taskscope_findings{@})", "findings")],
            limits: &[(1.0, "red")],
        },
        Panel {
            title: "Live tasks",
            what: "Tasks that were spawned and have not ended.",
            normal: "Follows the load, and comes back down with it.",
            todo: "If it only grows, look at live tasks by name for what is spawned and never ends.",
            look: Stat,
            unit: "short",
            size: (4, 4),
            queries: &[q("sum(taskscope_tasks{@pool})", "tasks")],
            limits: &[],
        },
        Panel {
            title: "Worker busy",
            what: "Share of the time in which the runtimes' worker threads were not parked.",
            normal: "Below 70 %.",
            todo: "Near 100 %, take a CPU profile at /flamegraph, and look for long polls below.",
            look: Stat,
            unit: "percentunit",
            size: (4, 4),
            queries: &[q(
                "sum(rate(taskscope_runtime_worker_busy_seconds_total{@}[$__rate_interval])) \
                 / sum(taskscope_runtime_workers{@})",
                "busy",
            )],
            limits: &[(0.7, "orange"), (0.9, "red")],
        },
        Panel {
            title: "Scheduling delay p99",
            what: "99th percentile of the time from a task's wake to its poll, interpolated in buckets of a factor \
                   of 4.",
            normal: "Below 1 ms on a machine with idle cores.",
            todo: "If it grows, workers are busy or blocked: look at worker busy and at poll duration.",
            look: Stat,
            unit: "s",
            size: (4, 4),
            queries: &[quantile(0.99, "taskscope_schedule_delay_seconds", "le", "p99")],
            limits: &[(0.01, "orange"), (0.1, "red")],
        },
        Panel {
            title: "Fullest queue",
            what: "Depth against capacity of the fullest bounded queue.",
            normal: "Below 80 % most of the time; short bursts to 100 % are what a queue is for.",
            todo: "If it stays full, its consumer is too slow or stuck: see queues below.",
            look: Stat,
            unit: "percentunit",
            size: (4, 4),
            queries: &[q("max(taskscope_queue_depth{@pool} / taskscope_queue_capacity{@pool})", "fill")],
            limits: &[(0.8, "orange"), (0.95, "red")],
        },
        Panel {
            title: "Oldest wait",
            what: "How long the oldest wait in progress has lasted, for a lock, permits, room in a queue or a \
                   once-cell.",
            normal: "Below the longest time that a lock is held on purpose.",
            todo: "If it only grows, somebody is stuck: the live page shows who waits and who holds.",
            look: Stat,
            unit: "s",
            size: (4, 4),
            queries: &[q("max(taskscope_oldest_wait_seconds{@pool})", "oldest wait")],
            limits: &[(5.0, "orange"), (30.0, "red")],
        },
    ],
};

const FINDINGS: Row = Row {
    title: "Findings",
    panels: &[
        Panel {
            title: "Findings by kind",
            what: "Open findings of each kind, proven and suspected, and how many there were since the program \
                   started.",
            normal: "All 0. A healthy program has no finding at all.",
            todo: "Open the instance's live page, or /api/v1/findings, for the evidence and the source lines.",
            look: Table,
            unit: "none",
            size: (12, 12),
            queries: &[
                q(r#"sum by (instance, kind) (taskscope_findings{@, certainty="proven"})"#, "Proven"),
                q(r#"sum by (instance, kind) (taskscope_findings{@, certainty="suspected"})"#, "Suspected"),
                q("sum by (instance, kind) (taskscope_findings_total{@})", "Since start"),
            ],
            limits: &[(1.0, "red")],
        },
        Panel {
            title: "Open findings over time",
            what: "Open findings by kind.",
            normal: "Nothing above 0.",
            todo: "Compare when a finding began with deployments and with the panels below.",
            look: Stack,
            unit: "none",
            size: (12, 12),
            queries: &[q("sum by (kind) (taskscope_findings{@})", "{{kind}}")],
            limits: &[],
        },
    ],
};

const AGENT: Row = Row {
    title: "Agent",
    panels: &[
        Panel {
            title: "Coverage",
            what: "Share of the live tasks and of the resources that is recorded in full.",
            normal: "100 %.",
            todo: "What is not covered, and why, is at /api/v1/coverage.",
            look: Lines,
            unit: "percentunit",
            size: (6, 6),
            queries: &[q("min by (what) (taskscope_coverage_ratio{@})", "{{what}}")],
            limits: &[],
        },
        Panel {
            title: "Overhead",
            what: "Share of the process's CPU time that goes to the agent: counts, holders and waits (fixed), and \
                   time stamps, looks and profiles (optional).",
            normal: "Optional work stays within TASKSCOPE_BUDGET, unless the process is nearly idle.",
            todo: "Scrapes, open live pages and profiles are optional work: ask for fewer of them.",
            look: Lines,
            unit: "percentunit",
            size: (6, 6),
            queries: &[q("max by (part) (taskscope_overhead_ratio{@})", "{{part}}")],
            limits: &[],
        },
        Panel {
            title: "Agent memory",
            what: "Memory that the agent holds: one slot for each live task, and tables.",
            normal: "Tables stay under TASKSCOPE_MAX_MEMORY.",
            todo: "At the cap, records are dropped and counted beside this.",
            look: Stack,
            unit: "bytes",
            size: (6, 6),
            queries: &[q("sum by (part) (taskscope_agent_memory_bytes{@})", "{{part}}")],
            limits: &[],
        },
        Panel {
            title: "Records dropped",
            what: "What the agent did not record for want of room, per second, and series that are part of `other`.",
            normal: "0.",
            todo: "Raise TASKSCOPE_MAX_MEMORY, or TASKSCOPE_MAX_SERIES for folded series.",
            look: Lines,
            unit: "short",
            size: (6, 6),
            queries: &[
                q("sum by (kind) (rate(taskscope_dropped_total{@}[$__rate_interval]))", "{{kind}}"),
                q("sum(taskscope_agent_folded_series{@})", "folded series"),
            ],
            limits: &[],
        },
    ],
};
