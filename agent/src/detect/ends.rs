//! Who could end a wait.
//!
//! What is certain and what is only attributed is kept apart. A lock is given back by the task that holds it, or by one that
//! it spawned since and gave its guard to, as it can if the lock is a `static`: that is certain. An owned permit may have
//! been given to any task, and the receiver of a queue may have moved; that the task which took the one or used the other
//! last still has it is an attribution, and what follows from it is a suspicion.

use super::index::Index;
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{
    Endpoint, Known, Op, Resource, ResourceKind, Side, Task, TaskKind, TaskList, TaskState, Wait,
};

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
    pub(super) fn helpers(&self, task: &Task, tier: Tier) -> Option<Vec<TaskList>> {
        if let Some(polled) = self.held_up_by(task) {
            return Some(vec![[polled].into()]);
        }
        if let Some(root) = self.driven_by(task) {
            return Some(vec![[root.id].into()]);
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
        Some(helpers)
    }

    /// The tasks of which one must act before this wait can end; `None` if something else could end it. Who waits for the
    /// same shares the lists.
    pub(super) fn helpers_of_wait(&self, wait: &Wait, tier: Tier) -> Option<Vec<TaskList>> {
        let one = |list: TaskList| vec![list];
        if wait.op == Op::Pending {
            return Some(Vec::new());
        }
        if wait.children {
            let children = self.children_of(wait.task?);
            return (!children.is_empty()).then(|| one(children.into()));
        }
        if wait.op == Op::Join {
            return wait.target.map(|target| one([target].into()));
        }
        let resource = self.snapshot.resource(wait.resource?)?;
        if !resource.covered || resource.closed {
            return None;
        }
        let kind = self.snapshot.group_of_resource(resource).kind;
        match (kind, wait.op) {
            (ResourceKind::Mutex, Op::Lock) | (ResourceKind::OnceCell, Op::Init) => {
                self.holders(resource.id, tier).map(one)
            }
            (ResourceKind::Semaphore, Op::Acquire) => {
                self.permit_holders(resource, wait, tier).or_else(|| self.who_can_add(wait, tier).map(one))
            }
            (ResourceKind::RwLock, Op::Read | Op::Write) => self.lock_holders(resource.id, wait, tier),
            (ResourceKind::Mpsc, Op::Send) => self.receivers(resource, tier).map(one),
            (ResourceKind::Mpsc | ResourceKind::Oneshot | ResourceKind::Broadcast, Op::Recv)
            | (ResourceKind::Watch, Op::Changed) => self.senders(resource, wait, tier).map(one),
            (ResourceKind::Mpsc | ResourceKind::Oneshot | ResourceKind::Watch, Op::Wait) => {
                self.who_can_close(resource, tier).map(one)
            }
            // Whoever can reach it can notify, or arrive.
            (ResourceKind::Notify, Op::Notified)
            | (ResourceKind::Condvar | ResourceKind::Barrier, Op::Wait)
                if tier == Tier::Attributed =>
            {
                self.reached_by(resource.id).filter(|_| !self.may_be_locked_out(wait)).map(one)
            }
            _ => None,
        }
    }

    /// Who holds the permits that a wait needs, if too few are left for the first in the queue, and who is in front of it.
    fn permit_holders(&self, resource: &Resource, wait: &Wait, tier: Tier) -> Option<Vec<TaskList>> {
        // Permits that are out without a holder came from outside; those that were added may be a signal.
        let (wanted, left) = self.next_in_line(resource.id)?;
        // Permits are given in the order in which they were asked for: what is left is kept for the first.
        if u64::from(wanted) <= left {
            return None;
        }
        let mut helpers = vec![self.holders(resource.id, tier)?];
        // Whoever is in front may give up, if what is left would do for this one.
        if u64::from(wait.amount) <= left {
            helpers.push(self.line(resource.id).in_front_of(wait)?);
        }
        Some(helpers)
    }

    /// Who can add permits to a semaphore whose permits nobody has: those that it had were taken away for good, or it never
    /// had any.
    fn who_can_add(&self, wait: &Wait, tier: Tier) -> Option<TaskList> {
        self.share_of(wait.resource?, wait.op).filter(|_| tier == Tier::Attributed)
    }

    /// Whether nobody has anything of a resource, and nobody was given any without knowing.
    pub(super) fn is_out_of_use(&self, id: ResourceId) -> bool {
        self.holds_of(id).is_empty() && self.grants_of(id).is_empty()
    }

    /// Who holds a reader-writer lock, and which writers a reader is queued behind.
    fn lock_holders(&self, id: ResourceId, wait: &Wait, tier: Tier) -> Option<Vec<TaskList>> {
        let holders = self.holders(id, tier)?;
        // A writer needs everyone who has it to go, and so does a reader if that is a writer.
        if wait.op == Op::Write || self.holds_of(id).iter().all(|hold| hold.op == Op::Write) {
            return Some(vec![holders]);
        }
        // Readers have it, and this one waits because a writer came before it. If that gives up, it is let in.
        let writers = self.line_of_writers(id);
        // Without one it waits for something that is not known: so few readers are allowed.
        if writers.first()? > wait.since {
            return None;
        }
        Some(vec![holders, writers.in_front_of(wait)?])
    }

    /// Who receives from a full queue.
    fn receivers(&self, resource: &Resource, tier: Tier) -> Option<TaskList> {
        self.who_has(resource.id, tier, || self.find_receivers(resource, tier))
    }

    fn find_receivers(&self, resource: &Resource, tier: Tier) -> Option<TaskList> {
        let granted = self.grants_of(resource.id);
        if !granted.is_empty() {
            let tasks: Option<Vec<TaskId>> = granted.iter().map(|wait| wait.task).collect();
            return tasks.map(TaskList::from);
        }
        // A queue without room hands over from thread to thread: who waits longer than for that has not been met.
        let full = match resource.capacity {
            Some(capacity) => resource.depth? + resource.permits_out? >= capacity,
            None => resource.sent? >= resource.received?,
        };
        let shown = self.owners(resource.id, Side::Receiver).filter(|(_, known)| tier.admits(*known));
        match shown {
            _ if !full => None,
            Some((tasks, _)) => (!tasks.is_empty()).then_some(tasks),
            None if tier == Tier::Attributed => self.only_receiver(resource),
            None => None,
        }
    }

    /// Who can drop or close the receivers whose end a sender waits for. Whoever has the handle of one of them, and does not
    /// wait for it, may be about to abort it: to be told of that is what such a wait is for.
    fn who_can_close(&self, channel: &Resource, tier: Tier) -> Option<TaskList> {
        let (tasks, _) = self.owners(channel.id, Side::Receiver).filter(|(_, known)| tier.admits(*known))?;
        let may_be_aborted =
            |id: &TaskId| self.snapshot.task(*id).is_some_and(|task| task.abortable) && !self.is_awaited(*id);
        (!tasks.is_empty() && !tasks.iter().any(may_be_aborted)).then_some(tasks)
    }

    /// Who used the only receiver of a queue last: it hardly ever moves after that.
    fn only_receiver(&self, queue: &Resource) -> Option<TaskList> {
        let receiver = queue.last_receiver.filter(|_| queue.receivers == Some(1))?;
        self.snapshot.task(receiver).map(|task| [task.id].into())
    }

    /// Who can send a message, or let the channel close; each of them only if the source shows that it has all the
    /// ends that it was seen to use. A sender that was used by a task last may be anywhere.
    fn senders(&self, resource: &Resource, wait: &Wait, tier: Tier) -> Option<TaskList> {
        if resource.depth.is_some_and(|depth| depth > 0) {
            return None;
        }
        let owners = self.owners(resource.id, Side::Sender).filter(|(_, known)| tier.admits(*known));
        match owners {
            Some((tasks, _)) => (!tasks.is_empty()).then_some(tasks),
            None if tier == Tier::Attributed => self.repliers(wait),
            None => None,
        }
    }

    /// Who has the sender that the waiting task made for the answer to a message of its own, if that is certain to be in
    /// a message: in those queues that the task sent to, or with those who receive from them. Whoever waits for the next
    /// message has done with the ones before, and may have put the sender anywhere.
    pub(super) fn repliers(&self, wait: &Wait) -> Option<TaskList> {
        let (task, channel) = (wait.task?, self.snapshot.resource(wait.resource?)?);
        if channel.creator != Some(task) || channel.senders != Some(1) {
            return None;
        }
        let given = |end: &Endpoint| end.owner.is_none() && end.share.is_none() && end.last_user.is_none();
        let mut senders = self.snapshot.ends_of(channel.id).iter().filter(|end| end.side != Side::Receiver);
        if !senders.all(given) {
            return None;
        }
        let mut repliers = Vec::new();
        for queue in self.sent_to(task).iter().filter_map(|id| self.snapshot.resource(*id)) {
            if queue.closed {
                continue;
            }
            let owners = self.owners(queue.id, Side::Receiver).filter(|(_, known)| *known != Known::LastUse);
            // During a poll nobody owns anything for certain, but a receiver hardly ever moves after it was used.
            let tasks = owners.map_or_else(|| self.only_receiver(queue), |(tasks, _)| Some(tasks))?;
            let idle = |id: &TaskId| self.waits_of(*id).iter().any(|wait| wait.resource == Some(queue.id));
            if tasks.iter().any(idle) {
                return None;
            }
            repliers.extend(tasks.iter());
        }
        (!repliers.is_empty()).then(|| repliers.into())
    }

    /// Whether a thread may have been notified of its condition, and wait for the mutex now, which somebody took since.
    fn may_be_locked_out(&self, wait: &Wait) -> bool {
        wait.op == Op::Wait && self.last_lock().is_some_and(|since| since >= wait.since)
    }

    /// What can end a task's waits, as far as that rests on what is shared.
    pub(super) fn shares_of(&self, task: TaskId) -> Vec<(ResourceId, Op)> {
        let waits = self.waits_of(task).iter().filter_map(|wait| Some((wait.resource?, wait.op)));
        waits.filter(|(id, op)| self.share_of(*id, *op).is_some()).collect()
    }

    /// Whether who can end this wait rests on what is shared.
    pub(super) fn is_shared(&self, wait: &Wait) -> bool {
        wait.resource.is_some_and(|id| self.share_of(id, wait.op).is_some())
    }

    /// Who can end such waits for a resource, if that rests on what is shared.
    pub(super) fn share_of(&self, id: ResourceId, op: Op) -> Option<TaskList> {
        if let Some(tasks) = self.reached_by(id) {
            // Permits are given back by those who have them, whoever can reach the semaphore.
            let counts = op != Op::Acquire || self.is_out_of_use(id);
            return counts.then_some(tasks);
        }
        let owners = match op {
            Op::Send | Op::Wait => self.owners(id, Side::Receiver),
            Op::Recv | Op::Changed => self.owners(id, Side::Sender),
            _ => None,
        };
        owners.filter(|(_, known)| *known == Known::Shared).map(|(tasks, _)| tasks)
    }
}
