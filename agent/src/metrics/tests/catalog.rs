//! The catalogue keeps to the rules, and `docs/metrics.md` says what it says.

use super::fixture::*;
use super::parse::parse;
use crate::metrics::samples::MAX_LABELS;
use crate::metrics::{Admission, CATALOG, Format, Kind, Options, Unit, find, render};
use expect_test::expect_file;
use std::collections::HashSet;

#[test]
fn names_units_and_labels_keep_to_the_rules() {
    let mut names = HashSet::new();
    for metric in CATALOG {
        let name = metric.name;
        assert!(names.insert(name), "{name} twice");
        assert!(name.starts_with("taskscope_"), "{name}");
        assert_eq!(name.ends_with("_total"), metric.kind == Kind::Counter, "{name}");
        assert_eq!(name.ends_with("_info"), metric.kind == Kind::Info, "{name}");
        let base = name.strip_suffix("_total").unwrap_or(name);
        for unit in [Unit::Seconds, Unit::Bytes, Unit::Ratio] {
            assert_eq!(base.ends_with(&format!("_{}", unit.word())), metric.unit == unit, "{name}");
        }
        assert!(!["_count", "_sum", "_bucket"].iter().any(|part| name.ends_with(part)), "{name}");
        assert!(metric.labels.len() <= MAX_LABELS, "{name}");
        for label in metric.labels {
            assert!(
                !["job", "instance", "le", "quantile"].contains(label),
                "{name}: {label} is the server's"
            );
        }
        assert!(metric.help.ends_with('.') && !metric.help.contains(['"', '\\', '\n', '|']), "{name}");
    }
}

#[test]
fn samples_are_found_by_their_names() {
    let name = |sample: &str| find(sample).map(|m| m.name);
    assert_eq!(name("taskscope_tasks"), Some("taskscope_tasks"));
    assert_eq!(name("taskscope_poll_duration_seconds_bucket"), Some("taskscope_poll_duration_seconds"));
    assert_eq!(name("taskscope_tasks_count"), None);
    assert_eq!(name("taskscope_task"), None);
}

#[test]
fn the_written_out_program_has_a_sample_of_every_metric() {
    let (snapshot, records) = (program(), records());
    let body = render(&input(&snapshot, &records), &mut Admission::default(), &Options::default());
    let lines = parse(&body, Format::Text).expect("valid");
    let seen: HashSet<&str> = lines.iter().filter_map(|(n, ..)| find(n)).map(|m| m.name).collect();
    for metric in CATALOG {
        assert!(seen.contains(metric.name), "{} has no sample", metric.name);
    }
    for (name, labels, _) in &lines {
        let metric = find(name).expect("in the catalogue");
        let labels: Vec<&str> = labels.iter().map(|(l, _)| l.as_str()).filter(|l| *l != "le").collect();
        assert_eq!(labels, metric.labels, "{name}");
    }
}

#[test]
fn the_documentation_is_the_catalogue() {
    let mut page = String::from(
        "# Metrics\n\n\
         What `/metrics` exports. This page is written from the catalogue in `agent/src/metrics/catalog.rs`; after a\n\
         change there, run `UPDATE_EXPECT=1 cargo test -p taskscope metrics`.\n\n\
         Labels come from the code: `pool` is the name of a pool, `task` the label of a spawn site (or its place, if\n\
         it has none), `queue`, `lock`, `semaphore` and `resource` the name of a resource. No label is an id. Above\n\
         `TASKSCOPE_MAX_SERIES` series, what comes last is added up in series whose labels are `other`.\n\n\
         Bounds of histograms are powers of four in nanoseconds, written in seconds, and exact.\n\n\
         | name | type | unit | labels | meaning | source |\n|---|---|---|---|---|---|\n",
    );
    for m in CATALOG {
        let kind = match m.kind {
            Kind::Counter => "counter".to_owned(),
            Kind::Gauge => "gauge".to_owned(),
            Kind::Info => "info".to_owned(),
            Kind::Histogram { first, last } => format!("histogram, 2^{first} to 2^{last} ns"),
        };
        let labels: Vec<String> = m.labels.iter().map(|l| format!("`{l}`")).collect();
        let (name, unit, labels) = (m.name, m.unit.word(), labels.join(", "));
        page += &format!("| `{name}` | {kind} | {unit} | {labels} | {} | {} |\n", m.help, m.source);
    }
    expect_file!["../../../../docs/metrics.md"].assert_eq(&page);
}
