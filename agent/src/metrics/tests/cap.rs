//! The series cap: how much is exported at most, and that nothing is lost or moves.

use super::fixture::*;
use super::parse::{Labels, Line, parse};
use crate::metrics::costs::Costs;
use crate::metrics::{Admission, Format, Options, render};
use crate::snapshot::*;
use proptest::prelude::*;
use std::collections::HashSet;

/// The least that `TASKSCOPE_MAX_SERIES` can be set to.
const LEAST: usize = crate::config::LEAST_SERIES;

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

/// The same, where pools that are added leave the groups that are there in theirs.
fn program_of_many(pools: u32, tasks: u32, resources: u32) -> Snapshot {
    let mut snapshot = program_of(1, tasks, resources);
    snapshot.pools.extend((1..pools).map(|i| Pool { name: format!("pool{i}") }));
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
        for max_series in [LEAST, 400, 1_000, 2_000, 5_000] {
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
fn only_what_does_not_fit_as_a_whole_is_folded() {
    let snapshot = program_of(2, 10, 8);
    let all = scrape(&snapshot, &mut Admission::default(), usize::MAX);
    assert!(all.len() > LEAST, "{}", all.len());
    let fits = scrape(&snapshot, &mut Admission::default(), all.len());
    assert_eq!(fits, all);
    let folded = scrape(&snapshot, &mut Admission::default(), all.len() - 1);
    assert!(sum(&folded, "taskscope_agent_folded_series") > 0.0 && folded.len() < all.len());
}

#[test]
fn the_least_cap_has_room_for_what_is_always_exported_and_for_others() {
    let agent = Snapshot::read(Detail::Light).agent;
    assert_eq!(Costs::new(&agent).least(), LEAST);
}

/// What a program has at each of a few scrapes: pools, spawn sites and resources, which only become more.
fn growing() -> impl Strategy<Value = Vec<(u32, u32, u32)>> {
    let step = (0..6_u32, 0..25_u32, 0..25_u32);
    prop::collection::vec(step, 1..7).prop_map(|steps| {
        let mut all = (1, 0, 0);
        let mut grow = |(pools, tasks, resources)| {
            all = (all.0 + pools, all.1 + tasks, all.2 + resources);
            all
        };
        steps.into_iter().map(&mut grow).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn folding_is_the_last_resort_and_lasts(sizes in growing(), max_series in LEAST..2_500) {
        let key = |(name, labels, _): &Line| (name.clone(), labels.clone());
        let mut admission = Admission::default();
        let mut before = HashSet::new();
        let mut folds = false;
        for (pools, tasks, resources) in sizes {
            // A group never changes its place or its pool.
            let snapshot = program_of_many(pools, tasks, resources);
            let whole = scrape(&snapshot, &mut Admission::default(), usize::MAX).len();
            let lines = scrape(&snapshot, &mut admission, max_series);
            prop_assert!(lines.len() <= max_series, "{} of {max_series}", lines.len());
            let first = !folds && whole > max_series;
            folds |= first;
            prop_assert_eq!(sum(&lines, "taskscope_agent_folded_series") > 0.0, folds);
            prop_assert_eq!(sum(&lines, "taskscope_tasks_spawned_total"), f64::from(tasks) * 10.0);
            let now: HashSet<_> = lines.iter().map(key).collect();
            // Series go when room must be made for `other`, and never again.
            let lost = before.difference(&now).next();
            prop_assert!(first || lost.is_none(), "gone: {lost:?}");
            let other = |l: &&Line| l.1.iter().any(|(_, v)| v == "other");
            let appeared = lines.iter().filter(other).filter(|l| !before.contains(&key(l))).count();
            if first {
                prop_assert!(appeared > 0);
            }
            before = now;
        }
    }
}

#[test]
fn who_was_exported_comes_first_when_room_must_be_made() {
    let mut admission = Admission::default();
    let queue = |resources| {
        let mut snapshot = program_of(1, 0, resources);
        snapshot.task_groups.extend((0..200).map(|i| task_group(0, &format!("late{i}"), i, 10)));
        snapshot
    };
    let early = scrape(&program_of(1, 0, 8), &mut admission, 1_000);
    assert_eq!(sum(&early, "taskscope_agent_folded_series"), 0.0);
    // The tasks came later, though tasks are asked about before resources.
    let lines = scrape(&queue(8), &mut admission, 1_000);
    assert!(sum(&lines, "taskscope_agent_folded_series") > 0.0 && lines.len() <= 1_000);
    for i in 0..8 {
        let own = |l: &&Line| l.1.iter().any(|(_, v)| *v == format!("resource{i}"));
        assert_eq!(lines.iter().filter(own).count(), early.iter().filter(own).count(), "resource{i}");
    }
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
