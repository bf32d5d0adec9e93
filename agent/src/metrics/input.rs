//! What a scrape is made of, beside the snapshot itself.

use crate::detect::{FindingKind, Record};
use crate::metrics::Pressures;
use crate::snapshot::Snapshot;

/// Everything that a scrape shows.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The program.
    pub snapshot: &'a Snapshot,
    /// Findings that are listed at the moment; those that are resolved are not counted as open.
    pub findings: &'a [Record],
    /// How many findings there were since the start, by kind; kinds that are missing count as 0.
    pub findings_total: &'a [(FindingKind, u64)],
    /// Version of the agent.
    pub version: &'a str,
    /// CPU time of the agent's own threads in nanoseconds, if known.
    pub agent_cpu: Option<u64>,
    /// What the agent costs the program, if known.
    pub overhead: Option<Overhead>,
    /// How much the tasks of each pool hold each other up, if known.
    pub pressures: Option<&'a Pressures>,
}

/// Shares of the process's CPU time that go to the agent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overhead {
    /// For counts, holders, waits and wakers, which are never lowered.
    pub fixed: f64,
    /// For time stamps, samplers, detectors, scrapes and profiles, which are lowered to stay inside the budget.
    pub optional: f64,
}
