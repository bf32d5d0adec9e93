//! A snapshot's waits and holds by who waits and by what is waited for.

use super::answers::Answers;
use super::runs::Runs;
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{
    Hold, Known, Op, ResourceKind, Side, Snapshot, Task, TaskKind, TaskState, Unseen, Wait,
};
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

/// To how many tasks something may have been given, and how many have some of it, at most.
const MOST_GIVEN: usize = 64;

/// Waits and holds, sorted so that those of one task or resource stand together.
#[derive(Clone, Debug)]
pub(super) struct Index<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// By task.
    waits: Runs<&'a Wait>,
    /// By resource, oldest first.
    queues: Runs<&'a Wait>,
    /// By resource.
    holds: Vec<&'a Hold>,
    /// Waits that were served while their future was not polled any more, by resource.
    grants: Vec<&'a Wait>,
    /// The same, those of each resource in the order of their beginnings.
    grants_by_since: Vec<&'a Wait>,
    /// To whom tasks may have given what they took.
    given: OnceCell<HashMap<TaskId, Given>>,
    /// The queues that tasks were the last to send to with one of the senders.
    sent_to: OnceCell<HashMap<TaskId, Vec<ResourceId>>>,
    /// The future that each task drives with `block_on`.
    driven: OnceCell<HashMap<TaskId, TaskId>>,
    /// Those that may be in a set which this task awaits.
    children: OnceCell<HashMap<TaskId, Vec<TaskId>>>,
    /// The tasks whose end somebody waits for.
    awaited: OnceCell<HashSet<TaskId>>,
    /// When the mutex was taken that was taken last.
    last_lock: OnceCell<Option<u64>>,
    pub(super) answers: Answers,
}

impl<'a> Index<'a> {
    /// The index of a snapshot.
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let task = |wait: &&Wait| wait.task.and_then(|task| snapshot.place_of(task));
        let waits = Runs::of(snapshot.waits.iter(), snapshot.tasks.len(), task);
        let resource = |wait: &&Wait| wait.resource.and_then(|resource| snapshot.place_of_resource(resource));
        let mut queues = Runs::of(snapshot.waits.iter(), snapshot.resources.len(), resource);
        queues.for_each(|queue| queue.sort_by_key(|wait| wait.since));
        let mut holds: Vec<&Hold> = snapshot.holds.iter().collect();
        holds.sort_by_key(|hold| hold.resource);
        let mut index = Self {
            snapshot,
            waits,
            queues,
            holds,
            grants: Vec::new(),
            grants_by_since: Vec::new(),
            given: OnceCell::new(),
            sent_to: OnceCell::new(),
            driven: OnceCell::new(),
            children: OnceCell::new(),
            awaited: OnceCell::new(),
            last_lock: OnceCell::new(),
            answers: Answers::default(),
        };
        index.grants = index.find_grants();
        index.grants_by_since.clone_from(&index.grants);
        index.grants_by_since.sort_by_key(|grant| (grant.resource, grant.since));
        index
    }

    /// The waits of a task that is alive.
    pub(super) fn waits_of(&self, task: TaskId) -> &[&'a Wait] {
        self.snapshot.place_of(task).map_or(&[], |place| self.waits.at(place))
    }

    /// The waits for a resource that is alive, oldest first.
    pub(super) fn queue(&self, resource: ResourceId) -> &[&'a Wait] {
        self.snapshot.place_of_resource(resource).map_or(&[], |place| self.queues.at(place))
    }

    /// The guards and permits of a resource that are out.
    pub(super) fn holds_of(&self, resource: ResourceId) -> &[&'a Hold] {
        run(&self.holds, |hold| hold.resource, resource)
    }

    /// The waits for a resource that were served, and whose future nobody polls to take what it was given.
    pub(super) fn grants_of(&self, resource: ResourceId) -> &[&'a Wait] {
        run(&self.grants, |wait| wait.resource, Some(resource))
    }

    /// The queues that this task was the last to send to with one of their senders.
    pub(super) fn sent_to(&self, task: TaskId) -> &[ResourceId] {
        let all = self.sent_to.get_or_init(|| sent_to(self.snapshot));
        all.get(&task).map_or(&[], Vec::as_slice)
    }

    /// The future that this thread or job drives with `block_on`, if it is not being polled.
    pub(super) fn driven_by(&self, task: &Task) -> Option<&'a Task> {
        let all = self.driven.get_or_init(|| driven(self.snapshot));
        let root = all.get(&task.id).and_then(|root| self.snapshot.task(*root));
        root.filter(|root| root.state == TaskState::Waiting)
    }

    /// The live tasks of which one must end before this one has the next of a set that it spawned.
    pub(super) fn children_of(&self, task: TaskId) -> &[TaskId] {
        let all = self.children.get_or_init(|| self.snapshot.awaited_children());
        all.get(&task).map_or(&[], Vec::as_slice)
    }

    /// Whether somebody waits for the end of this task.
    pub(super) fn is_awaited(&self, task: TaskId) -> bool {
        let targets = || self.snapshot.waits.iter().filter_map(|wait| wait.target).collect();
        self.awaited.get_or_init(targets).contains(&task)
    }

    /// When the mutex that somebody took last was taken, if any is held; the end of time if that is not known of one.
    pub(super) fn last_lock(&self) -> Option<u64> {
        let is_mutex = |id| {
            let resource = self.snapshot.resource(id);
            resource.is_some_and(|it| self.snapshot.group_of_resource(it).kind == ResourceKind::Mutex)
        };
        let locks = || self.snapshot.holds.iter().filter(|hold| is_mutex(hold.resource));
        *self.last_lock.get_or_init(|| locks().map(|hold| hold.since.unwrap_or(u64::MAX)).max())
    }

    /// Whether this wait was served without knowing it.
    pub(super) fn is_granted(&self, wait: &Wait) -> bool {
        let key = |wait: &Wait| (wait.resource, wait.since);
        !wait.current && run(&self.grants_by_since, |grant| key(grant), key(wait)).contains(&wait)
    }

    /// The tasks of which one probably has what `taker` took with an owned guard, one of `taken` among `holds` guards in all:
    /// itself, those that it spawned and those who receive what it sent, and so on; `None` if it may be elsewhere. Of several
    /// guards that were given to nobody alive, some have gone elsewhere.
    pub(super) fn may_have(&self, holds: usize, taker: TaskId, taken: usize) -> Option<Vec<TaskId>> {
        let mut have = vec![taker];
        let mut seen = 0;
        while let Some(task) = have.get(seen).copied() {
            seen += 1;
            // Who has ended may have given it to anybody.
            self.snapshot.task(task)?;
            let Some(given) = self.given.get_or_init(|| given(self.snapshot)).get(&task) else { continue };
            if have.len() + given.tasks.len() > MOST_GIVEN || holds > MOST_GIVEN {
                return None;
            }
            let mut next = given.tasks.clone();
            for queue in &given.queues {
                let (owners, _) =
                    self.owners(*queue, Side::Receiver).filter(|(_, known)| *known != Known::LastUse)?;
                next.extend(owners.iter());
                if have.len() + next.len() > MOST_GIVEN {
                    return None;
                }
            }
            next.retain(|task| !have.contains(task));
            have.append(&mut next);
        }
        (taken == 1 || have.len() > 1).then_some(have)
    }

    /// The oldest waits of each queue as far as there is room for them, and their tasks neither poll them nor were woken
    /// since: the resource was handed to futures that do not know.
    fn find_grants(&self) -> Vec<&'a Wait> {
        let none = &[][..];
        let holds = |queue: &[&Wait]| {
            queue.first().and_then(|wait| wait.resource).map_or(none, |id| self.holds_of(id))
        };
        let unseen = Unseen::of(self.snapshot);
        self.queues.iter().flat_map(|queue| unseen.in_queue(queue, holds(queue))).collect()
    }

    /// Whether this wait, polled or not, is in the queue of its resource still, and has its waker there: all that is free
    /// was handed to the ones in front, and is not enough for the next.
    pub(super) fn is_queued(&self, wait: &Wait) -> bool {
        let in_order = matches!(wait.op, Op::Lock | Op::Acquire | Op::Send);
        let next = wait.resource.filter(|_| in_order).and_then(|id| self.next_in_line(id));
        next.is_some_and(|(wanted, left)| left < u64::from(wanted))
    }
}

