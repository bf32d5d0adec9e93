//! The history of findings: when each began, whether it lasts, and what was resolved lately.

use super::{Evidence, Finding, FindingKind, Record};
use crate::id::TaskId;
use crate::snapshot::{Place, Snapshot, Task};

/// How long a resolved finding stays listed, in milliseconds.
const KEEP_MS: u64 = 10 * 60 * 1000;
/// How many findings are listed at most. The oldest resolved ones go first; what finds no room is left out until it does.
const MAX_RECORDS: usize = 200;
/// How many tasks and resources of a finding are kept as they were.
const MAX_MEMBERS: usize = 20;

/// The history of findings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    entries: Vec<Entry>,
    last_id: u64,
    totals: Vec<(FindingKind, u64)>,
    /// Findings of the last look that found no room: those that are certain, and all others.
    left_out: [usize; 2],
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    record: Record,
    last_seen_ms: u64,
}

/// Which findings a look can tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    All,
    /// What is certain: proofs and circles.
    Proofs,
    /// All others.
    Others,
}

impl Scope {
    pub(crate) fn covers(self, finding: &Finding) -> bool {
        let proof = matches!(finding.evidence, Evidence::Proof | Evidence::Cycle);
        self == Scope::All || proof == (self == Scope::Proofs)
    }
}

/// What makes two findings of different looks the same one.
type Key = (FindingKind, Evidence, Place, String, Option<TaskId>);

fn key(finding: &Finding) -> Key {
    // Of one place there can be several circles, but only one growth.
    let member = finding.tasks.first().copied().filter(|_| finding.evidence == Evidence::Cycle);
    (finding.kind, finding.evidence, finding.blame, finding.pool.clone(), member)
}

impl Ledger {
    /// Takes in what a look found, and returns the findings that are new. A statistical finding that is not repeated is
    /// resolved after `patience` nanoseconds, any other at once.
    pub fn update(&mut self, findings: Vec<Finding>, now: &Snapshot, patience: u64) -> Vec<Record> {
        self.update_some(Scope::All, findings, now, patience)
    }

    /// The same for a look that can tell of these findings only: all others stay as they are.
    pub(crate) fn update_some(
        &mut self,
        scope: Scope,
        findings: Vec<Finding>,
        now: &Snapshot,
        patience: u64,
    ) -> Vec<Record> {
        let mut fresh = Vec::new();
        self.left_out[0] *= usize::from(scope == Scope::Others);
        self.left_out[1] *= usize::from(scope == Scope::Proofs);
        for finding in findings.into_iter().filter(|finding| scope.covers(finding)) {
            let key = key(&finding);
            let mut entries = self.entries.iter_mut().filter(|e| e.record.resolved_unix_ms.is_none());
            if let Some(entry) = entries.find(|e| self::key(&e.record.finding) == key) {
                entry.refresh(finding, now);
            } else if self.has_room() {
                let entry = self.open(finding, now);
                fresh.push(entry.record.clone());
                self.entries.push(entry);
            } else {
                self.left_out[usize::from(!Scope::Proofs.covers(&finding))] += 1;
            }
        }
        self.resolve(scope, now.unix_ms, patience / 1_000_000);
        fresh
    }

    /// All findings, oldest first.
    pub fn records(&self) -> Vec<Record> {
        self.entries.iter().map(|entry| entry.record.clone()).collect()
    }

    /// Those that have not been resolved, oldest first.
    pub(crate) fn lasting(&self) -> impl Iterator<Item = &Record> {
        self.entries.iter().map(|entry| &entry.record).filter(|record| record.resolved_unix_ms.is_none())
    }

    /// How many findings there were since the start, by kind.
    pub fn totals(&self) -> &[(FindingKind, u64)] {
        &self.totals
    }

    /// How many findings of the last look found no room.
    pub(crate) fn left_out(&self) -> usize {
        self.left_out.iter().sum()
    }

    /// Whether there is room for another one, if need be in the place of the oldest that was resolved. What lasts keeps
    /// its place: it would be new again at the next look.
    fn has_room(&mut self) -> bool {
        if self.entries.len() < MAX_RECORDS {
            return true;
        }
        let resolved = self.entries.iter().position(|e| e.record.resolved_unix_ms.is_some());
        resolved.map(|place| self.entries.remove(place)).is_some()
    }

    fn open(&mut self, finding: Finding, now: &Snapshot) -> Entry {
        self.last_id += 1;
        match self.totals.iter_mut().find(|(kind, _)| *kind == finding.kind) {
            Some((_, total)) => *total += 1,
            None => self.totals.push((finding.kind, 1)),
        }
        let record = Record {
            id: self.last_id,
            since_unix_ms: began(&finding, now),
            resolved_unix_ms: None,
            at: now.at,
            tasks: Vec::new(),
            resources: Vec::new(),
            waits: Vec::new(),
            holds: Vec::new(),
            finding: finding.clone(),
        };
        let mut entry = Entry { record, last_seen_ms: now.unix_ms };
        entry.refresh(finding, now);
        entry
    }

    fn resolve(&mut self, scope: Scope, now_ms: u64, patience_ms: u64) {
        for entry in self.entries.iter_mut().filter(|entry| scope.covers(&entry.record.finding)) {
            let lingers = match entry.record.finding.evidence {
                Evidence::Statistical => patience_ms,
                Evidence::Proof | Evidence::Cycle | Evidence::Observed => 0,
            };
            if entry.record.resolved_unix_ms.is_none() && entry.last_seen_ms + lingers < now_ms {
                entry.record.resolved_unix_ms = Some(now_ms);
            }
        }
        self.entries.retain(|e| e.record.resolved_unix_ms.is_none_or(|at| at + KEEP_MS > now_ms));
    }
}

impl Entry {
    fn refresh(&mut self, finding: Finding, now: &Snapshot) {
        self.last_seen_ms = now.unix_ms;
        let some = |ids: &[TaskId]| -> Vec<Task> {
            ids.iter().filter_map(|id| now.task(*id)).take(MAX_MEMBERS).cloned().collect()
        };
        self.record.tasks = some(&finding.tasks);
        self.record.tasks.extend(some(&finding.behind));
        let resources = finding.resources.iter().filter_map(|id| now.resource(*id)).take(MAX_MEMBERS);
        self.record.resources = resources.cloned().collect();
        self.record.at = now.at;
        let waits = now.waits.iter().filter(|w| self.record.tasks.iter().any(|t| Some(t.id) == w.task));
        self.record.waits = waits.cloned().collect();
        let holds = now.holds.iter().filter(|h| self.record.resources.iter().any(|r| r.id == h.resource));
        self.record.holds = holds.cloned().collect();
        self.record.finding = finding;
    }
}

/// When a finding began: for what stands still since the last of its tasks came to a stop, else now.
fn began(finding: &Finding, now: &Snapshot) -> u64 {
    let stopped = match finding.evidence {
        Evidence::Proof => finding.tasks.iter().filter_map(|id| now.task(*id)).map(|task| task.since).min(),
        Evidence::Cycle => finding.tasks.iter().filter_map(|id| now.task(*id)).map(|task| task.since).max(),
        Evidence::Observed | Evidence::Statistical => None,
    };
    let age = stopped.map_or(0, |since| now.at.saturating_sub(since));
    now.unix_ms.saturating_sub(age / 1_000_000)
}
