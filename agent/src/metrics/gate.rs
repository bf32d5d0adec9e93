//! The series cap, while the rows of one answer are added up.

use crate::metrics::admission::{Admission, Class};
use crate::metrics::costs::Costs;

/// Who is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// All.
    All,
    /// Those of the ones that were exported already for whom there is room; nothing is said of the others.
    Exported,
    /// Those for whom there is room.
    Room,
}

/// The series cap, for one answer.
#[derive(Debug)]
pub(crate) struct Gate<'g> {
    pub(crate) admission: &'g mut Admission,
    pub(crate) costs: &'g Costs,
    pub(crate) rule: Rule,
    /// For how many series there is room.
    pub(crate) room: usize,
}

impl Gate<'_> {
    /// Whether what is at `place` has series of its own, which cost this many.
    pub(crate) fn admits(&mut self, class: Class, place: usize, cost: usize) -> bool {
        match self.rule {
            Rule::All => true,
            Rule::Exported if !self.admission.was_exported(class, place) => false,
            Rule::Exported | Rule::Room => self.admission.admits(class, place, cost, self.room),
        }
    }

    /// Refuses what is at `place` since the pool that it belongs to was refused.
    pub(crate) fn refuse(&mut self, class: Class, place: usize, cost: usize) {
        if self.rule == Rule::Room {
            self.admission.refuse(class, place, cost);
        }
    }
}
