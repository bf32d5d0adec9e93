//! Verdicts: pure functions from snapshots to findings.

mod finding;

pub use finding::{Certainty, Evidence, Finding, FindingKind, Record, Severity};
