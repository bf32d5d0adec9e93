//! The table of detectors, and what each of them sees.

use super::{Finding, FindingKind, Stuck, Trend, deadlock, growth, leaked_task, lost_waker};
use crate::snapshot::Snapshot;

/// What a detector sees.
#[derive(Debug)]
pub struct Look<'a> {
    /// The program now.
    pub now: &'a Snapshot,
    /// The live counts of the minutes before.
    pub trend: &'a Trend,
    /// How long something must last before a statistical verdict is given, in nanoseconds.
    pub patience: u64,
    /// The tasks that can never run again: a suspicion of the look before that this one confirms.
    pub stuck: Stuck,
}

/// A detector.
#[derive(Clone, Copy, Debug)]
pub struct Detector {
    /// What it finds.
    pub kind: FindingKind,
    /// How.
    pub detect: fn(&Look<'_>) -> Vec<Finding>,
}

/// All detectors.
pub const DETECTORS: &[Detector] = &[
    Detector { kind: FindingKind::Deadlock, detect: deadlock::detect },
    Detector { kind: FindingKind::LostWaker, detect: lost_waker::detect },
    Detector { kind: FindingKind::LeakedTask, detect: leaked_task::detect },
    Detector { kind: FindingKind::LeakedTask, detect: growth::detect },
];

/// All that is wrong now. Without a look before there is nothing to confirm, and no verdict.
pub fn detect(before: Option<&Snapshot>, now: &Snapshot, trend: &Trend, patience: u64) -> Vec<Finding> {
    let stuck = before.map_or_else(Stuck::default, |before| Stuck::confirmed(before, now));
    let look = Look { now, trend, patience, stuck };
    DETECTORS.iter().flat_map(|detector| (detector.detect)(&look)).collect()
}
