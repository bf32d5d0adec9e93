//! What a scrape costs: the time of `metrics::render` for programs of several sizes.
//!
//! Run with `cargo bench -p taskscope --bench scrape`. The best of many rounds is shown, which on a busy machine is
//! the closest one gets to the time on a CPU. It fails if 10,000 series take more than 5 ms.
#![expect(clippy::print_stdout, reason = "a bench shows its numbers")]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::time::Instant;
use taskscope::grid;
use taskscope::id::{PoolId, ResourceGroupId, ResourceId, TaskGroupId, TaskId};
use taskscope::metrics::{Admission, Format, Input, Options, render};
use taskscope::snapshot::*;

const ROUNDS: usize = 200;
const BUDGET_MS: f64 = 5.0;

fn main() {
    println!("{:>7} {:>7} {:>9} {:>12} {:>9}", "tasks", "series", "bytes", "format", "ms");
    let mut over = false;
    // Spawn sites, locks and queues, live tasks.
    for (sites, resources, tasks) in
        [(20, 10, 100), (60, 45, 1_000), (220, 0, 1_000), (300, 240, 10_000), (2_400, 0, 10_000)]
    {
        let snapshot = program(sites, resources, tasks);
        for format in [Format::Text, Format::OpenMetrics] {
            let options = Options { format, max_series: 20_000 };
            let (body, ms) = best_of(|admission| {
                let input = Input {
                    snapshot: &snapshot,
                    findings: &[],
                    findings_total: &[],
                    version: "0",
                    agent_cpu: None,
                    overhead: None,
                    pressures: None,
                };
                render(&input, admission, &options)
            });
            let series = body.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).count();
            println!("{tasks:>7} {series:>7} {:>9} {:>12} {ms:>9.3}", body.len(), format!("{format:?}"));
            over |= series <= 11_000 && ms > BUDGET_MS;
        }
    }
    assert!(!over, "a scrape costs more than {BUDGET_MS} ms");
}

fn best_of(mut scrape: impl FnMut(&mut Admission) -> String) -> (String, f64) {
    let mut admission = Admission::default();
    let mut best = f64::INFINITY;
    let mut body = String::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        body = scrape(&mut admission);
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    (body, best)
}

fn durations() -> Histogram {
    let mut h = Histogram { counts: vec![0; grid::BUCKETS], sum: 0 };
    for octave in 8..34 {
        h.counts[grid::bucket(2f64.powi(octave))] = 1_000_003;
        h.sum += 1_000_003 << octave;
    }
    h
}

fn program(sites: u32, resources: u32, tasks: u32) -> Snapshot {
    let place = Place { file: "src/server/handlers.rs", line: 120, column: 9 };
    let pools = (sites / 30).clamp(1, 10);
    let kinds = [ResourceKind::Mpsc, ResourceKind::Mutex];
    Snapshot {
        at: 1 << 50,
        pools: (0..pools).map(|i| Pool { name: format!("pool-{i}") }).collect(),
        task_groups: (0..sites)
            .map(|i| TaskGroup {
                spawned: 1_000_000,
                finished: Finished { completed: 999_000, ..Finished::default() },
                poll: durations(),
                schedule_delay: durations(),
                lifetime: durations(),
                ..TaskGroup::new(PoolId(i % pools), TaskKind::Task, format!("handle_request_{i}"), place)
            })
            .collect(),
        resource_groups: (0..resources)
            .map(|i| ResourceGroup {
                created: 1,
                wait: durations(),
                hold: durations(),
                dwell: durations(),
                send_wait: durations(),
                acquired: 1_000_000,
                sent: 1_000_000,
                received: 999_999,
                ..ResourceGroup::new(
                    PoolId(i % pools),
                    kinds[i as usize % 2],
                    format!("connections_{i}"),
                    place,
                )
            })
            .collect(),
        tasks: (0..tasks)
            .map(|i| Task { polls: 1, ..Task::new(TaskId::new(i, 1), TaskGroupId(i % sites)) })
            .collect(),
        resources: (0..resources)
            .map(|i| Resource {
                depth: Some(3),
                capacity: Some(100),
                senders: Some(1),
                receivers: Some(1),
                sent: Some(1),
                received: Some(1),
                ..Resource::new(ResourceId::new(i, 1), ResourceGroupId(i))
            })
            .collect(),
        ..Snapshot::default()
    }
}
