//! What the JSON of trace events must be for Perfetto to open it.
#![expect(clippy::expect_used, reason = "what is not there fails the test")]

use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The slices of a thread: when each begins, and when it ends; sorted, when the last one ends of those that began so far.
#[derive(Default)]
struct Slices(Vec<(f64, f64)>);

impl Slices {
    fn sort(&mut self) {
        self.0.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut last = f64::MIN;
        for (_, to) in &mut self.0 {
            last = last.max(*to);
            *to = last;
        }
    }

    /// Whether one of them is open at this time.
    fn have(&self, at: f64) -> bool {
        let begun = self.0.partition_point(|(from, _)| *from <= at);
        begun > 0 && at <= self.0[begun - 1].1
    }
}

/// What the format asks for, whatever the program does.
pub(crate) fn check_format(events: &[Value]) {
    let (mut begun, mut ended) = (HashSet::new(), HashSet::new());
    let mut waits: HashMap<&str, i32> = HashMap::new();
    let mut slices: HashMap<u64, Slices> = HashMap::new();
    for event in events.iter().filter(|e| e["ph"] == "X") {
        let (at, length) = (event["ts"].as_f64().expect("a time"), event["dur"].as_f64().expect("a length"));
        assert!(at >= 0.0 && length > 0.0, "{event}");
        slices.entry(event["tid"].as_u64().expect("a thread")).or_default().0.push((at, at + length));
    }
    slices.values_mut().for_each(Slices::sort);
    for event in events {
        assert!(event["pid"].is_u64() && event["tid"].is_u64() && event["name"].is_string(), "{event}");
        let id = event["id"].as_str().unwrap_or_default();
        let at = event["ts"].as_f64().expect("a time");
        match event["ph"].as_str().expect("a phase") {
            "M" | "X" => {}
            phase @ ("s" | "f") => {
                let inside = &slices[&event["tid"].as_u64().expect("a thread")];
                assert!(inside.have(at), "in no slice: {event}");
                let fresh = if phase == "s" { begun.insert(id) } else { ended.insert(id) };
                assert!(fresh && (phase == "s" || event["bp"] == "e"), "{event}");
            }
            "b" => *waits.entry(id).or_default() += 1,
            "e" => *waits.entry(id).or_default() -= 1,
            other => panic!("no phase {other}: {event}"),
        }
    }
    assert_eq!(begun, ended, "arrows have two ends");
    assert!(waits.values().all(|open| *open == 0), "waits begin and end");
}
