//! What is asked about a resource by each who waits for it, found once for all of them.

use super::ends::Tier;
use super::index::Index;
use super::memo::Memo;
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Hold, Known, Op, QUEUE_SLACK, Side, TaskList, Wait};
use std::collections::HashMap;
use std::sync::Arc;

/// More ends than this are looked through once.
const FEW: usize = 4;

/// Who has all the ends of one side of a channel, and how that is known.
type Owned = Option<(TaskList, Known)>;

/// The answers so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
    /// Who has what is waited for.
    has: Memo<(ResourceId, Tier), Option<TaskList>>,
    owners: Memo<(ResourceId, Side), Owned>,
    reached: Memo<ResourceId, Option<TaskList>>,
    next: Memo<ResourceId, Option<(u32, u64)>>,
    lines: Memo<ResourceId, Line>,
}

impl<'a> Index<'a> {
    /// Who has what others wait for; `find` says it.
    pub(super) fn who_has(
        &self,
        id: ResourceId,
        tier: Tier,
        find: impl FnOnce() -> Option<TaskList>,
    ) -> Option<TaskList> {
        if self.is_wanted_by_few(id) { find() } else { self.answers.has.get((id, tier), find) }
    }

    /// Who holds a resource that only its holders can give back, or was given it without knowing; `None` if nobody is
    /// known for certain.
    pub(super) fn holders(&self, id: ResourceId, tier: Tier) -> Option<TaskList> {
        self.who_has(id, tier, || self.find_holders(id, tier))
    }

    fn find_holders(&self, id: ResourceId, tier: Tier) -> Option<TaskList> {
        let granted = self.grants_of(id).iter().filter_map(|grant| grant.task);
        let mut holders: Vec<TaskId> = granted.collect();
        let holds = self.holds_of(id);
        // How many owned guards each took of whom it is not known yet where they are.
        let mut taken = None;
        // Of what one task spawned, the most.
        let mut lent: HashMap<*const TaskId, &TaskList> = HashMap::new();
        for hold in holds {
            match hold.task? {
                task if !hold.movable => {
                    holders.push(task);
                    if !hold.may_be_with.is_empty() {
                        let most = lent.entry(hold.may_be_with.source()).or_insert(&hold.may_be_with);
                        if most.len() < hold.may_be_with.len() {
                            *most = &hold.may_be_with;
                        }
                    }
                }
                // An owned guard may be with any task by now.
                task if tier == Tier::Attributed => {
                    let taken = taken.get_or_insert_with(|| guards_by_task(holds));
                    if let Some(guards) = taken.remove(&task) {
                        holders.extend(self.may_have(holds.len(), task, guards)?);
                    }
                }
                _ => return None,
            }
        }
        holders.extend(lent.into_values().flat_map(|list| list.iter().copied()));
        holders.sort_unstable();
        holders.dedup();
        (!holders.is_empty()).then(|| holders.into())
    }

    /// Who has all the ends of this side of a channel; `None` if somebody else may have one.
    pub(super) fn owners(&self, channel: ResourceId, side: Side) -> Owned {
        let find = || {
            let owners = match side {
                Side::Receiver => self.snapshot.receivers_of(channel),
                Side::Sender | Side::WeakSender => self.snapshot.senders_of(channel),
            };
            owners.map(|owners| (owners.tasks.into(), owners.known))
        };
        if self.is_wanted_by_few(channel) && self.snapshot.ends_of(channel).len() <= FEW {
            return find();
        }
        self.answers.owners.get((channel, side), find)
    }

    /// The tasks that can reach a resource, if nobody else can.
    pub(super) fn reached_by(&self, id: ResourceId) -> Option<TaskList> {
        let find = || self.snapshot.reached_by(id).map(TaskList::from);
        if self.is_wanted_by_few(id) { find() } else { self.answers.reached.get(id, find) }
    }

    /// How much is wanted by the first in the queue of a resource that was not served yet, and how much is left for it;
    /// `None` if nobody is, or that is not known.
    pub(super) fn next_in_line(&self, id: ResourceId) -> Option<(u32, u64)> {
        let find = || {
            let given: u64 = self.grants_of(id).iter().map(|grant| u64::from(grant.amount)).sum();
            let mut queue = self.queue(id).iter().filter(|other| other.op.is_served_in_order());
            let next = queue.find(|other| !self.is_granted(other))?;
            let room = self.snapshot.room(self.snapshot.resource(id)?, next.op, self.holds_of(id))?;
            Some((next.amount, room.checked_sub(given)?))
        };
        if self.is_wanted_by_few(id) { find() } else { self.answers.next.get(id, find) }
    }

    /// All who wait for a resource.
    pub(super) fn line(&self, id: ResourceId) -> Line {
        self.answers.lines.get(id, || Line::of(self.queue(id)))
    }

    /// Those who wait to write while others read.
    pub(super) fn line_of_writers(&self, id: ResourceId) -> Line {
        self.answers.lines.get(id, || Line::of(&self.writers(id)))
    }

    /// The writers that readers of a lock may be queued behind, oldest first: none if it is no reader that has it.
    fn writers(&self, id: ResourceId) -> Vec<&'a Wait> {
        if self.holds_of(id).iter().any(|hold| hold.op == Op::Write) {
            return Vec::new();
        }
        self.queue(id).iter().copied().filter(|wait| wait.op == Op::Write).collect()
    }

    /// The writers that a reader may be queued behind while other readers have the lock, oldest first.
    pub(super) fn writers_in_front(&self, wait: &Wait) -> Vec<&'a Wait> {
        let Some(id) = wait.resource.filter(|_| wait.op == Op::Read) else { return Vec::new() };
        let mut writers = self.writers(id);
        writers.retain(|writer| writer.since <= Line::end_for(wait));
        writers
    }

    fn is_wanted_by_few(&self, id: ResourceId) -> bool {
        self.queue(id).len() < 2
    }
}

/// How many guards tasks took that may be with others now.
fn guards_by_task(holds: &[&Hold]) -> HashMap<TaskId, usize> {
    let mut guards = HashMap::new();
    for task in holds.iter().filter_map(|hold| hold.task) {
        *guards.entry(task).or_default() += 1;
    }
    guards
}

/// Those who wait for a resource, oldest first.
#[derive(Clone, Debug)]
pub(super) struct Line {
    since: Arc<[u64]>,
    /// As far as they are known.
    tasks: TaskList,
}

impl Line {
    fn of(waits: &[&Wait]) -> Self {
        let tasks: Vec<TaskId> = waits.iter().map_while(|wait| wait.task).collect();
        Self { since: waits.iter().map(|wait| wait.since).collect(), tasks: tasks.into() }
    }

    /// When the first one began to wait.
    pub(super) fn first(&self) -> Option<u64> {
        self.since.first().copied()
    }

    /// Those who may be in front of a wait; `None` if one of them is not known.
    pub(super) fn in_front_of(&self, wait: &Wait) -> Option<TaskList> {
        let count = self.since.partition_point(|since| *since <= Self::end_for(wait));
        (count <= self.tasks.len()).then(|| self.tasks.first(count))
    }

    /// Until when those began to wait who may be in front of this one. What is noted is when a wait began, not its place in
    /// the queue: one that began a little later may be in front as well.
    fn end_for(wait: &Wait) -> u64 {
        wait.since.saturating_add(QUEUE_SLACK)
    }
}
