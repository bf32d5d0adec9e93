//! What is shared through an `Arc`, and by whom.
//!
//! The source shows which strong references are with a task that keeps them in a body. If these are as many as the `Arc`
//! counts, and nobody has a weak one, then nobody else can reach what is inside: nobody else can notify a `Notify`,
//! send with a sender or drop it. A struct may still lend a part of itself in ways that the source does not show where
//! the handle is kept, so this supports a suspicion, and no more.

use crate::id::{ResourceId, TaskId};
use crate::snapshot::Snapshot;

/// An allocation of which all strong references are known, and that nobody has a weak one of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// The tasks that have the references, each once, in ascending order.
    pub tasks: Vec<TaskId>,
}

impl Snapshot {
    /// The tasks that can reach a resource, if nobody else can: those that have the allocation which it is in.
    /// Logarithmic.
    pub fn reached_by(&self, resource: ResourceId) -> Option<&[TaskId]> {
        let at = self.inside.binary_search_by_key(&resource, |(id, _)| *id).ok()?;
        self.share(self.inside[at].1)
    }

    /// The tasks of a share.
    pub(super) fn share(&self, number: u32) -> Option<&[TaskId]> {
        Some(&self.shares.get(number as usize)?.tasks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_found_in_its_share() {
        let (task, resource) = (|n| TaskId::new(n, 1), |n| ResourceId::new(n, 1));
        let shares = vec![Share { tasks: vec![task(1)] }, Share { tasks: vec![task(2), task(3)] }];
        let inside = vec![(resource(4), 1), (resource(6), 0), (resource(7), 9)];
        let snapshot = Snapshot { shares, inside, ..Snapshot::default() };
        assert_eq!(snapshot.reached_by(resource(4)), Some(&[task(2), task(3)][..]));
        assert_eq!(snapshot.reached_by(resource(6)), Some(&[task(1)][..]));
        assert_eq!(snapshot.reached_by(resource(5)), None);
        assert_eq!(snapshot.reached_by(resource(7)), None);
    }
}
