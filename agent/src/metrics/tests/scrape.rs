//! What a scrape says about the written-out program, in both formats.

use super::fixture::*;
use super::parse::{Line, parse};
use crate::detect::FindingKind;
use crate::grid;
use crate::id::{ResourceId, TaskId};
use crate::metrics::render::{collect, write};
use crate::metrics::samples::{Samples, Value};
use crate::metrics::tally::Tally;
use crate::metrics::text::write_family;
use crate::metrics::{Admission, Format, Input, Kind, Options, find, publish, render};
use crate::snapshot::*;
use expect_test::expect_file;
use proptest::prelude::*;

fn scrape(snapshot: &Snapshot, format: Format) -> String {
    let records = records();
    let options = Options { format, ..Options::default() };
    render(&input(snapshot, &records), &mut Admission::default(), &options)
}

/// Samples of one metric as `label values = value`.
fn values(lines: &[Line], name: &str) -> Vec<String> {
    let of = |(n, labels, value): &Line| {
        let labels: Vec<&str> = labels.iter().map(|(_, v)| v.as_str()).collect();
        (n == name).then(|| format!("{} = {value}", labels.join(" ")))
    };
    lines.iter().filter_map(of).collect()
}

#[test]
fn the_text_format() {
    let body = scrape(&program(), Format::Text);
    parse(&body, Format::Text).expect("valid");
    expect_file!["golden/text.txt"].assert_eq(&body);
}

#[test]
fn open_metrics() {
    let body = scrape(&program(), Format::OpenMetrics);
    parse(&body, Format::OpenMetrics).expect("valid");
    expect_file!["golden/open_metrics.txt"].assert_eq(&body);
}

#[test]
fn both_formats_and_both_renderers_say_the_same() {
    let (snapshot, records) = (hostile_names(), records());
    let input = input(&snapshot, &records);
    let tally = Tally::new(&input, &mut Admission::default(), 5_000);
    let families = collect(&tally);
    let [by_exporter, by_hand, open] =
        [(Format::Text, true), (Format::Text, false), (Format::OpenMetrics, false)].map(
            |(format, exporter)| {
                let mut lines = parse(&write(&families, format, exporter), format).expect("valid");
                lines.sort();
                lines
            },
        );
    assert_eq!(by_exporter, by_hand);
    assert_eq!(by_hand, open);
}

/// Names with everything that has to be escaped.
fn hostile_names() -> Snapshot {
    let mut snapshot = program();
    for (i, name) in HOSTILE.iter().enumerate() {
        snapshot.task_groups.push(task_group(1, name, i as u32, 1));
        snapshot.resource_groups.push(resource_group(1, ResourceKind::Mutex, name));
    }
    snapshot
}

const HOSTILE: [&str; 9] =
    ["a\\b", "a\\\\b", "a\"b", "a\\\"b", "a\nb", "a\\nb", "end\\", "a{b=\"c\"} 1\nx 2", "größe, 大きさ"];

#[test]
fn any_name_is_read_back_as_it_was() {
    for format in [Format::Text, Format::OpenMetrics] {
        let lines = parse(&scrape(&hostile_names(), format), format).expect("valid");
        for name in HOSTILE {
            let has = |metric: &str, label: &str| {
                lines.iter().any(|(n, l, _)| n == metric && l.contains(&(label.into(), name.into())))
            };
            assert!(has("taskscope_tasks_spawned_total", "task"), "{name:?}");
            assert!(has("taskscope_lock_wait_seconds_bucket", "lock"), "{name:?}");
        }
    }
}

#[test]
fn groups_with_the_same_labels_are_one_series() {
    let lines = parse(&scrape(&program(), Format::Text), Format::Text).expect("valid");
    let spawned = values(&lines, "taskscope_tasks_spawned_total");
    assert_eq!(spawned, ["main src/main.rs:3:5 = 1", "thumbnails worker = 10"]);
    let polls = values(&lines, "taskscope_poll_duration_seconds_count");
    assert_eq!(polls, ["main = 3", "thumbnails = 6"]);
}

