//! The queues of one place, from look to look.

use super::QueueFacts;
use super::advice::advise;
use super::crews::Crew;
use super::foresight::{Foresight, WINDOW};
use super::tally::{Tally, Window};
use crate::id::{ResourceGroupId, ResourceId, TaskId};
use crate::snapshot::{ResourceTotals, Snapshot, TaskState};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many workers are known at most: of queues that have more, or of more queues than this at one place, nothing is
/// said about workers.
pub(super) const MOST_WORKERS: usize = 64;

/// What one look shows of the queues of one place.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sight {
    pub(super) queues: Vec<ResourceId>,
    /// How many there are; `queues` has as many as are of interest.
    pub(super) live: usize,
    /// Messages in all of them; `None` if that is not known of one.
    pub(super) depth: Option<u64>,
    pub(super) receivers: BTreeSet<TaskId>,
}

/// The queues of one place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Track {
    tally: Tally,
    /// The sums at the end of each step.
    steps: VecDeque<Tally>,
    /// The depth at the last look.
    depth: Option<u64>,
    /// The tasks that were seen to receive, and when last.
    workers: BTreeMap<TaskId, u64>,
    /// The locks by which they take turns.
    pub(super) turns: BTreeSet<ResourceGroupId>,
    /// Nanoseconds of those waits for messages that were in progress at the last closer look; `None` if not all workers
    /// are known.
    waiting: Option<u64>,
    foresight: Foresight,
}

impl Track {
    /// Nothing has happened yet.
    pub(super) fn new(now: &Snapshot, group: ResourceGroupId) -> Self {
        let group = &now.resource_groups[group.index()];
        let tally = Tally {
            at: now.at,
            sent: group.sent,
            received: group.received,
            depth: Some(0.0),
            ..Tally::default()
        };
        Self {
            tally,
            steps: VecDeque::new(),
            depth: None,
            workers: BTreeMap::new(),
            turns: BTreeSet::new(),
            waiting: None,
            foresight: Foresight::default(),
        }
    }

    /// The known workers.
    pub(super) fn workers(&self) -> impl Iterator<Item = TaskId> + '_ {
        self.workers.keys().copied()
    }

    /// Takes in a look.
    pub(super) fn look(&mut self, now: &Snapshot, group: ResourceGroupId, sight: &Sight) {
        let group = &now.resource_groups[group.index()];
        let tally = &mut self.tally;
        let nanos = now.at.saturating_sub(tally.at);
        if nanos > 0 {
            let sent = group.sent.saturating_sub(tally.sent) as f64;
            tally.squares += sent * sent / nanos as f64;
            tally.looks += 1;
            let mean = |(before, now): (u64, u64)| (before + now) as f64 / 2.0;
            // Before the first look nothing is known of the depth; the first step begins after it.
            let area = self.depth.or(sight.depth).zip(sight.depth).map(|pair| mean(pair) * nanos as f64);
            tally.depth = tally.depth.zip(area).map(|(sum, area)| sum + area);
        }
        (tally.at, tally.sent, tally.received) = (now.at, group.sent, group.received);
        tally.many += u64::from(sight.live != 1);
        self.depth = sight.depth;
        sight.receivers.iter().for_each(|task| self.join(now, *task));
    }

    /// Counts a task among the workers, for a while.
    fn join(&mut self, now: &Snapshot, task: TaskId) {
        let room = self.workers.len() < MOST_WORKERS || self.workers.contains_key(&task);
        if room && now.task(task).is_some() {
            self.workers.insert(task, now.at);
        }
    }

    /// Takes in a closer look: what the workers do now. `shared`: one of them works at another queue as well.
    pub(super) fn look_closer(
        &mut self,
        now: &Snapshot,
        sight: &Sight,
        crew: &Crew,
        shared: bool,
        memory: u64,
    ) {
        crew.idle.keys().for_each(|task| self.join(now, *task));
        self.workers.retain(|task, seen| *seen + memory > now.at && now.task(*task).is_some());
        if self.workers.len() as u32 != self.tally.workers || self.turns != crew.turns {
            self.tally.changes += 1;
            self.turns.clone_from(&crew.turns);
        }
        let all = sight.queues.len() == sight.live && self.workers.len() < MOST_WORKERS;
        let since = |task: &TaskId| crew.idle.get(task).map(|since| now.at.saturating_sub(*since));
        self.waiting = all.then(|| self.workers.keys().filter_map(since).sum());
        let tally = &mut self.tally;
        tally.workers = self.workers.len() as u32;
        tally.closer += 1;
        tally.senders += crew.senders;
        tally.shared += u64::from(shared);
        for task in self.workers.keys().filter(|task| !crew.idle.contains_key(task)) {
            tally.busy += 1;
            match now.task(*task).map(|task| task.state) {
                Some(TaskState::Running) => tally.running += 1,
                Some(TaskState::Runnable) => tally.runnable += 1,
                _ => {}
            }
            tally.blocked += u64::from(crew.blocked.contains(task));
        }
    }

    /// Closes a step with the sums of the histograms, right after a closer look; the facts of the window that ends now.
    /// `step` is the length of a step in seconds.
    pub(super) fn close(
        &mut self,
        group: ResourceGroupId,
        totals: &[ResourceTotals],
        processors: f64,
        step: f64,
    ) -> Option<QueueFacts> {
        let of = |group: &ResourceGroupId| totals.get(group.index()).copied().unwrap_or_default();
        self.tally.dwell = of(&group).dwell;
        let waited = self.turns.iter().map(|turn| of(turn).waited).sum::<u64>() + of(&group).waited;
        self.tally.idle = self.waiting.map(|waiting| waited + waiting);
        self.steps.push_back(self.tally);
        if self.steps.len() > WINDOW as usize + 1 {
            self.steps.pop_front();
        }
        let window = Window::between(*self.steps.front()?, self.tally)?;
        let mut facts = window.facts();
        // Windows of one length are compared with each other.
        let whole = self.steps.len() > WINDOW as usize;
        self.foresight.step(&facts, whole && window.is_open());
        facts.error = self.foresight.error().map(|(error, _)| error);
        facts.advice = advise(&facts, &window, &self.foresight, processors, step);
        Some(facts)
    }

    /// Whether nothing has come or gone for a window.
    pub(super) fn is_idle(&self) -> bool {
        let first = self.steps.front().filter(|_| self.steps.len() > WINDOW as usize);
        first.is_some_and(|first| (first.sent, first.received) == (self.tally.sent, self.tally.received))
    }
}
