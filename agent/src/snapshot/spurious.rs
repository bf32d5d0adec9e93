//! Polls that were asked for though nothing had happened that their task waits for.
//!
//! Two looks tell. If a task waits on both in the same awaits, each of these ends in a wait that is recorded, and the waits
//! are the same ones, begun at the same moment, then none of the polls between the looks has brought the task any further.
//! In all other cases nothing is said: of several polls one may have been in vain, and one that reads a part of a message
//! leaves its await as it was. So the numbers are of polls that are known to have been spurious; there may be more.

use crate::id::{ResourceId, TaskId};
use crate::snapshot::{AwaitKind, Op, Snapshot, Task, TaskState, Wait};
use std::collections::BTreeMap;

/// Tasks of which it is remembered. Of others none is known.
const MOST: usize = 4096;

/// Polls of one task that are known to have been spurious.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spurious {
    /// The task.
    pub task: TaskId,
    /// How many.
    pub polls: u64,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpuriousPolls {
    /// Of the tasks that are alive, in their order.
    tasks: Vec<Spurious>,
    /// Of all tasks that there were, by pool.
    pools: Vec<u64>,
}

/// What tells one wait of a task from another.
type Key = (Op, Option<ResourceId>, Option<TaskId>, u64);

/// A task that was polled between two looks and is in the same awaits on both.
struct Suspect {
    polls: u64,
    /// Awaits of it with no other inside.
    leaves: usize,
    /// On each look.
    waits: [Vec<Key>; 2],
}

impl SpuriousPolls {
    /// Adds what two looks tell, and forgets the tasks that are gone.
    pub fn push(&mut self, before: &Snapshot, now: &Snapshot) {
        self.tasks.retain(|known| now.task(known.task).is_some());
        // Both lists are in the order of the slots, and there may be many tasks.
        let mut old = before.tasks.iter().peekable();
        let suspect = |task: &Task| {
            while old.next_if(|then| then.id.index() < task.id.index()).is_some() {}
            let then = old.peek().filter(|then| then.id == task.id)?;
            let polls = task.polls.checked_sub(then.polls).filter(|polls| *polls > 0)?;
            let same = is_known(then) && is_known(task) && then.awaits == task.awaits;
            same.then(|| {
                (task.id, Suspect { polls, leaves: leaves(task).count(), waits: Default::default() })
            })
        };
        let mut suspects: BTreeMap<TaskId, Suspect> = now.tasks.iter().filter_map(suspect).collect();
        if suspects.is_empty() {
            return;
        }
        for (look, snapshot) in [before, now].into_iter().enumerate() {
            for wait in snapshot.waits.iter().filter(|wait| wait.current && wait.own_waker) {
                if let Some(suspect) = wait.task.and_then(|task| suspects.get_mut(&task)) {
                    suspect.waits[look].push(key(wait));
                }
            }
        }
        for (task, Suspect { polls, leaves, waits: [mut then, mut same] }) in suspects {
            then.sort_unstable();
            same.sort_unstable();
            if then.len() == leaves && then == same {
                self.add(task, polls);
                let group = now.task(task).and_then(|task| now.task_groups.get(task.group.index()));
                if let Some(group) = group {
                    self.add_to_pool(group.pool.index(), polls);
                }
            }
        }
    }

    fn add(&mut self, task: TaskId, polls: u64) {
        match self.tasks.binary_search_by_key(&task, |known| known.task) {
            Ok(place) => self.tasks[place].polls += polls,
            Err(place) if self.tasks.len() < MOST => self.tasks.insert(place, Spurious { task, polls }),
            Err(_) => {}
        }
    }

    fn add_to_pool(&mut self, pool: usize, polls: u64) {
        if self.pools.len() <= pool {
            self.pools.resize(pool + 1, 0);
        }
        self.pools[pool] += polls;
    }

    /// Those of the live tasks.
    pub fn list(&self) -> Vec<Spurious> {
        self.tasks.clone()
    }

    /// Those of all tasks, by pool: they only grow. Pools that are missing have none.
    pub fn of_pools(&self) -> Vec<u64> {
        self.pools.clone()
    }
}

fn key(wait: &Wait) -> Key {
    (wait.op, wait.resource, wait.target, wait.since)
}

/// The awaits with no other inside.
fn leaves(task: &Task) -> impl Iterator<Item = AwaitKind> {
    let ends = task.awaits.iter().enumerate().filter(|(at, entry)| usize::from(entry.start) == *at);
    ends.map(|(_, entry)| entry.what)
}

