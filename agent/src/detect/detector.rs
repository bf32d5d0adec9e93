//! The table of detectors, and what each of them sees.

use super::circle::{Circle, circles};
use super::ends::Tier;
use super::index::Index;
use super::stuck::{Helped, helped};
use super::tracks::stretch;
use super::{
    Finding, FindingKind, Stuck, Trend, blocking_poll, blocking_threads, busy_loop, deadlock, futurelock,
    growth, leaked_task, lock_convoy, lost_waker, never_served, passed_over, pool_exhausted, queue_growing,
    queue_saturated, starved_task,
};
use crate::capacity::PoolFacts;
use crate::id::PoolId;
use crate::snapshot::Snapshot;

/// From this many times slower on, in percent, what is slow may be so for want of processors alone.
const STARVED: u64 = 200;

/// What a detector sees.
#[derive(Debug)]
pub struct Look<'a> {
    /// The program now.
    pub now: &'a Snapshot,
    /// The numbers of the minutes before.
    pub trend: &'a Trend,
    /// How long something must last before a statistical verdict is given, in nanoseconds: as long as the user says, and
    /// longer while there are no processors for the program.
    pub patience: u64,
    /// How many times slower than with free processors the program gets on, in percent.
    pub(super) slowness: u64,
    /// The tasks that can never run again: both this look and the one before show them to be stuck, in the same poll.
    pub stuck: Stuck,
    /// The same, if what was taken or used by a task is still with it.
    pub suspected: Stuck,
    /// Waits and holds of `now`.
    pub(super) index: Index<'a>,
    /// The tasks of `now` whom only other tasks can help.
    helped: Vec<Helped<'a>>,
    /// The circles among the stuck tasks, and those among the suspected that have lasted for a while.
    pub(super) circles: Vec<Circle<'a>>,
}

