//! The sieve: what it is told, and what it keeps.

use super::resource::{self, Class};
use super::task;
use crate::id::{ResourceId, TaskId};
use crate::snapshot::Op;

/// How often what has been let go is followed to those who wait for it. Who waits at the end of a longer chain is kept.
const ROUNDS: u32 = 64;
/// Nobody who is known.
const NOBODY: u32 = u32::MAX;

/// What a wait is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::snapshot) enum Target {
    /// Nothing that would ever come.
    Never,
    /// What is not recorded, and comes from outside.
    Outside,
    Resource(ResourceId),
    /// The end of a task.
    Task(TaskId),
    /// The end of any of those that the task has spawned into a set.
    Children,
}

/// What must be known of a wait.
#[derive(Clone, Copy, Debug)]
pub(in crate::snapshot) struct WaitFacts {
    /// Its place in the list of waits.
    pub(in crate::snapshot) slot: u32,
    pub(in crate::snapshot) task: Option<TaskId>,
    pub(in crate::snapshot) target: Target,
    pub(in crate::snapshot) op: Op,
    pub(in crate::snapshot) blocking: bool,
    pub(in crate::snapshot) timed: bool,
}

/// What is kept: places in the lists of tasks, resources and waits, in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::snapshot) struct Suspects {
    /// Those who may be stuck, those who wait for the same as they or for them, and those who hold that.
    pub(in crate::snapshot) tasks: Vec<u32>,
    /// What they wait for.
    pub(in crate::snapshot) resources: Vec<u32>,
    pub(in crate::snapshot) waits: Vec<u32>,
    /// Whether waits for these resources, or of these tasks, are missing.
    pub(in crate::snapshot) partly: bool,
}

/// Where a wait leads to.
#[derive(Clone, Copy, Debug)]
enum To {
    Never,
    Resource(u32, Class),
    Task(u32),
    Children,
}

/// A wait that nobody outside is known to end.
#[derive(Clone, Copy, Debug)]
struct Wait {
    slot: u32,
    task: u32,
    to: To,
    blocking: bool,
    /// Whether the task goes on if it can be ended: not if it may have been served without knowing it.
    counts: bool,
}

/// A task that holds a resource, or owns a sender of it.
#[derive(Clone, Copy, Debug)]
struct Has {
    resource: u32,
    task: u32,
    class: Class,
}

/// Tasks with places one after the other that may be in a set of their parent's.
#[derive(Clone, Copy, Debug)]
struct Children {
    parent: TaskId,
    first: u32,
    last: u32,
}

/// Finds those who may be stuck.
#[derive(Debug, Default)]
pub(in crate::snapshot) struct Sieve {
    tasks: Vec<task::Entry>,
    resources: Vec<resource::Entry>,
    children: Vec<Children>,
    /// Tasks that drive a future, and that future.
    roots: Vec<(TaskId, u32)>,
    has: Vec<Has>,
    waits: Vec<Wait>,
}

impl Sieve {
    /// A sieve for so many places of tasks and resources.
    pub(in crate::snapshot) fn new(tasks: u32, resources: u32) -> Self {
        Self {
            tasks: vec![task::Entry::default(); tasks as usize],
            resources: vec![resource::Entry::default(); resources as usize],
            ..Self::default()
        }
    }

    /// Takes in a task that is alive; they come in the order of their places.
    pub(in crate::snapshot) fn task(&mut self, facts: &task::Facts) {
        let place = facts.id.index();
        let Some(entry) = self.tasks.get_mut(place as usize) else { return };
        *entry = task::Entry::new(facts);
        let Some(parent) = facts.parent else { return };
        if facts.root {
            self.roots.push((parent, place));
        }
        if facts.child {
            match self.children.last_mut().filter(|run| run.parent == parent && run.last + 1 == place) {
                Some(run) => run.last = place,
                None => self.children.push(Children { parent, first: place, last: place }),
            }
        }
    }

    /// Notes that the thread of the local task at this place may be blocked in another task.
    pub(in crate::snapshot) fn hold_up(&mut self, task: u32) {
        if let Some(entry) = self.tasks.get_mut(task as usize) {
            entry.hold_up();
        }
    }

    /// Takes in a resource.
    pub(in crate::snapshot) fn resource(&mut self, facts: &resource::Facts) {
        if let Some(entry) = self.resources.get_mut(facts.id.index() as usize) {
            *entry = resource::Entry::new(facts);
        }
    }

    /// Takes in who holds a resource; `None` if that is not certain.
    pub(in crate::snapshot) fn holds(&mut self, resource: ResourceId, holder: Option<TaskId>) {
        self.has(resource, holder, Class::Holders);
    }

