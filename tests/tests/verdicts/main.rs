//! Programs with one known fault each, and healthy ones that look like them: what the agent finds in a running process.
//!
//! Each program runs in a process of its own, under the attribute, and its findings are read over HTTP. A fault counts as
//! found if a finding of its kind names a line that is marked with `found: NAME`. In a healthy program every finding is
//! a false alarm, and so is a finding in a faulty one that names no marked line.
#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "the test starts processes and waits for them")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "the helpers of a test may panic as it does")]
#![expect(clippy::print_stdout, reason = "the table of what was found, and the address for the parent")]

mod cases;
#[path = "../../../agent/tests/support/client.rs"]
mod client;
mod process;

use cases::{CASES, Case};
use process::{Seen, watch};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

/// Programs that run at the same time.
const AT_ONCE: usize = 4;
/// How long a fault may take from the start of the process to the finding.
const FAULTY: Duration = Duration::from_secs(20);
/// How long a healthy program is watched.
const HEALTHY: Duration = Duration::from_secs(7);

/// What came of one program.
struct Outcome {
    case: &'static Case,
    seen: Seen,
}

/// The part of the test that runs one program: only when the process was started for it.
#[test]
fn child() {
    if let Some(name) = process::case_to_run() {
        let case = CASES.iter().find(|case| case.name == name).expect("a case of the table");
        process::run(case);
    }
}

#[test]
fn faults_are_found_and_nothing_else() {
    let queue = Mutex::new(CASES.iter());
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(case) = queue.lock().unwrap().next() else { return };
                    let seen = watch(case, if case.kind.is_some() { FAULTY } else { HEALTHY });
                    outcomes.lock().unwrap().push(Outcome { case, seen });
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    print_table(&outcomes);
    let alarms: Vec<String> = outcomes
        .iter()
        .flat_map(|o| o.seen.alarms.iter().map(|alarm| format!("{}: {alarm}", o.case.name)))
        .collect();
    assert!(alarms.is_empty(), "false alarms: {alarms:#?}");
    let faulty = outcomes.iter().filter(|outcome| outcome.case.kind.is_some());
    let missed: Vec<&str> = faulty.filter(|o| o.seen.found.is_none()).map(|o| o.case.name).collect();
    assert!(missed.is_empty(), "missed: {missed:?}");
    for outcome in &outcomes {
        let proven = outcome.seen.certainty == "proven";
        assert!(proven || !outcome.case.proven, "{} is only {}", outcome.case.name, outcome.seen.certainty);
    }
}

/// Recall and the slowest verdict of each kind.
fn print_table(outcomes: &[Outcome]) {
    let mut kinds: BTreeMap<&str, (usize, usize, f64)> = BTreeMap::new();
    for outcome in outcomes {
        let Some(kind) = outcome.case.kind else { continue };
        let row = kinds.entry(kind).or_default();
        row.0 += 1;
        if let Some(after) = outcome.seen.found {
            row.1 += 1;
            row.2 = row.2.max(after.as_secs_f64());
        }
    }
    println!("{:<16} {:>6} {:>6} {:>10}", "kind", "faults", "found", "slowest");
    for (kind, (faults, found, slowest)) in kinds {
        println!("{kind:<16} {faults:>6} {found:>6} {slowest:>8.1} s");
    }
    let healthy = outcomes.iter().filter(|outcome| outcome.case.kind.is_none()).count();
    let alarms: usize = outcomes.iter().map(|outcome| outcome.seen.alarms.len()).sum();
    println!("{healthy} healthy programs, {alarms} false alarms");
}