/// Which tasks drive a future with `block_on`: those inside of which it was made. It lives as long as that call.
fn driven(snapshot: &Snapshot) -> HashMap<TaskId, TaskId> {
    let roots = snapshot.tasks.iter().filter(|task| snapshot.group_of(task).kind == TaskKind::Root);
    roots.filter_map(|root| Some((root.parent?, root.id))).collect()
}

/// The tasks that are alive and were spawned by one, and the channels that it sent into last.
#[derive(Clone, Debug, Default)]
struct Given {
    tasks: Vec<TaskId>,
    queues: Vec<ResourceId>,
}

/// To whom tasks may have given what they have.
fn given(snapshot: &Snapshot) -> HashMap<TaskId, Given> {
    let mut given: HashMap<TaskId, Given> = HashMap::new();
    for task in &snapshot.tasks {
        if let Some(parent) = task.parent {
            given.entry(parent).or_default().tasks.push(task.id);
        }
    }
    for resource in &snapshot.resources {
        let carries = !matches!(snapshot.group_of_resource(resource).kind, ResourceKind::Notify);
        if let Some(sender) = resource.last_sender.filter(|_| carries) {
            given.entry(sender).or_default().queues.push(resource.id);
        }
    }
    given
}

/// Which queues tasks sent to.
fn sent_to(snapshot: &Snapshot) -> HashMap<TaskId, Vec<ResourceId>> {
    let mut sent_to: HashMap<TaskId, Vec<ResourceId>> = HashMap::new();
    for end in snapshot.endpoints.iter().filter(|end| end.side != Side::Receiver) {
        if let Some(task) = end.last_user {
            sent_to.entry(task).or_default().push(end.resource);
        }
    }
    sent_to
}

/// The part of a sorted list that has this key.
fn run<T, K: Ord>(list: &[T], key: impl Fn(&T) -> K, wanted: K) -> &[T] {
    let start = list.partition_point(|item| key(item) < wanted);
    let length = list[start..].partition_point(|item| key(item) <= wanted);
    &list[start..start + length]
}
