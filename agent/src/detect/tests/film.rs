//! Programs over time: one snapshot after the other, with what is found at each.

use super::program::{Program, SECOND, verdicts};
use super::suspects;
use crate::capacity::Facts;
use crate::detect::{Evidence, Finding, Trend, detect};
use crate::snapshot::Snapshot;
use std::sync::Arc;

/// Nanoseconds between two looks.
pub(super) const STEP: u64 = SECOND / 5;
/// The patience of these programs.
pub(super) const PATIENCE: u64 = 3 * SECOND / 2;

/// What is found at each look of `seconds`, with its time in milliseconds. `change` makes each snapshot of the one
/// before; it is told the time since the start in nanoseconds.
pub(super) fn film(
    program: Program,
    seconds: u64,
    change: impl FnMut(u64, &mut Program),
) -> Vec<(u64, Finding)> {
    film_knowing(Facts::default(), program, seconds, change)
}

/// The same, with what is known of its queues.
pub(super) fn film_knowing(
    facts: Facts,
    mut program: Program,
    seconds: u64,
    mut change: impl FnMut(u64, &mut Program),
) -> Vec<(u64, Finding)> {
    let mut trend = Trend::new(PATIENCE * 16);
    trend.learn(Arc::new(facts));
    let mut before: Option<Snapshot> = None;
    let mut found = Vec::new();
    let start = program.0.at;
    for look in 0..seconds * SECOND / STEP {
        program.0.at = start + look * STEP;
        change(look * STEP, &mut program);
        trend.push(&program.0);
        let judged = |patience| detect(before.as_ref(), &program.0, &trend, patience);
        let endless = judged(u64::MAX);
        assert!(endless.iter().all(|finding| finding.evidence != Evidence::Statistical), "{endless:?}");
        let findings = judged(PATIENCE);
        suspects::check(before.as_ref(), &program.0, &trend, &findings);
        found.extend(findings.into_iter().map(|finding| (look * STEP / 1_000_000, finding)));
        before = Some(program.0.clone());
    }
    found
}

/// The verdicts of a film, each once, with the time at which it came first.
pub(super) fn first(found: &[(u64, Finding)]) -> Vec<(u64, &'static str, u32)> {
    let mut first: Vec<(u64, &'static str, u32)> = Vec::new();
    for (at, finding) in found {
        let (kind, line) = verdicts(std::slice::from_ref(finding))[0];
        if !first.iter().any(|(_, k, l)| (*k, *l) == (kind, line)) {
            first.push((*at, kind, line));
        }
    }
    first
}
