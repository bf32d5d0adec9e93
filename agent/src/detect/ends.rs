//! Who could end a wait.
//!
//! What is certain and what is only attributed is kept apart. A lock is given back by the task that holds it, or by one that
//! it spawned since and gave its guard to, as it can if the lock is a `static`: that is certain. An owned permit may have
//! been given to any task, and the receiver of a queue may have moved; that the task which took the one or used the other
//! last still has it is an attribution, and what follows from it is a suspicion.

use super::index::Index;
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{
    Endpoint, Hold, Known, Op, QUEUE_SLACK, Resource, ResourceKind, Side, Task, TaskKind, TaskState, Wait,
};
use std::sync::Arc;

/// What a judgement may rest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Tier {
    /// On what is known.
    #[default]
    Certain,
    /// Also on who had something last.
    Attributed,
}

impl Tier {
    /// Whether what is known in this way is enough.
    fn admits(self, known: Known) -> bool {
        known == Known::Shown || known == Known::Shared && self == Tier::Attributed
    }
}

impl<'a> Index<'a> {
    /// Whether nothing but the waits that are seen can let this task go on.
    pub(super) fn is_closed(&self, task: &Task) -> bool {
        let waits = self.waits_of(task.id);
        let mut blocking = waits.iter().filter(|wait| wait.blocking);
        // A wait for a limited time ends by itself.
        let blocked = blocking.next().is_some_and(|wait| !wait.timed) && blocking.all(|wait| !wait.timed);
        // It is inside of `block_on`: as far as the future goes that it drives.
        if let Some(root) = self.driven_by(task) {
            return self.is_closed(root);
        }
        let kind = self.snapshot.group_of(task).kind;
        // A thread has no waker that could be counted, and neither has a poll that blocks its thread.
        if matches!(kind, TaskKind::Thread | TaskKind::Blocking)
            || task.state == TaskState::Running
            || blocked
        {
            return blocked;
        }
        if task.state != TaskState::Waiting || !task.covered {
            return false;
        }
        if task.wakers == 0 {
            return true;
        }
        // A future that is kept without being polled may have lost its waker, and another may have taken its place in
        // the count; not so one that is queued, and one that was served, whose waker is used up.
        let mut counted = 0;
        waits.iter().filter(|wait| !self.is_granted(wait)).all(|wait| {
            counted += 1;
            wait.own_waker && (wait.current || self.is_queued(wait))
        }) && counted == task.wakers
    }

