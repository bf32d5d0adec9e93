//! The series cap: how much is exported at most, and that nothing is lost or moves.

use super::fixture::*;
use super::parse::{Labels, Line, parse};
use crate::metrics::{Admission, Format, Options, render};
use crate::snapshot::*;
use std::collections::HashSet;

/// A program with this many pools, spawn sites and resources.
fn program_of(pools: u32, tasks: u32, resources: u32) -> Snapshot {
    let kinds = [ResourceKind::Mpsc, ResourceKind::Mutex, ResourceKind::Semaphore, ResourceKind::OnceCell];
    let mut snapshot = Snapshot { at: 1 << 40, ..Snapshot::default() };
    for i in 0..pools {
        snapshot.pools.push(Pool { name: format!("pool{i}") });
    }
    for i in 0..tasks {
        snapshot.task_groups.push(task_group(i / 5 % pools, &format!("task{i}"), i, 10));
        snapshot.tasks.push(task(i, i, TaskState::Waiting));
    }
    for i in 0..resources {
        let kind = kinds[i as usize % kinds.len()];
        snapshot.resource_groups.push(ResourceGroup {
            sent: 3,
            send_wait: histogram(&[1_000]),
            ..resource_group(i / 5 % pools, kind, &format!("resource{i}"))
        });
        snapshot.resources.push(Resource { depth: Some(2), capacity: Some(4), ..resource(i, i) });
    }
    snapshot
}

fn scrape(snapshot: &Snapshot, admission: &mut Admission, max_series: usize) -> Vec<Line> {
    let options = Options { format: Format::OpenMetrics, max_series };
    parse(&render(&input(snapshot, &[]), admission, &options), options.format).expect("valid")
}

fn sum(lines: &[Line], name: &str) -> f64 {
    lines.iter().filter(|(n, ..)| n == name).map(|(.., v)| v.parse::<f64>().expect("a number")).sum()
}

#[test]
fn an_answer_stays_under_the_cap_and_adds_up() {
    for (pools, tasks, resources) in
        [(1, 1, 1), (3, 40, 40), (500, 1_000, 1_000), (1, 3_000, 0), (2, 0, 2_000)]
    {
        let snapshot = program_of(pools, tasks, resources);
        for max_series in [400, 1_000, 2_000, 5_000] {
            let lines = scrape(&snapshot, &mut Admission::default(), max_series);
            assert!(
                lines.len() <= max_series,
                "{} of {max_series} for {pools} {tasks} {resources}",
                lines.len()
            );
            assert_eq!(sum(&lines, "taskscope_tasks_spawned_total"), f64::from(tasks) * 10.0);
            assert_eq!(sum(&lines, "taskscope_tasks"), f64::from(tasks));
            let queues = f64::from(resources.div_ceil(4));
            assert_eq!(sum(&lines, "taskscope_queue_sent_total"), queues * 3.0);
            assert_eq!(sum(&lines, "taskscope_queue_depth"), queues * 2.0);
            let other = lines.iter().any(|(_, labels, _)| labels.iter().any(|(_, v)| v == "other"));
            assert_eq!(other, sum(&lines, "taskscope_agent_folded_series") > 0.0);
        }
    }
}

#[test]
fn what_fits_is_not_folded() {
    let lines = scrape(&program_of(10, 100, 60), &mut Admission::default(), 5_000);
    assert_eq!(sum(&lines, "taskscope_agent_folded_series"), 0.0);
    assert!(lines.len() > 1_500, "{}", lines.len());
}

#[test]
fn no_class_takes_all_the_room() {
    let lines = scrape(&program_of(5_000, 5_000, 5_000), &mut Admission::default(), 5_000);
    for (metric, label) in [
        ("taskscope_tasks", "pool"),
        ("taskscope_tasks_spawned_total", "task"),
        ("taskscope_lock_waiters", "lock"),
    ] {
        let own =
            |(n, labels, _): &&Line| n == metric && labels.iter().any(|(l, v)| l == label && v != "other");
        assert!(lines.iter().filter(own).count() >= 5, "{metric}");
    }
}

#[test]
fn a_series_never_moves_into_other_or_out_of_it() {
    let key = |(name, labels, _): &Line| (name.clone(), labels.clone());
    let mut admission = Admission::default();
    let mut before: HashSet<_> = HashSet::new();
    let mut counters: Vec<(String, Labels, f64)> = Vec::new();
    for size in [5, 20, 60, 200, 900] {
        let lines = scrape(&program_of(size / 5, size, size), &mut admission, 2_000);
        let now: HashSet<_> = lines.iter().map(key).collect();
        let lost: Vec<_> = before.difference(&now).collect();
        assert!(lost.is_empty(), "gone at {size}: {:?}", lost.first());
        for (name, labels, value) in &counters {
            let line = lines.iter().find(|(n, l, _)| n == name && l == labels).expect("still there");
            assert!(line.2.parse::<f64>().expect("a number") >= *value, "{name} {labels:?} fell at {size}");
        }
        before = now;
        counters = lines
            .iter()
            .filter(|(n, ..)| n.ends_with("_total"))
            .map(|(n, l, v)| (n.clone(), l.clone(), v.parse().expect("a number")))
            .collect();
    }
}

#[test]
fn what_is_kept_ready_for_others_costs_nothing_until_it_is_used() {
    let mut snapshot = program_of(3, 10, 10);
    snapshot.pools.push(Pool { name: "other".into() });
    snapshot.task_groups.insert(0, task_group(3, "other", 1, 0));
    snapshot
        .resource_groups
        .push(ResourceGroup { created: 0, ..resource_group(3, ResourceKind::Mutex, "other") });
    let other = |lines: &[Line]| lines.iter().filter(|(_, l, _)| l.iter().any(|(_, v)| v == "other")).count();
    let mut admission = Admission::default();
    snapshot.tasks.clear();
    assert_eq!(other(&scrape(&snapshot, &mut admission, 5_000)), 0);
    // Used after others were decided on: it is there, and the others stay.
    snapshot.task_groups[0].spawned = 1;
    let lines = scrape(&snapshot, &mut admission, 5_000);
    assert_eq!(sum(&lines, "taskscope_tasks_spawned_total"), 101.0);
    assert!(other(&lines) > 0);
    assert_eq!(sum(&lines, "taskscope_agent_folded_series"), 0.0);
}