    /// Takes in who owns a sender of a channel; `None` if that is not certain.
    pub(in crate::snapshot) fn sends(&mut self, channel: ResourceId, owner: Option<TaskId>) {
        self.has(channel, owner, Class::Message);
    }

    fn has(&mut self, id: ResourceId, task: Option<TaskId>, class: Class) {
        let task = task.and_then(|id| self.place_of(id));
        let Some(entry) = self.resources.get_mut(id.index() as usize) else { return };
        if !entry.is(id.generation()) {
            return;
        }
        entry.is_with_somebody(class);
        match task {
            Some(task) => self.has.push(Has { resource: id.index(), task, class }),
            None => drop(entry.loosen(class)),
        }
    }

    /// Takes in a wait. All tasks, resources, holders and owners came before. `is_current` says whether the task polled it
    /// in its last poll.
    pub(in crate::snapshot) fn wait(&mut self, facts: &WaitFacts, is_current: impl FnOnce() -> bool) {
        let task = facts.task.and_then(|id| self.place_of(id));
        if let Some(task) = task {
            self.tasks[task as usize].waits(facts.blocking, facts.timed);
        }
        let (to, mut counts) = match facts.target {
            Target::Never => (Some(To::Never), true),
            Target::Outside => (None, true),
            Target::Children => (Some(To::Children), true),
            Target::Task(id) => (self.place_of(id).map(To::Task), true),
            Target::Resource(id) => match self.class(id, facts.op) {
                // It may have been served.
                Some(class @ (Class::Holders | Class::Room)) => {
                    (Some(To::Resource(id.index(), class)), facts.blocking || is_current())
                }
                Some(class) => (Some(To::Resource(id.index(), class)), true),
                None => (None, true),
            },
        };
        let open = match to {
            None => true,
            Some(To::Resource(place, class)) => self.resources[place as usize].is_open(class),
            Some(_) => false,
        };
        counts &= task.is_some();
        if let Some(task) = task.filter(|_| open && counts) {
            self.tasks[task as usize].help(facts.blocking);
        }
        // Those that block are told apart by a look at all of them: there is one for each thread at the most.
        if open && !facts.blocking {
            if let Some(To::Resource(place, _)) = to {
                self.resources[place as usize].leave_out();
            }
            if let Some(task) = task {
                self.tasks[task as usize].leave_out();
            }
            return;
        }
        let (task, to) = (task.unwrap_or(NOBODY), to.unwrap_or(To::Never));
        self.waits.push(Wait { slot: facts.slot, task, to, blocking: facts.blocking, counts });
    }

    fn class(&self, id: ResourceId, op: Op) -> Option<Class> {
        self.resources.get(id.index() as usize).filter(|entry| entry.is(id.generation()))?.class(op)
    }

    fn place_of(&self, id: TaskId) -> Option<u32> {
        self.tasks.get(id.index() as usize).filter(|entry| entry.is(id.generation())).map(|_| id.index())
    }

    fn may_be_stuck(&self, task: u32) -> bool {
        self.tasks.get(task as usize).is_some_and(|entry| entry.may_be_stuck())
    }

    /// Lets all go that can be helped, and says who is left; `also` the tasks at these places, if anybody is.
    pub(in crate::snapshot) fn sift(mut self, also: &[u32]) -> Suspects {
        self.children.sort_by_key(|run| run.parent.index());
        self.roots.sort_by_key(|(parent, _)| parent.index());
        for _ in 0..ROUNDS {
            let (driven, loosened) = (self.drive(), self.loosen());
            if !self.help() && !driven && !loosened {
                break;
            }
        }
        self.suspects(also)
    }

    /// Whoever drives a future is stuck only if that is.
    fn drive(&mut self) -> bool {
        let mut changed = false;
        for at in 0..self.roots.len() {
            let (parent, _) = self.roots[at];
            let Some(place) = self.place_of(parent) else { continue };
            let drives = self.roots_of(parent).any(|(_, root)| self.may_be_stuck(*root));
            let entry = &mut self.tasks[place as usize];
            let before = entry.may_be_stuck();
            entry.drive(drives);
            changed |= entry.may_be_stuck() != before;
        }
        changed
    }

    /// What is held by somebody who can go on, is given back some time.
    fn loosen(&mut self) -> bool {
        let mut changed = false;
        let (tasks, resources) = (&self.tasks, &mut self.resources);
        for has in &self.has {
            if !tasks[has.task as usize].may_be_stuck() {
                changed |= resources[has.resource as usize].loosen(has.class);
            }
        }
        changed
    }

