//! The ends of channels, and who has them.
//!
//! Moves leave no trace in Rust, so who owns an end is known only where the source shows it: a body that captures it,
//! takes it by value or makes it, and that uses it as the receiver of known methods only, keeps it. Such an end is with
//! the task that runs the body for as long as the body is with that task, which is looked up in each snapshot anew. All
//! other ends are *escaped*: they are in a struct, in a message, in a global, or on their way, and whoever has them may
//! help from outside.

use crate::id::{ResourceId, TaskId};
use crate::snapshot::Snapshot;

/// Which end of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// It sends.
    Sender,
    /// It can be made a sender as long as there is another one.
    WeakSender,
    /// It receives.
    Receiver,
}

/// A live end of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The channel.
    pub resource: ResourceId,
    /// Which end.
    pub side: Side,
    /// The task that made it; `None` also outside of any task.
    pub creator: Option<TaskId>,
    /// The task that used it last; `None` also if nobody did.
    pub last_user: Option<TaskId>,
    /// The task that owns it, as the source shows; `None` if it is escaped.
    pub owner: Option<TaskId>,
    /// Messages that a receiver of a broadcast channel has not got yet, those that it has lost included; `None` for every
    /// other end.
    pub behind: Option<u64>,
    /// Which of the snapshot's shares it is in; `None` if it is in none.
    pub share: Option<u32>,
}

/// How it is known who has an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Known {
    /// The source shows it: a proof may rest on it.
    Shown,
    /// It is in something shared of which all references are known: a suspicion may rest on it.
    Shared,
    /// It was used there last: this supports a suspicion, and no more.
    LastUse,
}

/// Who has all the ends of one side of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owners {
    /// The tasks, each once, in ascending order. Empty if there is no such end.
    pub tasks: Vec<TaskId>,
    /// How this is known of the end of which least is known.
    pub known: Known,
}

impl Snapshot {
    /// The tasks that can send into a channel, whoever has a weak sender included. `None` if somebody else may.
    pub fn senders_of(&self, channel: ResourceId) -> Option<Owners> {
        let found = self.resource(channel).filter(|found| found.covered)?;
        let sends = |side| side != Side::Receiver;
        self.owners(self.ends_of(channel), found.senders?, Side::Sender, sends)
    }

    /// The tasks that can receive from a channel. `None` if somebody else may.
    pub fn receivers_of(&self, channel: ResourceId) -> Option<Owners> {
        let found = self.resource(channel).filter(|found| found.covered)?;
        let receives = |side| side == Side::Receiver;
        self.owners(self.ends_of(channel), found.receivers?, Side::Receiver, receives)
    }

    /// The ends of a channel. Logarithmic.
    pub fn ends_of(&self, channel: ResourceId) -> &[Endpoint] {
        let from = self.endpoints.partition_point(|end| end.resource < channel);
        let ends = &self.endpoints[from..];
        &ends[..ends.partition_point(|end| end.resource == channel)]
    }

    /// Who has the `wanted` ends among `ends`, of which the channel counts `alive` on the side `counted`.
    fn owners(
        &self,
        ends: &[Endpoint],
        alive: u64,
        counted: Side,
        wanted: impl Fn(Side) -> bool,
    ) -> Option<Owners> {
        // One that is counted and not listed is on its way, or came when recording was off.
        if ends.iter().filter(|end| end.side == counted).count() as u64 != alive {
            return None;
        }
        let mut owners = Owners { tasks: Vec::new(), known: Known::Shown };
        for end in ends.iter().filter(|end| wanted(end.side)) {
            if let Some(owner) = end.owner {
                owners.tasks.push(owner);
            } else if let Some(tasks) = end.share.and_then(|share| self.share(share)) {
                owners.known = owners.known.max(Known::Shared);
                owners.tasks.extend(tasks);
            } else {
                owners.known = Known::LastUse;
                owners.tasks.push(end.last_user.filter(|task| self.task(*task).is_some())?);
            }
        }
        owners.tasks.sort_unstable();
        owners.tasks.dedup();
        Some(owners)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::TaskGroupId;
    use crate::snapshot::{Share, Task};
    use Side::{Receiver, Sender, WeakSender};

    fn end(side: Side, owner: Option<u32>, last_user: Option<u32>) -> Endpoint {
        let id = |index| TaskId::new(index, 1);
        Endpoint {
            last_user: last_user.map(id),
            owner: owner.map(id),
            ..Endpoint::new(ResourceId::new(3, 1), side)
        }
    }

    /// The senders of a channel that counts `alive` of them, and how they are known.
    fn senders(alive: u64, ends: &[Endpoint]) -> Option<(Vec<u32>, Known)> {
        let lives = (0..4).map(|index| Task::new(TaskId::new(index, 1), TaskGroupId(0))).collect();
        let shares = vec![Share { tasks: vec![TaskId::new(2, 1), TaskId::new(3, 1)] }];
        let snapshot = Snapshot { tasks: lives, shares, ..Snapshot::default() };
        let owners = snapshot.owners(ends, alive, Sender, |side| side != Receiver)?;
        Some((owners.tasks.iter().map(|task| task.index()).collect(), owners.known))
    }

    #[test]
    fn all_ends_of_a_side_must_be_known() {
        let receiver = end(Receiver, Some(3), None);
        let (one, two) = (end(Sender, Some(1), Some(3)), end(Sender, Some(2), None));
        assert_eq!(senders(2, &[two, one, receiver]), Some((vec![1, 2], Known::Shown)));
        assert_eq!(senders(2, &[one, one, receiver]), Some((vec![1], Known::Shown)));
        assert_eq!(senders(0, &[receiver]), Some((vec![], Known::Shown)));
        let used = end(Sender, None, Some(1));
        assert_eq!(senders(2, &[two, used, receiver]), Some((vec![1, 2], Known::LastUse)));
        let escaped = end(Sender, None, None);
        assert_eq!(senders(2, &[two, escaped, receiver]), None);
        let used_by_one_that_is_gone = end(Sender, None, Some(7));
        assert_eq!(senders(1, &[used_by_one_that_is_gone]), None);
        let weak = end(WeakSender, None, None);
        assert_eq!(senders(1, &[two, weak, receiver]), None);
        assert_eq!(senders(1, &[two, end(WeakSender, Some(1), None)]), Some((vec![1, 2], Known::Shown)));
    }

    #[test]
    fn who_shares_an_end_has_it() {
        let shared = Endpoint { share: Some(0), ..end(Sender, None, Some(7)) };
        assert_eq!(senders(1, &[shared]), Some((vec![2, 3], Known::Shared)));
        let (shown, used) = (end(Sender, Some(1), None), end(Sender, None, Some(1)));
        assert_eq!(senders(2, &[shared, shown]), Some((vec![1, 2, 3], Known::Shared)));
        assert_eq!(senders(2, &[used, shared]), Some((vec![1, 2, 3], Known::LastUse)));
        assert_eq!(senders(1, &[Endpoint { share: Some(1), ..shared }]), None);
    }

    #[test]
    fn as_many_must_be_listed_as_are_counted() {
        let one = end(Sender, Some(1), None);
        assert_eq!(senders(2, &[one]), None);
        assert_eq!(senders(0, &[one]), None);
        assert_eq!(senders(1, &[one]), Some((vec![1], Known::Shown)));
    }
}
