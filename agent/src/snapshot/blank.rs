//! Values of which nothing is known but what they are. Who reads or writes a snapshot completes them.

use super::*;
use crate::id::{PoolId, ResourceGroupId, ResourceId, TaskGroupId, TaskId};

impl TaskGroup {
    /// A group without a task so far.
    pub fn new(pool: PoolId, kind: TaskKind, label: impl Into<String>, place: Place) -> Self {
        Self {
            pool,
            kind,
            label: label.into(),
            place,
            spawned: 0,
            finished: Finished::default(),
            poll: Histogram::default(),
            schedule_delay: Histogram::default(),
            lifetime: Histogram::default(),
        }
    }
}

impl Task {
    /// A task that is covered and waits, with one waker to wake it.
    pub fn new(id: TaskId, group: TaskGroupId) -> Self {
        Self {
            id,
            group,
            state: TaskState::Waiting,
            parent: None,
            spawned_at: 0,
            name: None,
            since: 0,
            polls: 0,
            busy: 0,
            scheduled: 0,
            wakes: 0,
            wakers: 1,
            covered: true,
            awaits: Vec::new(),
            awaits_lost: 0,
            inner: Vec::new(),
            inner_lost: 0,
            awaited: None,
            abortable: false,
            may_be_stopped: false,
            thread: None,
        }
    }
}

impl ResourceGroup {
    /// A group without a resource so far.
    pub fn new(pool: PoolId, kind: ResourceKind, name: impl Into<String>, place: Place) -> Self {
        Self {
            pool,
            kind,
            name: name.into(),
            place,
            created: 0,
            wait: Histogram::default(),
            hold: Histogram::default(),
            dwell: Histogram::default(),
            send_wait: Histogram::default(),
            write_wait: Histogram::default(),
            write_hold: Histogram::default(),
            acquired: 0,
            sent: 0,
            received: 0,
            missed: 0,
        }
    }
}

impl Resource {
    /// A resource that is covered, with nothing in it or out of it that is known.
    pub fn new(id: ResourceId, group: ResourceGroupId) -> Self {
        Self {
            id,
            group,
            created_at: 0,
            creator: None,
            covered: true,
            closed: false,
            depth: None,
            capacity: None,
            senders: None,
            receivers: None,
            sent: None,
            received: None,
            missed: None,
            permits: None,
            permits_added: None,
            permits_forgotten: None,
            refused: None,
            permits_out: None,
            parties: None,
            arrived: None,
            last_sender: None,
            last_receiver: None,
        }
    }
}

impl Wait {
    /// A wait for nothing that is known, in a future that its task polls with its own waker.
    pub fn new(op: Op, place: Place) -> Self {
        Self {
            task: None,
            resource: None,
            target: None,
            children: false,
            op,
            place,
            since: 0,
            current: true,
            unpolled: Some(0),
            own_waker: true,
            blocking: false,
            timed: false,
            amount: 1,
        }
    }
}

impl Hold {
    /// A guard, or one permit, that stays with who took it.
    pub fn new(resource: ResourceId, op: Op, place: Place) -> Self {
        Self {
            resource,
            task: None,
            op,
            place,
            since: None,
            amount: 1,
            movable: false,
            may_be_with: TaskList::default(),
        }
    }
}

impl Endpoint {
    /// An end that somebody unknown has.
    pub fn new(resource: ResourceId, side: Side) -> Self {
        Self { resource, side, creator: None, last_user: None, owner: None, behind: None, share: None }
    }
}