    fn help(&mut self) -> bool {
        let mut changed = false;
        for at in 0..self.waits.len() {
            let wait = self.waits[at];
            if wait.counts && self.may_be_stuck(wait.task) && self.is_open(&wait) {
                changed |= self.tasks[wait.task as usize].help(wait.blocking);
            }
        }
        changed
    }

    fn is_open(&self, wait: &Wait) -> bool {
        match wait.to {
            To::Never => false,
            To::Resource(place, class) => self.resources[place as usize].is_open(class),
            To::Task(task) => !self.may_be_stuck(task),
            // Without any it waits for what is not known.
            To::Children => {
                self.children_of(wait.task).next().is_none() || self.free_child(wait.task).is_some()
            }
        }
    }

    /// Whoever is left, with all that a judgement of them looks at; and `also` these, if anybody is left. A task that is
    /// among them comes with all of its waits, so that it is not taken for one with fewer.
    fn suspects(self, also: &[u32]) -> Suspects {
        let stuck = |task: u32| self.may_be_stuck(task);
        if !(0..).zip(&self.tasks).any(|(place, _)| stuck(place)) {
            return Suspects::default();
        }
        let mut wanted = vec![false; self.resources.len()];
        for wait in self.waits.iter().filter(|wait| stuck(wait.task)) {
            if let To::Resource(place, _) = wait.to {
                wanted[place as usize] = true;
            }
        }
        let leads_there = |wait: &Wait| match wait.to {
            To::Never | To::Children => false,
            To::Resource(place, _) => wanted[place as usize],
            To::Task(task) => stuck(task),
        };
        let mut kept: Vec<bool> = self.tasks.iter().map(|entry| entry.may_be_stuck()).collect();
        let waiters = self.waits.iter().filter(|wait| leads_there(wait)).map(|wait| wait.task);
        let holders = self.has.iter().filter(|has| wanted[has.resource as usize]).map(|has| has.task);
        for task in waiters.chain(holders).chain(also.iter().copied()) {
            if let Some(kept) = kept.get_mut(task as usize) {
                *kept = true;
            }
        }
        self.complete(&mut kept);
        let is_kept = |wait: &Wait| kept.get(wait.task as usize).is_some_and(|kept| *kept);
        let waits = self.waits.iter().filter(|wait| wait.blocking || leads_there(wait) || is_kept(wait));
        let waits = waits.map(|wait| wait.slot).collect();
        let (tasks, resources) = (places(&kept), places(&wanted));
        let partly = resources.iter().any(|place| self.resources[*place as usize].is_partly_known())
            || tasks.iter().any(|place| self.tasks[*place as usize].is_partly_known());
        Suspects { tasks, resources, waits, partly }
    }

    /// Keeps those also who show of others that they can go on: the future that one drives, and a child that can.
    fn complete(&self, kept: &mut [bool]) {
        let sets: Vec<u32> = self
            .waits
            .iter()
            .filter(|wait| matches!(wait.to, To::Children) && wait.counts)
            .map(|wait| wait.task)
            .collect();
        loop {
            let is_kept = |task: u32| kept[task as usize];
            let drives = |parent: TaskId| self.place_of(parent).is_some_and(is_kept);
            let roots = self.roots.iter().filter(|(parent, _)| drives(*parent)).map(|(_, root)| *root);
            let children =
                sets.iter().filter(|task| is_kept(**task)).filter_map(|task| self.free_child(*task));
            let missing: Vec<u32> = roots.chain(children).filter(|task| !is_kept(*task)).collect();
            if missing.is_empty() {
                return;
            }
            for task in missing {
                kept[task as usize] = true;
            }
        }
    }

    /// A child of this task that can go on.
    fn free_child(&self, parent: u32) -> Option<u32> {
        self.children_of(parent).flat_map(|run| run.first..=run.last).find(|child| !self.may_be_stuck(*child))
    }

    fn children_of(&self, parent: u32) -> impl Iterator<Item = &Children> {
        let from = self.children.partition_point(|run| run.parent.index() < parent);
        let own = self.children[from..].iter().take_while(move |run| run.parent.index() == parent);
        own.filter(|run| self.place_of(run.parent).is_some())
    }

    fn roots_of(&self, parent: TaskId) -> impl Iterator<Item = &(TaskId, u32)> {
        let from = self.roots.partition_point(|(id, _)| id.index() < parent.index());
        let own = self.roots[from..].iter().take_while(move |(id, _)| id.index() == parent.index());
        own.filter(move |(id, _)| *id == parent)
    }
}

/// The places at which this is true.
fn places(of: &[bool]) -> Vec<u32> {
    (0..).zip(of).filter(|(_, is)| **is).map(|(place, _)| place).collect()
}
