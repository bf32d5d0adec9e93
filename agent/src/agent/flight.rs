//! The flight recorder: it records around the moments of verdicts, and keeps some of what it recorded.

use super::board::Board;
use crate::detect::{Record, Stuck};
use crate::governor::{Flight, Step};
use crate::http::Kept;
use crate::id::TaskId;
use crate::registry::{self, Dropped, Room};
use crate::snapshot::{Snapshot, Tracer};
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

/// Events of one trace that is kept: less than a hundred bytes each.
const MOST_EVENTS: usize = 32_768;
/// How many traces are kept.
const MOST_KEPT: usize = 4;
/// How far a trace goes back before its first event, for what stood still then, in nanoseconds.
const BACK: u64 = 10_000_000_000;
/// The longest rest of a recorder that costs more than the budget, in nanoseconds.
const LONGEST_REST: u64 = 60_000_000_000;

/// Records around the moments of verdicts.
#[derive(Debug)]
pub(super) struct FlightRecorder {
    law: Flight,
    /// Whether events are recorded all the time, as far as the budget goes.
    always: bool,
    tracer: Option<Tracer>,
    /// Whether what is recorded is kept in mind since a look.
    begun: bool,
    /// The tasks that the look before showed to be stuck.
    suspects: HashSet<TaskId>,
    /// When its cost was looked at last.
    accounted_at: u64,
    rests_until: u64,
}

impl FlightRecorder {
    pub(super) fn new(always: bool) -> Self {
        Self {
            law: Flight::new(always),
            always,
            tracer: always.then(|| Tracer::start(MOST_EVENTS)),
            begun: false,
            suspects: HashSet::new(),
            accounted_at: 0,
            rests_until: 0,
        }
    }

    /// Takes in what a look found.
    pub(super) fn look(&mut self, now: &Snapshot, stuck: &Stuck, fresh: &[Record], board: &Board) {
        let suspects: HashSet<TaskId> = stuck.tasks().collect();
        let suspicion = !suspects.is_subset(&self.suspects);
        self.suspects = suspects;
        let ids: Vec<u64> = fresh.iter().map(|record| record.id).collect();
        match self.law.look(now.at, suspicion, &ids) {
            Step::Nothing => {}
            Step::Begin => self.begin(),
            Step::Drop => self.end(),
            Step::Share(findings) => board.traces(|traces| traces.share(&findings)),
            Step::Keep(findings) => {
                if !self.begun {
                    self.begin();
                }
                if let Some(kept) = self.cut(now, findings, &board.findings()) {
                    board.traces(|traces| traces.keep(kept));
                }
                self.end();
            }
        }
    }

    /// Takes in how long it has to rest, in times of what it recorded since the last call.
    pub(super) fn account(&mut self, at: u64, rest: f64) {
        let lasted = at.saturating_sub(std::mem::replace(&mut self.accounted_at, at));
        if !self.always {
            return;
        }
        if self.tracer.is_none() {
            if at >= self.rests_until {
                self.tracer = Some(Tracer::start(MOST_EVENTS));
            }
        } else if rest > 0.0 && !self.begun {
            self.tracer = None;
            self.rests_until = at.saturating_add(((lasted as f64 * rest) as u64).min(LONGEST_REST));
        }
    }

    /// Keeps in mind what happens from now on, and what happened before as far as that was recorded.
    fn begin(&mut self) {
        self.begun = true;
        match &mut self.tracer {
            Some(tracer) => tracer.reread(),
            None => self.tracer = Some(Tracer::start(MOST_EVENTS)),
        }
    }

    fn end(&mut self) {
        self.begun = false;
        match &mut self.tracer {
            Some(tracer) if self.always => tracer.forget(),
            _ => self.tracer = None,
        }
    }

    fn cut(&mut self, now: &Snapshot, findings: Vec<u64>, records: &[Record]) -> Option<Kept> {
        let about = records.iter().filter(|record| findings.contains(&record.id));
        let tasks: Vec<TaskId> = about.flat_map(|record| record.finding.tasks.iter().copied()).collect();
        let trace = self.tracer.as_mut()?.cut(now, &tasks, BACK);
        Some(Kept { findings, trace })
    }
}

/// The traces that were kept, oldest first, each with the bytes that it takes.
#[derive(Debug, Default)]
pub(super) struct Traces {
    kept: VecDeque<(Arc<Kept>, usize)>,
}

impl Traces {
    /// The one of this finding, or the last one.
    pub(super) fn of(&self, finding: Option<u64>) -> Option<Arc<Kept>> {
        let mut newest_first = self.kept.iter().rev().map(|(kept, _)| kept);
        newest_first.find(|kept| finding.is_none_or(|id| kept.findings.contains(&id))).cloned()
    }

    /// All findings that have one.
    pub(super) fn findings(&self) -> Vec<u64> {
        self.kept.iter().flat_map(|(kept, _)| kept.findings.iter().copied()).collect()
    }

    /// These findings have the last one as well.
    fn share(&mut self, findings: &[u64]) {
        if let Some((kept, _)) = self.kept.back_mut() {
            Arc::make_mut(kept).findings.extend(findings);
        }
    }

    fn keep(&mut self, kept: Kept) {
        while self.kept.len() >= MOST_KEPT {
            self.forget_oldest();
        }
        let bytes = kept.trace.bytes();
        if registry::reserve(bytes, Room::Tables) {
            self.kept.push_back((Arc::new(kept), bytes));
        } else {
            Dropped::Trace.count();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, bytes)) = self.kept.pop_front() {
            registry::give_back(bytes);
        }
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        while !self.kept.is_empty() {
            self.forget_oldest();
        }
    }
}