#[test]
fn a_wait_without_an_end_shows_and_an_idle_receiver_does_not() {
    let lines = parse(&scrape(&program(), Format::Text), Format::Text).expect("valid");
    let mut oldest = values(&lines, "taskscope_oldest_wait_seconds");
    oldest.sort();
    assert_eq!(
        oldest,
        [
            "thumbnails mpsc jobs = 5",
            "thumbnails mpsc results = 0",
            "thumbnails mutex cache = 40",
            "thumbnails semaphore decoders = 0.25"
        ]
    );
    assert_eq!(values(&lines, "taskscope_lock_waiters"), ["thumbnails cache lock = 2"]);
    assert_eq!(values(&lines, "taskscope_semaphore_permits_available"), ["thumbnails decoders = 0"]);
}

#[test]
fn workers_that_share_an_idle_receiver_are_not_stuck() {
    // Worker 1 holds the lock `cache` and waits for a message; the others wait for the lock.
    let mut snapshot = program();
    let by = |index| Some(TaskId::new(index, 1));
    snapshot.waits =
        vec![Wait { task: by(1), ..wait(1, Op::Recv, 0) }, Wait { task: by(2), ..wait(2, Op::Lock, 0) }];
    let hold = |task| Hold { task, ..Hold::new(ResourceId::new(2, 1), Op::Lock, PLACE) };
    let oldest = |snapshot: &Snapshot| {
        let lines = parse(&scrape(snapshot, Format::Text), Format::Text).expect("valid");
        assert_eq!(values(&lines, "taskscope_lock_waiters"), ["thumbnails cache lock = 1"]);
        let all = values(&lines, "taskscope_oldest_wait_seconds");
        all.into_iter().find(|v| v.contains("cache")).expect("of the lock")
    };
    snapshot.holds = vec![hold(by(1))];
    assert_eq!(oldest(&snapshot), "thumbnails mutex cache = 0");
    // A holder that is unknown, or does something else as well, or something else only, may be stuck.
    snapshot.holds = vec![hold(None)];
    assert_eq!(oldest(&snapshot), "thumbnails mutex cache = 100");
    snapshot.holds = vec![hold(by(1)), hold(by(3))];
    assert_eq!(oldest(&snapshot), "thumbnails mutex cache = 100");
    snapshot.holds = vec![hold(by(1))];
    snapshot.waits.push(Wait { task: by(1), ..wait(3, Op::Acquire, 0) });
    assert_eq!(oldest(&snapshot), "thumbnails mutex cache = 100");
}

#[test]
fn readers_and_writers_of_a_lock_are_told_apart() {
    let mut snapshot = program();
    let cache = &mut snapshot.resource_groups[2];
    cache.kind = ResourceKind::RwLock;
    cache.write_wait = histogram(&[3_000; 5]);
    cache.write_hold = histogram(&[3_000; 4]);
    snapshot.waits = vec![wait(2, Op::Read, 0), wait(2, Op::Write, 0), wait(2, Op::Write, 0)];
    let lines = parse(&scrape(&snapshot, Format::Text), Format::Text).expect("valid");
    let modes = |read, write| {
        [format!("thumbnails cache read = {read}"), format!("thumbnails cache write = {write}")]
    };
    assert_eq!(values(&lines, "taskscope_lock_wait_seconds_count"), modes(2, 5));
    assert_eq!(values(&lines, "taskscope_lock_hold_seconds_count"), modes(1, 4));
    assert_eq!(values(&lines, "taskscope_lock_waiters"), modes(1, 2));
}

