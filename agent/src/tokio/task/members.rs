//! Who is in a set of tasks, to tell an abort of the set from other ends, and whom one waits for that awaits the set.

use crate::id::TaskId;
use crate::recorder::with_current;
use crate::sync::Subject;
use crate::task::{is_alive, mark_aborted, mark_detached};

/// How many ended tasks the list may hold before it is cleaned, beside as many as are alive.
const SLACK: usize = 32;

/// The members. To drop the list while they are in it is to abort them, as a set does.
#[derive(Debug, Default)]
pub(crate) struct Members {
    /// Their ids, packed; also some of members that have ended.
    ids: Vec<u64>,
    spawner: Spawner,
}

/// Who has spawned the members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Spawner {
    /// There was none so far.
    #[default]
    Nobody,
    /// This task, packed, has spawned all of them.
    One(u64),
    /// Several tasks, or one that is not recorded; or a member is not.
    Several,
}

impl Members {
    /// Those of a set that comes from outside with so many in it: who they are is not known.
    pub(crate) fn from_outside(alive: usize) -> Self {
        let spawner = if alive == 0 { Spawner::Nobody } else { Spawner::Several };
        Self { ids: Vec::new(), spawner }
    }

    /// One more of a set that has `alive`; 0 is a task that is not recorded.
    pub(crate) fn add(&mut self, id: u64, alive: usize) {
        if self.ids.len() >= 2 * alive + SLACK {
            self.ids.retain(|id| TaskId::unpack(*id).is_some_and(is_alive));
        }
        let spawner = current().filter(|_| id != 0).map_or(Spawner::Several, Spawner::One);
        self.spawner = if matches!(self.spawner, Spawner::Nobody) || self.spawner == spawner {
            spawner
        } else {
            Spawner::Several
        };
        if id != 0 {
            self.ids.push(id);
        }
    }

    /// What the current task waits for when it awaits the next member.
    pub(crate) fn subject(&self) -> Subject {
        match (self.spawner, current()) {
            (Spawner::One(spawner), Some(task)) if spawner == task => Subject::Children(task),
            _ => Subject::None,
        }
    }

    /// Notes that somebody asked for the abort of all of them. The set may forget them then.
    pub(crate) fn mark_aborted(&mut self) {
        self.ids.drain(..).filter_map(TaskId::unpack).for_each(mark_aborted);
    }

    /// Forgets them: what becomes of their set is not seen any more.
    pub(crate) fn leave(mut self) {
        self.ids.clear();
    }

    /// Notes that they are in no set any more, and go on without it.
    pub(crate) fn mark_detached(&mut self) {
        self.ids.drain(..).filter_map(TaskId::unpack).for_each(mark_detached);
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        self.mark_aborted();
    }
}

/// The current task, packed.
fn current() -> Option<u64> {
    with_current(|task| task.map(|task| task.id().pack()))
}
