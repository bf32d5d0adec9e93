//! The series cap: which pools, tasks and resources have series of their own.
//!
//! As long as an answer fits as a whole, all of them have. With the first that does not, room is set aside for what is always
//! exported and for the series called `other`, and from then on each is decided on once: a series that moved
//! between its own name and `other` would make both counters lie. Those that were exported already come first; since
//! groups are never removed and keep their place, one verdict per place is enough. No class may take all the room, so that a
//! flood of pools does not hide every lock.

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

/// Who was admitted so far. Keep one for as long as the program runs, and pass it to each scrape.
#[derive(Clone, Debug, Default)]
pub struct Admission {
    /// Whether an answer did not fit, so that some are folded.
    folds: bool,
    /// By class, how many places there were in the last answer that fit.
    exported: [usize; SHARES.len()],
    /// By class and place; `None` for a place that nobody asked about.
    verdicts: [Vec<Option<bool>>; SHARES.len()],
    taken: [usize; SHARES.len()],
    folded: usize,
}

impl Admission {
    /// Whether some are folded.
    pub(crate) fn folds(&self) -> bool {
        self.folds
    }

    /// An answer with all of these places, by class, fit.
    pub(crate) fn fit(&mut self, places: [usize; SHARES.len()]) {
        self.exported = places;
    }

    /// An answer did not fit.
    pub(crate) fn fold(&mut self) {
        self.folds = true;
    }

    /// Whether what is at `place` of its class was exported when all of them were.
    pub(crate) fn was_exported(&self, class: Class, place: usize) -> bool {
        place < self.exported[class as usize]
    }

    /// Whether the group at `place` of its class has series of its own. The first question decides. `cost` is 0 if
    /// its series exist already; there is `room` for those of all.
    pub(crate) fn admits(&mut self, class: Class, place: usize, cost: usize, room: usize) -> bool {
        let c = class as usize;
        if let Some(verdict) = self.verdict(class, place) {
            return *verdict;
        }
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
