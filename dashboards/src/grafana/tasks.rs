//! Rows about tasks: how many, how long, and how soon they are polled.

use super::panel::{Look, Panel, Row, q, quantile};
use Look::{Heatmap, Lines, Log, Stack, Table};

pub(crate) const TASKS: Row = Row {
    title: "Pools and tasks",
    panels: &[
        Panel {
            title: "Tasks by state",
            what: "Live tasks of each pool: running (being polled), runnable (woken, not yet polled), waiting.",
            normal: "Mostly waiting; runnable stays near 0.",
            todo: "Many runnable tasks wait for a worker: look at worker busy. Many waiting ones that only grow \
                   are a leak, or stuck behind a queue or a lock.",
            look: Stack,
            unit: "short",
            size: (12, 8),
            queries: &[q("sum by (pool, state) (taskscope_tasks{@pool})", "{{pool}} {{state}}")],
            limits: &[],
        },
        Panel {
            title: "Tasks spawned and finished",
            what: "Tasks spawned per second, and finished per second by how they ended.",
            normal: "As many finish as are spawned; panicked is 0.",
            todo: "If fewer finish than are spawned, look at live tasks by name. Panics are in the program's log.",
            look: Lines,
            unit: "ops",
            size: (12, 8),
            queries: &[
                q(
                    "sum by (pool) (rate(taskscope_tasks_spawned_total{@pool}[$__rate_interval]))",
                    "{{pool}} spawned",
                ),
                q(
                    "sum by (pool, outcome) (rate(taskscope_tasks_finished_total{@pool}[$__rate_interval]))",
                    "{{pool}} {{outcome}}",
                ),
            ],
            limits: &[],
        },
        Panel {
            title: "Live tasks by name",
            what: "Tasks of each spawn site that have not ended, and how many are spawned per second.",
            normal: "Bounded: the number of workers, connections or requests in flight.",
            todo: "A name that only grows is a leak: its spawn line is on the live page.",
            look: Table,
            unit: "short",
            size: (12, 8),
            queries: &[
                // The difference of the two counters themselves is the number of live tasks, exactly.
                q(
                    "sum by (instance, pool, task) (taskscope_tasks_spawned_total{@pool}) \
                     - sum by (instance, pool, task) (taskscope_tasks_finished_total{@pool})",
                    "Live",
                ),
                q(
                    "sum by (instance, pool, task) (rate(taskscope_tasks_spawned_total{@pool}[$__rate_interval]))",
                    "Per second",
                ),
            ],
            limits: &[],
        },
        Panel {
            title: "Task lifetime",
            what: "Quantiles of the time from spawn to end of the tasks that ended, interpolated in buckets of a \
                   factor of 4.",
            normal: "What the work takes.",
            todo: "If p99 leaves p50 behind, some tasks wait: look at queues and locks.",
            look: Log,
            unit: "s",
            size: (12, 8),
            queries: &[
                quantile(0.5, "taskscope_task_lifetime_seconds", "pool, le", "{{pool}} p50"),
                quantile(0.99, "taskscope_task_lifetime_seconds", "pool, le", "{{pool}} p99"),
            ],
            limits: &[],
        },
    ],
};

pub(crate) const LATENCY: Row = Row {
    title: "Polls and scheduling",
    panels: &[
        Panel {
            title: "Poll duration",
            what: "Quantiles of the time that single polls took, interpolated in buckets of a factor of 4.",
            normal: "p99 below 1 ms. While one task is polled, its worker serves nobody else.",
            todo: "Move long computation and blocking calls to spawn_blocking; /flamegraph shows what they are.",
            look: Log,
            unit: "s",
            size: (12, 8),
            queries: &[
                quantile(0.5, "taskscope_poll_duration_seconds", "pool, le", "{{pool}} p50"),
                quantile(0.99, "taskscope_poll_duration_seconds", "pool, le", "{{pool}} p99"),
            ],
            limits: &[],
        },
        Panel {
            title: "Poll duration, distribution",
            what: "Polls per second by duration. Each band is a factor of 4.",
            normal: "One or two bands of short polls.",
            todo: "A second cloud of long polls is a kind of work that does not belong on a worker.",
            look: Heatmap,
            unit: "s",
            size: (12, 8),
            queries: &[q(
                "sum by (le) (rate(taskscope_poll_duration_seconds_bucket{@pool}[$__rate_interval]))",
                "{{le}}",
            )],
            limits: &[],
        },
        Panel {
            title: "Scheduling delay",
            what: "Quantiles of the time from a task's wake to its poll, interpolated in buckets of a factor of 4.",
            normal: "p99 below 1 ms on a machine with idle cores.",
            todo: "If it grows with load, workers are short; if it grows without, polls are too long.",
            look: Log,
            unit: "s",
            size: (12, 8),
            queries: &[
                quantile(0.5, "taskscope_schedule_delay_seconds", "pool, le", "{{pool}} p50"),
                quantile(0.99, "taskscope_schedule_delay_seconds", "pool, le", "{{pool}} p99"),
            ],
            limits: &[],
        },
        Panel {
            title: "Scheduling delay, distribution",
            what: "Wakes per second by the time until the poll. Each band is a factor of 4.",
            normal: "A cloud below 1 ms.",
            todo: "A tail above it is time in which tasks could run and nobody polled them.",
            look: Heatmap,
            unit: "s",
            size: (12, 8),
            queries: &[q(
                "sum by (le) (rate(taskscope_schedule_delay_seconds_bucket{@pool}[$__rate_interval]))",
                "{{le}}",
            )],
            limits: &[],
        },
    ],
};