/// A detector.
#[derive(Clone, Copy, Debug)]
pub struct Detector {
    /// What it finds.
    pub kind: FindingKind,
    /// How.
    pub detect: fn(&Look<'_>) -> Vec<Finding>,
    /// Whether what it finds may be certain: it then looks at nothing but who is stuck.
    pub proves: bool,
}

/// One that may find what is certain.
const fn proves(kind: FindingKind, detect: fn(&Look<'_>) -> Vec<Finding>) -> Detector {
    Detector { kind, detect, proves: true }
}

/// Another one.
const fn suspects(kind: FindingKind, detect: fn(&Look<'_>) -> Vec<Finding>) -> Detector {
    Detector { kind, detect, proves: false }
}

/// All detectors.
pub const DETECTORS: &[Detector] = &[
    proves(FindingKind::Deadlock, deadlock::detect),
    proves(FindingKind::Futurelock, futurelock::detect),
    proves(FindingKind::PoolExhausted, pool_exhausted::detect),
    suspects(FindingKind::PoolExhausted, blocking_threads::detect),
    proves(FindingKind::LostWaker, lost_waker::detect),
    proves(FindingKind::LeakedTask, leaked_task::detect),
    suspects(FindingKind::LeakedTask, growth::detect),
    suspects(FindingKind::BlockingPoll, blocking_poll::detect),
    suspects(FindingKind::BusyLoop, busy_loop::detect),
    suspects(FindingKind::StarvedTask, starved_task::detect),
    suspects(FindingKind::StarvedTask, never_served::detect),
    suspects(FindingKind::StarvedTask, passed_over::detect),
    suspects(FindingKind::QueueSaturated, queue_saturated::detect),
    suspects(FindingKind::QueueGrowing, queue_growing::detect),
    suspects(FindingKind::LockConvoy, lock_convoy::detect),
];

/// All that is wrong now. Without a look before there is nothing to confirm, and no verdict.
pub fn detect(before: Option<&Snapshot>, now: &Snapshot, trend: &Trend, patience: u64) -> Vec<Finding> {
    judge(before, now, trend, patience).0
}

/// The same, and the tasks that this look alone shows to be stuck.
pub(crate) fn judge(
    before: Option<&Snapshot>,
    now: &Snapshot,
    trend: &Trend,
    patience: u64,
) -> (Vec<Finding>, Stuck) {
    let look = Look::new(before, now, trend, patience);
    let findings = DETECTORS.iter().flat_map(|detector| (detector.detect)(&look)).collect();
    (findings, look.suspicion())
}

/// What is certain, and the tasks that this look alone shows to be stuck. For that it is enough if the snapshots show the
/// tasks that may be stuck, and what they wait for.
pub(crate) fn prove(before: Option<&Snapshot>, now: &Snapshot, trend: &Trend) -> (Vec<Finding>, Stuck) {
    let look = Look::at_what_is_certain(before, now, trend);
    let provers = DETECTORS.iter().filter(|detector| detector.proves);
    (provers.flat_map(|detector| (detector.detect)(&look)).collect(), look.suspicion())
}

impl<'a> Look<'a> {
    fn at_what_is_certain(before: Option<&Snapshot>, now: &'a Snapshot, trend: &'a Trend) -> Self {
        let index = Index::of(now);
        let helped = helped(&index);
        let confirmed = |before| Stuck::among(&helped, Some(&before), &index, Tier::Certain);
        let stuck = before.map(Index::of).map_or_else(Stuck::default, confirmed);
        let (patience, slowness, suspected) = (u64::MAX, 100, stuck.clone());
        let circles = circles(&index, &stuck, Tier::Certain);
        Self { now, trend, patience, slowness, stuck, suspected, index, helped, circles }
    }

    fn new(before: Option<&Snapshot>, now: &'a Snapshot, trend: &'a Trend, patience: u64) -> Self {
        let slowness = trend.delays.slowness(patience);
        let patience = stretch(patience, slowness);
        let index = Index::of(now);
        let before = before.map(Index::of);
        let helped = helped(&index);
        let confirmed = |before, tier| Stuck::among(&helped, Some(before), &index, tier);
        let stuck = |tier| before.as_ref().map_or_else(Stuck::default, |before| confirmed(before, tier));
        let (stuck, suspected) = (stuck(Tier::Certain), stuck(Tier::Attributed));
        let mut found = circles(&index, &stuck, Tier::Certain);
        if suspected.tasks().ne(stuck.tasks()) {
            let certain = |circle: &Circle<'_>| circle.tasks.iter().any(|task| stuck.contains(*task));
            let lasts = |circle: &Circle<'_>| {
                let mut tasks = circle.tasks.iter().filter_map(|id| now.task(*id));
                tasks.all(|task| task.since.saturating_add(patience / 2) <= now.at)
            };
            let more = circles(&index, &suspected, Tier::Attributed);
            found.extend(more.into_iter().filter(|circle| !certain(circle) && lasts(circle)));
        }
        Self { now, trend, patience, slowness, stuck, suspected, index, helped, circles: found }
    }

    /// The tasks that this look alone shows to be stuck: the next one may confirm it.
    fn suspicion(&self) -> Stuck {
        Stuck::among(&self.helped, None, &self.index, Tier::Certain)
    }

    /// Whether there is so little of the processors for the program that its pace says nothing of the program.
    pub(super) fn is_starved(&self) -> bool {
        self.slowness >= STARVED
    }

    /// What is known of the tasks of a pool and can be trusted, in brackets behind an advice.
    pub(super) fn pool_at_work(&self, pool: PoolId) -> String {
        let facts = self.trend.capacity.pools.get(&pool).and_then(PoolFacts::in_words);
        facts.map_or_else(String::new, |text| format!(" ({text})"))
    }

    /// The stuck tasks of this tier.
    pub(super) fn stuck_at(&self, tier: Tier) -> &Stuck {
        match tier {
            Tier::Certain => &self.stuck,
            Tier::Attributed => &self.suspected,
        }
    }
}
