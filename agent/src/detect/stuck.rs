//! Which tasks can never run again.
//!
//! A task is *closed* if it waits, nobody woke it, and every live clone of its waker is accounted for by a wait that
//! the agent sees and that was polled with the task's own waker: then nothing but those waits can wake it. A task
//! without any live clone is closed for good. The stuck tasks are the largest set of closed tasks in which every wait
//! of every member can only be ended by members: by the holder of a lock, by the holders of all permits, by the task
//! that is joined. Whatever can come from outside (a timer, a socket, a sender somewhere) keeps a task out of the set,
//! and with it everyone it could help.

use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Hold, Op, Snapshot, Task, TaskState, Wait};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The stuck tasks, each with the stuck tasks that it waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stuck {
    waits_for: BTreeMap<TaskId, Vec<TaskId>>,
}

/// Waits and holds by who waits and by what is held.
struct Index<'a> {
    waits: HashMap<TaskId, Vec<&'a Wait>>,
    holds: HashMap<ResourceId, Vec<&'a Hold>>,
    snapshot: &'a Snapshot,
}

impl Stuck {
    /// The tasks that were stuck in the same poll in both snapshots.
    pub fn confirmed(before: &Snapshot, now: &Snapshot) -> Stuck {
        let (then, index) = (Index::of(before), Index::of(now));
        let same = |task: &&Task| {
            before.task(task.id).is_some_and(|earlier| earlier.polls == task.polls && then.is_closed(earlier))
        };
        index.largest_set(now.tasks.iter().filter(|task| index.is_closed(task)).filter(same))
    }

    /// The tasks that are stuck as far as this snapshot can tell: a suspicion.
    pub fn suspected(now: &Snapshot) -> Stuck {
        let index = Index::of(now);
        index.largest_set(now.tasks.iter().filter(|task| index.is_closed(task)))
    }

    /// Whether nobody is stuck.
    pub fn is_empty(&self) -> bool {
        self.waits_for.is_empty()
    }

    /// Whether this task is stuck.
    pub fn contains(&self, task: TaskId) -> bool {
        self.waits_for.contains_key(&task)
    }

    /// All stuck tasks.
    pub fn tasks(&self) -> impl Iterator<Item = TaskId> + '_ {
        self.waits_for.keys().copied()
    }

    /// The stuck tasks that this one waits for; none if it has no waker left.
    pub fn waits_for(&self, task: TaskId) -> &[TaskId] {
        self.waits_for.get(&task).map_or(&[], Vec::as_slice)
    }

    /// The stuck tasks that wait for this one, directly or through others.
    pub fn victims_of(&self, tasks: &[TaskId]) -> Vec<TaskId> {
        let mut waiters: HashMap<TaskId, Vec<TaskId>> = HashMap::new();
        for (waiter, targets) in &self.waits_for {
            for target in targets {
                waiters.entry(*target).or_default().push(*waiter);
            }
        }
        let mut seen: HashSet<TaskId> = tasks.iter().copied().collect();
        let mut open = tasks.to_vec();
        let mut victims = Vec::new();
        while let Some(task) = open.pop() {
            for waiter in waiters.get(&task).into_iter().flatten() {
                if seen.insert(*waiter) {
                    victims.push(*waiter);
                    open.push(*waiter);
                }
            }
        }
        victims.sort_unstable();
        victims
    }
}

impl<'a> Index<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let mut waits: HashMap<TaskId, Vec<&Wait>> = HashMap::new();
        for wait in &snapshot.waits {
            if let Some(task) = wait.task {
                waits.entry(task).or_default().push(wait);
            }
        }
        let mut holds: HashMap<ResourceId, Vec<&Hold>> = HashMap::new();
        for hold in &snapshot.holds {
            holds.entry(hold.resource).or_default().push(hold);
        }
        Self { waits, holds, snapshot }
    }

    fn waits_of(&self, task: TaskId) -> &[&'a Wait] {
        self.waits.get(&task).map_or(&[], Vec::as_slice)
    }

    /// Whether only the waits that are seen can wake the task.
    fn is_closed(&self, task: &Task) -> bool {
        if task.state != TaskState::Waiting || !task.covered {
            return false;
        }
        if task.wakers == 0 {
            return true;
        }
        let waits = self.waits_of(task.id);
        // A future that is kept without being polled may have lost its waker, and another may have taken its place in
        // the count.
        waits.iter().all(|wait| wait.current && wait.own_waker) && waits.len() == task.wakers as usize
    }

    /// The largest set of `closed` tasks whose waits can be ended by members only.
    fn largest_set<'t>(&self, closed: impl Iterator<Item = &'t Task>) -> Stuck {
        let mut waits_for: BTreeMap<TaskId, Option<Vec<TaskId>>> = closed
            .map(|task| {
                let helpers = if task.wakers == 0 { Some(Vec::new()) } else { self.helpers(task.id) };
                (task.id, helpers)
            })
            .collect();
        // Take out whoever can be helped by a task outside of the set, until nobody is left to take out.
        loop {
            let helped: Vec<TaskId> = waits_for
                .iter()
                .filter(|(_, helpers)| match helpers {
                    Some(helpers) => helpers.iter().any(|helper| !waits_for.contains_key(helper)),
                    None => true,
                })
                .map(|(task, _)| *task)
                .collect();
            if helped.is_empty() {
                break;
            }
            for task in helped {
                waits_for.remove(&task);
            }
        }
        Stuck {
            waits_for: waits_for
                .into_iter()
                .map(|(task, helpers)| (task, helpers.unwrap_or_default()))
                .collect(),
        }
    }

    /// The tasks of which one must act before this one can go on; `None` if something else could help as well.
    fn helpers(&self, task: TaskId) -> Option<Vec<TaskId>> {
        let mut helpers = Vec::new();
        for wait in self.waits_of(task) {
            helpers.extend(self.helpers_of_wait(wait)?);
        }
        helpers.sort_unstable();
        helpers.dedup();
        Some(helpers)
    }

    fn helpers_of_wait(&self, wait: &Wait) -> Option<Vec<TaskId>> {
        match wait.op {
            Op::Pending => Some(Vec::new()),
            Op::Join => wait.target.map(|target| vec![target]),
            Op::Lock | Op::Write => self.holders(wait.resource?, false),
            Op::Acquire => self.holders(wait.resource?, true),
            _ => None,
        }
    }

    /// Who holds a resource that only its holders can give back; `None` if that is not known for certain.
    fn holders(&self, id: ResourceId, permits: bool) -> Option<Vec<TaskId>> {
        let resource = self.snapshot.resource(id)?;
        let holds = self.holds.get(&id)?;
        if !resource.covered || resource.closed {
            return None;
        }
        if permits {
            // Permits that come and go are a signal, which anybody may give.
            if resource.resized {
                return None;
            }
            // Permits that are out without a holder were forgotten or came from outside.
            let held: u64 = holds.iter().map(|hold| u64::from(hold.amount)).sum();
            if resource.permits != Some(held) {
                return None;
            }
        }
        // An owned guard may be with any task by now.
        holds.iter().map(|hold| hold.task.filter(|_| !hold.movable)).collect()
    }
}