/// Whether the task waits, and everything that it waits for is recorded.
fn is_known(task: &Task) -> bool {
    task.state == TaskState::Waiting
        && task.covered
        && !task.awaits.is_empty()
        && task.awaits_lost == 0
        && task.inner.is_empty()
        && leaves(task).all(|what| what == AwaitKind::Recorded)
}

impl Snapshot {
    /// How many polls of a task are known to have been spurious; `None` if that cannot be told while it does what it does.
    pub fn spurious_polls(&self, task: &Task) -> Option<u64> {
        match self.spurious.binary_search_by_key(&task.id, |known| known.task) {
            Ok(place) => Some(self.spurious[place].polls),
            Err(_) => is_known(task).then_some(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{PoolId, SiteId, TaskGroupId};
    use crate::snapshot::{AwaitEntry, Place, TaskGroup, TaskKind};

    fn entry(site: u32, start: u8, what: AwaitKind) -> AwaitEntry {
        AwaitEntry { site: SiteId(site), start, what }
    }

    /// A task that has been polled so often and is in two recorded waits beside each other, in one await.
    fn look(polls: u64) -> Snapshot {
        let id = TaskId::new(0, 1);
        let awaits = [(1, 0, AwaitKind::Recorded), (2, 1, AwaitKind::Recorded), (3, 0, AwaitKind::Unknown)];
        let awaits = awaits.map(|(site, start, what)| entry(site, start, what)).to_vec();
        let wait = |number, since| Wait {
            task: Some(id),
            resource: Some(ResourceId::new(number, 1)),
            since,
            ..Wait::new(Op::Recv, Place::default())
        };
        Snapshot {
            task_groups: vec![TaskGroup::new(PoolId(1), TaskKind::Task, "work", Place::default())],
            tasks: vec![Task { polls, awaits, ..Task::new(id, TaskGroupId(0)) }],
            waits: vec![wait(0, 5), wait(1, 7)],
            ..Snapshot::default()
        }
    }

    /// What is known after looks at each of these.
    fn told(looks: &[Snapshot]) -> Option<u64> {
        let mut polls = SpuriousPolls::default();
        looks.windows(2).for_each(|pair| polls.push(&pair[0], &pair[1]));
        let last = Snapshot { spurious: polls.list(), ..looks.last().unwrap().clone() };
        last.spurious_polls(&last.tasks[0])
    }

    #[test]
    fn who_is_polled_and_still_in_the_same_waits_was_polled_in_vain() {
        assert_eq!(told(&[look(3)]), Some(0));
        assert_eq!(told(&[look(3), look(3), look(7), look(9)]), Some(6));
    }

    #[test]
    fn a_wait_that_began_anew_says_that_something_came() {
        let mut other = look(7);
        other.waits[1].since = 8;
        assert_eq!(told(&[look(3), other.clone(), look(9)]), Some(0));
        other.waits.remove(1);
        assert_eq!(told(&[look(3), other.clone(), other]), Some(0));
    }

    #[test]
    fn nothing_is_said_of_what_is_not_recorded() {
        for what in [AwaitKind::Unknown, AwaitKind::Io, AwaitKind::Time, AwaitKind::Never] {
            let with = |polls| {
                let mut look = look(polls);
                look.tasks[0].awaits[1].what = what;
                look
            };
            assert_eq!(told(&[with(3), with(7)]), None, "{what:?}");
            // What was known before stays known.
            assert_eq!(told(&[look(3), look(7), with(9), with(12)]), Some(4));
        }
        let hidden = |polls| {
            let mut look = look(polls);
            look.waits.truncate(1);
            look
        };
        assert_eq!(told(&[hidden(3), hidden(7)]), Some(0), "a future that is not among the waits");
        let change = |change: fn(&mut Task)| {
            [3, 7].map(|polls| {
                let mut look = look(polls);
                change(&mut look.tasks[0]);
                look
            })
        };
        assert_eq!(told(&change(|task| task.awaits_lost = 1)), None);
        assert_eq!(told(&change(|task| task.covered = false)), None);
        assert_eq!(told(&change(|task| task.state = TaskState::Runnable)), None);
        assert_eq!(told(&change(|task| task.awaits.clear())), None);
    }

    #[test]
    fn tasks_that_are_gone_are_forgotten() {
        let mut polls = SpuriousPolls::default();
        polls.push(&look(3), &look(7));
        assert_eq!(polls.list(), [Spurious { task: TaskId::new(0, 1), polls: 4 }]);
        let mut next = look(1);
        next.tasks[0].id = TaskId::new(0, 2);
        polls.push(&look(7), &next);
        assert_eq!(polls.list(), []);
        assert_eq!(polls.of_pools(), [0, 4], "what was in vain stays so");
    }
}
