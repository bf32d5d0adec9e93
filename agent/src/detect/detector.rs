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
    /// The tasks that can never run again: a suspicion of the look before that this one confirms.
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
}

/// All detectors.
pub const DETECTORS: &[Detector] = &[
    Detector { kind: FindingKind::Deadlock, detect: deadlock::detect },
    Detector { kind: FindingKind::Futurelock, detect: futurelock::detect },
    Detector { kind: FindingKind::PoolExhausted, detect: pool_exhausted::detect },
    Detector { kind: FindingKind::PoolExhausted, detect: blocking_threads::detect },
    Detector { kind: FindingKind::LostWaker, detect: lost_waker::detect },
    Detector { kind: FindingKind::LeakedTask, detect: leaked_task::detect },
    Detector { kind: FindingKind::LeakedTask, detect: growth::detect },
    Detector { kind: FindingKind::BlockingPoll, detect: blocking_poll::detect },
    Detector { kind: FindingKind::BusyLoop, detect: busy_loop::detect },
    Detector { kind: FindingKind::StarvedTask, detect: starved_task::detect },
    Detector { kind: FindingKind::StarvedTask, detect: never_served::detect },
    Detector { kind: FindingKind::StarvedTask, detect: passed_over::detect },
    Detector { kind: FindingKind::QueueSaturated, detect: queue_saturated::detect },
    Detector { kind: FindingKind::QueueGrowing, detect: queue_growing::detect },
    Detector { kind: FindingKind::LockConvoy, detect: lock_convoy::detect },
];

/// All that is wrong now. Without a look before there is nothing to confirm, and no verdict.
pub fn detect(before: Option<&Snapshot>, now: &Snapshot, trend: &Trend, patience: u64) -> Vec<Finding> {
    judge(before, now, trend, patience).0
}

/// The same, and the tasks that this look alone shows to be stuck: the next one may confirm it.
pub(crate) fn judge(
    before: Option<&Snapshot>,
    now: &Snapshot,
    trend: &Trend,
    patience: u64,
) -> (Vec<Finding>, Stuck) {
    let look = Look::new(before, now, trend, patience);
    let findings = DETECTORS.iter().flat_map(|detector| (detector.detect)(&look)).collect();
    (findings, Stuck::among(&look.helped, None, &look.index, Tier::Certain))
}

impl<'a> Look<'a> {
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
        if suspected != stuck {
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
