//! What this thread reads, for locks whose guards have no room for the record of their hold.
//!
//! Such a lock is let go by the thread that took it, so each thread keeps the records of its own.

use super::Hold;
use super::hold::Ended;
use crate::recorder::with_current;
use crate::registry::{Dropped, ResourceSlot};
use std::cell::Cell;
use std::mem::ManuallyDrop;

/// How many locks a thread can read at the same time and be seen.
const ROOM: usize = 32;

/// Nothing runs at the end of the thread: what it reads then, it never gives back.
struct Readers {
    count: Cell<usize>,
    holds: [Cell<ManuallyDrop<Hold>>; ROOM],
}

thread_local! {
    static READERS: Readers = const {
        Readers { count: Cell::new(0), holds: [const { Cell::new(ManuallyDrop::new(Hold::unseen())) }; ROOM] }
    };
}

impl Hold {
    /// Keeps the record until this thread [takes it back](Self::kept).
    pub(crate) fn keep(self, resource: Option<&'static ResourceSlot>) {
        let Some(resource) = resource else { return };
        READERS.with(|readers| {
            let count = readers.count.get();
            match readers.holds.get(count) {
                Some(cell) => {
                    cell.set(ManuallyDrop::new(self));
                    readers.count.set(count + 1);
                }
                None => {
                    // A reader that is not recorded.
                    Dropped::Hold.count();
                    super::queue::escape(Some(resource));
                }
            }
        });
    }

    /// The record of a hold of `resource` that this thread keeps: the last one of the current task, or of any.
    pub(crate) fn kept(resource: Option<&'static ResourceSlot>) -> Hold {
        let Some(resource) = resource else { return Hold::unseen() };
        let id = resource.id().pack();
        let task = with_current(|task| task.map_or(0, |task| task.id().pack()));
        READERS.with(|readers| {
            let count = readers.count.get();
            let mut found = None;
            for at in (0..count).rev() {
                let hold = take(&readers.holds[at]);
                let whose = hold.task_with(id);
                readers.holds[at].set(ManuallyDrop::new(hold));
                if whose == Some(task) {
                    found = Some(at);
                    break;
                }
                if whose.is_some() && found.is_none() {
                    found = Some(at);
                }
            }
            let Some(at) = found else { return Hold::unseen() };
            let hold = take(&readers.holds[at]);
            for next in at + 1..count {
                readers.holds[next - 1].swap(&readers.holds[next]);
            }
            readers.count.set(count - 1);
            hold
        })
    }

    /// Ends a hold that this thread keeps, before `unlock` does; its duration is recorded after that.
    pub(crate) fn end_kept(resource: Option<&'static ResourceSlot>, unlock: impl FnOnce()) {
        let ended: Ended = Hold::kept(resource).end();
        unlock();
        ended.record();
    }
}

fn take(cell: &Cell<ManuallyDrop<Hold>>) -> Hold {
    ManuallyDrop::into_inner(cell.replace(ManuallyDrop::new(Hold::unseen())))
}
