//! The series cap: which pools, tasks and resources have series of their own.
//!
//! Whoever comes first is admitted while there is room, and stays admitted: a series that moved between its own
//! name and `other` would make both counters lie. Since groups are never removed and keep their place, one verdict
//! per place is enough. No class may take all the room, so that a flood of pools does not hide every lock.

use crate::metrics::catalog::CATALOG;
use crate::metrics::metric::Metric;

/// What competes for room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Pool,
    Task,
    Resource,
}

/// Per class, the percentage of the room that it may take. They add up to more than 100: the first come, first
/// served rule holds for what is left between them.
const SHARES: [(Class, usize); 3] = [(Class::Pool, 45), (Class::Task, 35), (Class::Resource, 60)];

/// Kept free for what is always exported: findings, runtimes, the agent itself, and the series called `other`.
pub(crate) const RESERVED: usize = 320;

/// Who was admitted so far. Keep one for as long as the program runs, and pass it to each scrape.
#[derive(Clone, Debug, Default)]
pub struct Admission {
    /// By class and place; `None` for a place that nobody asked about.
    verdicts: [Vec<Option<bool>>; SHARES.len()],
    taken: [usize; SHARES.len()],
    folded: usize,
}

impl Admission {
    /// Whether the group at `place` of its class has series of its own. The first question decides. `cost` is 0 if
    /// its series exist already.
    pub(crate) fn admits(&mut self, class: Class, place: usize, cost: usize, max_series: usize) -> bool {
        let c = class as usize;
        if let Some(verdict) = self.verdict(class, place) {
            return *verdict;
        }
        let room = max_series.saturating_sub(RESERVED);
        let all: usize = self.taken.iter().sum();
        let fits = all + cost <= room && self.taken[c] + cost <= room * SHARES[c].1 / 100;
        if fits {
            self.taken[c] += cost;
        } else {
            self.folded += cost;
        }
        *self.verdict(class, place) = Some(fits);
        fits
    }

    /// Refuses the group at `place` since the pool that it belongs to was refused.
    pub(crate) fn refuse(&mut self, class: Class, place: usize, cost: usize) {
        let verdict = self.verdict(class, place);
        if verdict.is_none() {
            *verdict = Some(false);
            self.folded += cost;
        }
    }

    fn verdict(&mut self, class: Class, place: usize) -> &mut Option<bool> {
        let verdicts = &mut self.verdicts[class as usize];
        if place >= verdicts.len() {
            verdicts.resize(place + 1, None);
        }
        &mut verdicts[place]
    }

    /// How many series were folded into `other` so far.
    pub(crate) fn folded(&self) -> usize {
        self.folded
    }
}

/// How many series a row costs at most: those of all metrics that it has a sample of.
pub(crate) fn cost(has_sample: fn(&Metric) -> bool) -> usize {
    let of_label = |label: &&str| match *label {
        "state" => 4,
        "outcome" => 3,
        _ => 1,
    };
    // Of a resource's series the kind is a part of its name; of a pool's it is one of two.
    let kinds = |m: &Metric| if m.labels == ["pool", "kind"] { 2 } else { 1 };
    let of_metric =
        |m: &Metric| kinds(m) * m.kind.series() * m.labels.iter().map(of_label).product::<usize>();
    CATALOG.iter().filter(|m| has_sample(m)).map(of_metric).sum()
}