#[test]
fn what_is_not_known_is_left_out() {
    let (snapshot, records) = (program(), records());
    let bare = Input { agent_cpu: None, overhead: None, pressures: None, ..input(&snapshot, &records) };
    let body = render(&bare, &mut Admission::default(), &Options::default());
    let lines = parse(&body, Format::Text).expect("valid");
    for name in ["taskscope_agent_cpu_seconds_total", "taskscope_overhead_ratio", "taskscope_pressure_ratio"]
    {
        assert_eq!(values(&lines, name), [""; 0], "{name}");
    }
    assert_eq!(values(&lines, "taskscope_queue_capacity"), ["thumbnails jobs = 8"]);
    let shares = values(&lines, "taskscope_coverage_ratio");
    assert_eq!(shares, ["resources = 1", "tasks = 0.375"], "three covered tasks of the eight that live");
    let idle = Snapshot::default();
    let body = render(&input(&idle, &[]), &mut Admission::default(), &Options::default());
    let lines = parse(&body, Format::Text).expect("valid");
    assert_eq!(values(&lines, "taskscope_coverage_ratio"), [""; 0]);
}

#[test]
fn findings_are_counted_while_they_are_open_and_zero_before() {
    let lines = parse(&scrape(&program(), Format::Text), Format::Text).expect("valid");
    let open = values(&lines, "taskscope_findings");
    for expected in ["leaked_task proven = 1", "leaked_task suspected = 1", "deadlock proven = 0"] {
        assert!(open.contains(&expected.to_owned()), "{expected} is not in {open:?}");
    }
    assert_eq!(values(&lines, "taskscope_findings_total").len(), FindingKind::ALL.len());
}

#[test]
fn a_queue_that_is_gone_keeps_its_counters() {
    let mut snapshot = program();
    snapshot.resources.remove(0);
    let lines = parse(&scrape(&snapshot, Format::Text), Format::Text).expect("valid");
    assert_eq!(
        values(&lines, "taskscope_queue_sent_total"),
        ["thumbnails jobs = 40", "thumbnails news = 9", "thumbnails results = 5"]
    );
    assert_eq!(
        values(&lines, "taskscope_queue_depth"),
        ["thumbnails jobs = 0", "thumbnails news = 0", "thumbnails results = 0"]
    );
    assert_eq!(values(&lines, "taskscope_queue_capacity"), [""; 0]);
}

#[test]
fn the_applications_own_recorder_gets_counters_and_gauges() {
    let (snapshot, records) = (program(), records());
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    for _ in 0..2 {
        publish(&input(&snapshot, &records), &mut Admission::default(), 5_000, &recorder);
    }
    let body = recorder.handle().render();
    let lines = parse(&body, Format::Text).expect("valid");
    assert_eq!(values(&lines, "taskscope_queue_depth").len(), 3);
    assert!(values(&lines, "taskscope_tasks_spawned_total").contains(&"thumbnails worker = 10".to_owned()));
    assert!(!body.contains("_bucket"));
}

proptest! {
    #[test]
    fn each_bucket_holds_what_is_at_most_its_bound(nanos in prop::collection::vec(0u64..1 << 48, 0..50)) {
        let h = histogram(&nanos);
        let metric = find("taskscope_poll_duration_seconds").expect("in the catalogue");
        let mut samples = Samples::default();
        samples.durations(&["p"], &h);
        prop_assert_eq!(samples.0[0].value, Value::Durations(&h));
        let mut body = String::new();
        write_family(&mut body, metric, &samples, Format::Text);
        let lines = parse(&body, Format::Text).expect("valid");
        let buckets: Vec<&Line> = lines.iter().filter(|(n, ..)| n.ends_with("_bucket")).collect();
        prop_assert_eq!(buckets.len(), metric.kind.octaves().count() + 1);
        for (octave, line) in metric.kind.octaves().zip(buckets) {
            let at_most = nanos.iter().filter(|n| **n <= 1 << octave).count();
            prop_assert_eq!(&line.2, &at_most.to_string(), "2^{} ns", octave);
        }
    }
}

#[test]
fn bounds_are_powers_of_four_on_the_grid() {
    for metric in crate::metrics::CATALOG.iter().filter(|m| matches!(m.kind, Kind::Histogram { .. })) {
        let octaves: Vec<u32> = metric.kind.octaves().collect();
        assert!(octaves.len() >= 10, "{}", metric.name);
        for octave in octaves {
            assert_eq!(octave % 2, 0, "{}", metric.name);
            assert!(grid::bucket_below_octave(octave).is_some(), "{}", metric.name);
        }
    }
}