    /// The blocking wait that this task is in.
    pub(super) fn blocking_wait(&self, task: TaskId) -> Option<&'a Wait> {
        self.waits_of(task).iter().copied().find(|wait| wait.blocking)
    }

    /// The task whose poll keeps the only thread that can poll this local task, if that poll is blocked for good as far
    /// as its waits go.
    pub(super) fn held_up_by(&self, task: &Task) -> Option<TaskId> {
        if self.snapshot.group_of(task).kind != TaskKind::Local || task.state == TaskState::Running {
            return None;
        }
        let polled = self.snapshot.thread(task.thread?)?.task?;
        self.blocking_wait(polled).map(|_| polled)
    }

    /// The tasks of which one must act before this one can go on; `None` if something else could help as well.
    pub(super) fn helpers(&self, task: &Task, tier: Tier) -> Option<Vec<TaskId>> {
        if let Some(polled) = self.held_up_by(task) {
            return Some(vec![polled]);
        }
        if let Some(root) = self.driven_by(task) {
            return Some(vec![root.id]);
        }
        let blocking = self.blocking_wait(task.id);
        // Whoever has the handle may be about to end it, as on a signal; but not while a poll blocks its thread.
        let kind = self.snapshot.group_of(task).kind;
        let is_async = matches!(kind, TaskKind::Task | TaskKind::Local);
        if task.may_be_stopped && is_async && blocking.is_none() {
            return None;
        }
        if task.wakers == 0 && blocking.is_none() {
            return Some(Vec::new());
        }
        let mut helpers = Vec::new();
        for wait in self.waits_of(task.id) {
            let counts = blocking.is_none_or(|_| wait.blocking) && !self.is_granted(wait);
            if counts {
                helpers.extend(self.helpers_of_wait(wait, tier)?);
            }
        }
        helpers.sort_unstable();
        helpers.dedup();
        Some(helpers)
    }

    /// The tasks of which one must act before this wait can end; `None` if something else could end it.
    pub(super) fn helpers_of_wait(&self, wait: &Wait, tier: Tier) -> Option<Vec<TaskId>> {
        if wait.op == Op::Pending {
            return Some(Vec::new());
        }
        if wait.children {
            let children = self.children_of(wait.task?);
            return (!children.is_empty()).then(|| children.to_vec());
        }
        if wait.op == Op::Join {
            return wait.target.map(|target| vec![target]);
        }
        let resource = self.snapshot.resource(wait.resource?)?;
        if !resource.covered || resource.closed {
            return None;
        }
        let kind = self.snapshot.group_of_resource(resource).kind;
        match (kind, wait.op) {
            (ResourceKind::Mutex, Op::Lock) | (ResourceKind::OnceCell, Op::Init) => {
                self.holders(resource.id, tier)
            }
            (ResourceKind::Semaphore, Op::Acquire) => {
                self.permit_holders(resource, wait, tier).or_else(|| self.who_can_add(wait, tier))
            }
            (ResourceKind::RwLock, Op::Read | Op::Write) => self.lock_holders(resource.id, wait, tier),
            (ResourceKind::Mpsc, Op::Send) => self.receivers(resource, tier),
            (ResourceKind::Mpsc | ResourceKind::Oneshot | ResourceKind::Broadcast, Op::Recv)
            | (ResourceKind::Watch, Op::Changed) => self.senders(resource, wait, tier),
            (ResourceKind::Mpsc | ResourceKind::Oneshot | ResourceKind::Watch, Op::Wait) => {
                self.who_can_close(resource, tier)
            }
            // Whoever can reach it can notify, or arrive.
            (ResourceKind::Notify, Op::Notified)
            | (ResourceKind::Condvar | ResourceKind::Barrier, Op::Wait)
                if tier == Tier::Attributed =>
            {
                let tasks = self.snapshot.reached_by(resource.id).filter(|_| !self.may_be_locked_out(wait));
                tasks.map(<[TaskId]>::to_vec)
            }
            _ => None,
        }
    }

    /// Who holds a resource that only its holders can give back, or was given it without knowing; `None` if nobody is
    /// known for certain.
    fn holders(&self, id: ResourceId, tier: Tier) -> Option<Vec<TaskId>> {
        let granted = self.grants_of(id).iter().filter_map(|grant| grant.task);
        let mut holders: Vec<TaskId> = granted.collect();
        let mut last = None;
        for hold in self.holds_of(id) {
            match hold.task? {
                task if !hold.movable => {
                    holders.push(task);
                    // Guards of one task share the list.
                    if last
                        .replace(&hold.may_be_with)
                        .is_none_or(|last| !Arc::ptr_eq(last, &hold.may_be_with))
                    {
                        holders.extend(hold.may_be_with.iter());
                    }
                }
                // An owned guard may be with any task by now.
                task if tier == Tier::Attributed => holders.extend(self.may_have(hold, task)?),
                _ => return None,
            }
        }
        (!holders.is_empty()).then_some(holders)
    }

    /// Who holds the permits that a wait needs, if too few are left for the first in the queue, and who is in front of it.
    fn permit_holders(&self, resource: &Resource, wait: &Wait, tier: Tier) -> Option<Vec<TaskId>> {
        // Permits that are out without a holder came from outside; those that were added may be a signal.
        let held: u64 = self.holds_of(resource.id).iter().map(|hold| u64::from(hold.amount)).sum();
        let granted: u64 = self.grants_of(resource.id).iter().map(|wait| u64::from(wait.amount)).sum();
        let left = resource.permits?.checked_sub(held + granted).filter(|_| !resource.is_resized())?;
        let queue = self.queue(resource.id);
        let mut asking = queue.iter().filter(|wait| !self.is_granted(wait));
        let first = asking.next()?;
        // Permits are given in the order in which they were asked for: what is left is kept for the first.
        if u64::from(first.amount) <= left {
            return None;
        }
        let mut helpers = self.holders(resource.id, tier)?;
        // Whoever is in front may give up, if what is left would do for this one.
        if u64::from(wait.amount) <= left {
            for other in queue.iter().filter(|other| other.since <= wait.since.saturating_add(QUEUE_SLACK)) {
                helpers.push(other.task?);
            }
        }
        Some(helpers)
    }

    /// Who can add permits to a semaphore whose permits nobody has: those that it had were taken away for good, or it never
    /// had any.
    fn who_can_add(&self, wait: &Wait, tier: Tier) -> Option<Vec<TaskId>> {
        if tier == Tier::Attributed { self.share_of(wait) } else { None }
    }

    /// Whether nobody has anything of a resource, and nobody was given any without knowing.
    pub(super) fn is_out_of_use(&self, id: ResourceId) -> bool {
        self.holds_of(id).is_empty() && self.grants_of(id).is_empty()
    }

    /// Who holds a reader-writer lock, and which writers a reader is queued behind.
    fn lock_holders(&self, id: ResourceId, wait: &Wait, tier: Tier) -> Option<Vec<TaskId>> {
        let mut helpers = self.holders(id, tier)?;
        // A writer needs everyone who has it to go, and so does a reader if that is a writer.
        if wait.op == Op::Write || self.holds_of(id).iter().all(|hold| hold.op == Op::Write) {
            return Some(helpers);
        }
        // Readers have it, and this one waits because a writer came before it. If that gives up, it is let in.
        let writers = self.writers_in_front(wait);
        // Without one it waits for something that is not known: so few readers are allowed.
        if writers.first()?.since > wait.since {
            return None;
        }
        for writer in writers {
            helpers.push(writer.task?);
        }
        Some(helpers)
    }

    /// The writers that a reader may be queued behind while other readers have the lock, oldest first. What is noted is
    /// when a wait began, not its place in the queue: one that began a little later may be in front as well.
    pub(super) fn writers_in_front(&self, wait: &Wait) -> Vec<&'a Wait> {
        let Some(id) = wait.resource.filter(|_| wait.op == Op::Read) else { return Vec::new() };
        if self.holds_of(id).iter().any(|hold| hold.op == Op::Write) {
            return Vec::new();
        }
        let end = wait.since.saturating_add(QUEUE_SLACK);
        let early = self.queue(id).iter().copied().take_while(|other| other.since <= end);
        early.filter(|other| other.op == Op::Write).collect()
    }

    /// Who receives from a full queue.
    fn receivers(&self, resource: &Resource, tier: Tier) -> Option<Vec<TaskId>> {
        let granted = self.grants_of(resource.id);
        if !granted.is_empty() {
            return granted.iter().map(|wait| wait.task).collect();
        }
        // A queue without room hands over from thread to thread: who waits longer than for that has not been met.
        let full = match resource.capacity {
            Some(capacity) => resource.depth? + resource.permits_out? >= capacity,
            None => resource.sent? >= resource.received?,
        };
        let shown = self.snapshot.receivers_of(resource.id).filter(|owners| tier.admits(owners.known));
        match shown {
            _ if !full => None,
            Some(owners) => (!owners.tasks.is_empty()).then_some(owners.tasks),
            None if tier == Tier::Attributed => self.only_receiver(resource),
            None => None,
        }
    }

    /// Who can drop or close the receivers whose end a sender waits for.
    fn who_can_close(&self, channel: &Resource, tier: Tier) -> Option<Vec<TaskId>> {
        let owners = self.snapshot.receivers_of(channel.id).filter(|owners| tier.admits(owners.known))?;
        (!owners.tasks.is_empty()).then_some(owners.tasks)
    }

    /// Who used the only receiver of a queue last: it hardly ever moves after that.
    fn only_receiver(&self, queue: &Resource) -> Option<Vec<TaskId>> {
        let receiver = queue.last_receiver.filter(|_| queue.receivers == Some(1))?;
        self.snapshot.task(receiver).map(|task| vec![task.id])
    }

    /// Who can send a message, or let the channel close; each of them only if the source shows that it has all the
    /// ends that it was seen to use. A sender that was used by a task last may be anywhere.
    fn senders(&self, resource: &Resource, wait: &Wait, tier: Tier) -> Option<Vec<TaskId>> {
        if resource.depth.is_some_and(|depth| depth > 0) {
            return None;
        }
        let owners = self.snapshot.senders_of(resource.id).filter(|owners| tier.admits(owners.known));
        match owners {
            Some(owners) => (!owners.tasks.is_empty()).then_some(owners.tasks),
            None if tier == Tier::Attributed => self.repliers(wait),
            None => None,
        }
    }

    /// Who has the sender that the waiting task made for the answer to a message of its own, if that is certain to be in
    /// a message: in those queues that the task sent to, or with those who receive from them. Whoever waits for the next
    /// message has done with the ones before, and may have put the sender anywhere.
    pub(super) fn repliers(&self, wait: &Wait) -> Option<Vec<TaskId>> {
        let (task, channel) = (wait.task?, self.snapshot.resource(wait.resource?)?);
        let given = |end: &Endpoint| end.owner.is_none() && end.share.is_none() && end.last_user.is_none();
        let mut senders = self.snapshot.ends_of(channel.id).iter().filter(|end| end.side != Side::Receiver);
        if channel.creator != Some(task) || channel.senders != Some(1) || !senders.all(given) {
            return None;
        }
        let mut repliers = Vec::new();
        for queue in self.sent_to(task).iter().filter_map(|id| self.snapshot.resource(*id)) {
            if queue.closed {
                continue;
            }
            let owners = self.snapshot.receivers_of(queue.id).filter(|owners| owners.known != Known::LastUse);
            // During a poll nobody owns anything for certain, but a receiver hardly ever moves after it was used.
            let tasks = owners.map_or_else(|| self.only_receiver(queue), |owners| Some(owners.tasks))?;
            let idle = |id: &TaskId| self.waits_of(*id).iter().any(|wait| wait.resource == Some(queue.id));
            if tasks.iter().any(idle) {
                return None;
            }
            repliers.extend(tasks);
        }
        (!repliers.is_empty()).then_some(repliers)
    }

    /// Whether a thread may have been notified of its condition, and wait for the mutex now, which somebody took since.
    fn may_be_locked_out(&self, wait: &Wait) -> bool {
        let is_mutex = |id| {
            let resource = self.snapshot.resource(id);
            resource.is_some_and(|it| self.snapshot.group_of_resource(it).kind == ResourceKind::Mutex)
        };
        let later = |hold: &Hold| hold.since.is_none_or(|since| since >= wait.since);
        wait.op == Op::Wait && self.snapshot.holds.iter().any(|hold| later(hold) && is_mutex(hold.resource))
    }

    /// What a task's waits can be ended by, as far as that rests on what is shared.
    pub(super) fn shares_of(&self, task: TaskId) -> Vec<(ResourceId, Vec<TaskId>)> {
        self.waits_of(task).iter().filter_map(|wait| Some((wait.resource?, self.share_of(wait)?))).collect()
    }

    /// Whether who can end this wait rests on what is shared.
    pub(super) fn is_shared(&self, wait: &Wait) -> bool {
        self.share_of(wait).is_some()
    }

    fn share_of(&self, wait: &Wait) -> Option<Vec<TaskId>> {
        let id = wait.resource?;
        if let Some(tasks) = self.snapshot.reached_by(id) {
            // Permits are given back by those who have them, whoever can reach the semaphore.
            let counts = wait.op != Op::Acquire || self.is_out_of_use(id);
            return counts.then(|| tasks.to_vec());
        }
        let owners = match wait.op {
            Op::Send | Op::Wait => self.snapshot.receivers_of(id),
            Op::Recv | Op::Changed => self.snapshot.senders_of(id),
            _ => None,
        };
        owners.filter(|owners| owners.known == Known::Shared).map(|owners| owners.tasks)
    }
}
