//! Rows about what tasks wait for: queues, locks, semaphores.

use super::panel::{Look, Panel, Row, q, quantile};
use Look::{Bars, Lines, Log};

pub(crate) const QUEUES: Row = Row {
    title: "Queues",
    panels: &[
        Panel {
            title: "Queue depth against capacity",
            what: "Messages in each queue, and how many it can hold (a queue without a bound has no such line).",
            normal: "Depth moves well below capacity.",
            todo: "A depth that sits at its capacity means that senders wait: add consumers, or make them faster.",
            look: Lines,
            unit: "short",
            size: (12, 8),
            queries: &[
                q("sum by (pool, queue) (taskscope_queue_depth{@pool})", "{{pool}} {{queue}} depth"),
                q("sum by (pool, queue) (taskscope_queue_capacity{@pool})", "{{pool}} {{queue}} capacity"),
            ],
            limits: &[],
        },
        Panel {
            title: "Queue fill",
            what: "Depth over capacity of each bounded queue, now.",
            normal: "Below 80 %.",
            todo: "Follow a full queue to its consumer, and see on the live page what that task waits for.",
            look: Bars,
            unit: "percentunit",
            size: (12, 8),
            queries: &[q(
                "max by (pool, queue) (taskscope_queue_depth{@pool} / taskscope_queue_capacity{@pool})",
                "{{pool}} {{queue}}",
            )],
            limits: &[(0.8, "orange"), (0.95, "red")],
        },
        Panel {
            title: "Messages",
            what: "Messages sent and received per second; of a broadcast channel, sent and missed.",
            normal: "Received follows sent, and none is missed.",
            todo: "If received stays below sent, the queue grows: see its depth. Where messages are missed, a receiver \
                   is too slow, or the channel too short.",
            look: Lines,
            unit: "ops",
            size: (12, 8),
            queries: &[
                q(
                    "sum by (pool, queue) (rate(taskscope_queue_sent_total{@pool}[$__rate_interval]))",
                    "{{pool}} {{queue}} sent",
                ),
                q(
                    "sum by (pool, queue) (rate(taskscope_queue_received_total{@pool}[$__rate_interval]))",
                    "{{pool}} {{queue}} received",
                ),
                q(
                    "sum by (pool, queue) (rate(taskscope_queue_missed_total{@pool}[$__rate_interval]))",
                    "{{pool}} {{queue}} missed",
                ),
            ],
            limits: &[],
        },
        Panel {
            title: "Time in the queue",
            what: "99th percentile of the time that messages spent in the queue (sampled), and that senders waited \
                   for room, interpolated in buckets of a factor of 4.",
            normal: "Below what a request may wait.",
            todo: "If it grows, work comes in faster than it is done.",
            look: Log,
            unit: "s",
            size: (12, 8),
            queries: &[
                quantile(
                    0.99,
                    "taskscope_queue_dwell_seconds",
                    "pool, queue, le",
                    "{{pool}} {{queue}} in the queue",
                ),
                quantile(
                    0.99,
                    "taskscope_queue_send_wait_seconds",
                    "pool, queue, le",
                    "{{pool}} {{queue}} wait for room",
                ),
            ],
            limits: &[],
        },
    ],
};

pub(crate) const LOCKS: Row = Row {
    title: "Locks and semaphores",
    panels: &[
        Panel {
            title: "Lock wait",
            what: "Quantiles of the time that tasks waited for each lock, of those that had to wait, interpolated \
                   in buckets of a factor of 4.",
            normal: "Short against the time of a request.",
            todo: "Look at who holds the lock, and for how long, beside this.",
            look: Log,
            unit: "s",
            size: (12, 8),
            queries: &[
                quantile(
                    0.5,
                    "taskscope_lock_wait_seconds",
                    "pool, lock, mode, le",
                    "{{pool}} {{lock}} {{mode}} p50",
                ),
                quantile(
                    0.99,
                    "taskscope_lock_wait_seconds",
                    "pool, lock, mode, le",
                    "{{pool}} {{lock}} {{mode}} p99",
                ),
            ],
            limits: &[],
        },
        Panel {
            title: "Lock hold",
            what: "Quantiles of the time that guards of each lock were held (sampled where nobody had waited), \
                   interpolated in buckets of a factor of 4.",
            normal: "Well below a millisecond.",
            todo: "Do not await, do I/O or compute with the guard in hand; or split the lock.",
            look: Log,
            unit: "s",
            size: (12, 8),
            queries: &[
                quantile(
                    0.5,
                    "taskscope_lock_hold_seconds",
                    "pool, lock, mode, le",
                    "{{pool}} {{lock}} {{mode}} p50",
                ),
                quantile(
                    0.99,
                    "taskscope_lock_hold_seconds",
                    "pool, lock, mode, le",
                    "{{pool}} {{lock}} {{mode}} p99",
                ),
            ],
            limits: &[],
        },
        Panel {
            title: "Waits in progress",
            what: "Tasks that wait for a lock or for permits now.",
            normal: "Near 0.",
            todo: "A line that stays high is a bottleneck: everything behind it goes in single file.",
            look: Lines,
            unit: "short",
            size: (8, 8),
            queries: &[
                q("sum by (pool, lock) (taskscope_lock_waiters{@pool})", "{{pool}} {{lock}}"),
                q("sum by (pool, semaphore) (taskscope_semaphore_waiters{@pool})", "{{pool}} {{semaphore}}"),
            ],
            limits: &[],
        },
        Panel {
            title: "Oldest wait in progress",
            what: "How long the oldest wait has lasted, by what is waited for. A wait that never ends is in no \
                   histogram, but it is here.",
            normal: "Falls back to 0 again and again.",
            todo: "A line that climbs at one second a second is stuck: the live page names the holder.",
            look: Lines,
            unit: "s",
            size: (8, 8),
            queries: &[q(
                "max by (pool, kind, resource) (taskscope_oldest_wait_seconds{@pool})",
                "{{pool}} {{kind}} {{resource}}",
            )],
            limits: &[],
        },
        Panel {
            title: "Permits",
            what: "Permits of each semaphore, and those that nobody has.",
            normal: "Some are available most of the time.",
            todo: "At 0 for long, look at who holds permits and what they wait for.",
            look: Lines,
            unit: "short",
            size: (8, 8),
            queries: &[
                q(
                    "sum by (pool, semaphore) (taskscope_semaphore_permits_available{@pool})",
                    "{{pool}} {{semaphore}} available",
                ),
                q(
                    "sum by (pool, semaphore) (taskscope_semaphore_permits{@pool})",
                    "{{pool}} {{semaphore}} all",
                ),
            ],
            limits: &[],
        },
        Panel {
            title: "Pressure",
            what: "Share of time in which tasks of a pool held each other up: some (at least one waited for a lock, \
                   for permits or for room in a queue), full (and no other of the pool could work).",
            normal: "Near 0; back-pressure shows as some, not as full.",
            todo: "Full pressure is time in which the pool did nothing: the oldest wait says where.",
            look: Lines,
            unit: "percentunit",
            size: (24, 8),
            queries: &[q("max by (pool, kind) (taskscope_pressure_ratio{@pool})", "{{pool}} {{kind}}")],
            limits: &[],
        },
    ],
};
