//! What is kept of a task.

use crate::id::TaskId;

/// What must be known of a task.
#[derive(Clone, Copy, Debug)]
pub(in crate::snapshot) struct Facts {
    pub(in crate::snapshot) id: TaskId,
    /// Whether nothing but a waker can run it, all of them are counted, and none of them was used.
    pub(in crate::snapshot) asleep: bool,
    pub(in crate::snapshot) wakers: u32,
    pub(in crate::snapshot) parent: Option<TaskId>,
    /// Whether it may be in a set that its parent awaits.
    pub(in crate::snapshot) child: bool,
    /// Whether its parent drives it with `block_on`.
    pub(in crate::snapshot) root: bool,
}

/// A task, or a slot without one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry {
    generation: u32,
    marks: u8,
    /// At most 255.
    wakers: u8,
    /// Its waits so far, at most 255.
    waits: u8,
    /// Whether a wait of it was left out.
    partly: bool,
}

impl Entry {
    const LIVE: u8 = 1;
    const ASLEEP: u8 = 2;
    /// A wait blocks its thread until it is over.
    const BLOCKED: u8 = 4;
    /// A wait blocks its thread for a limited time.
    const TIMED: u8 = 8;
    /// Somebody outside can end one of the waits that wait for a waker.
    const HELPED: u8 = 16;
    /// Somebody outside can end the wait that blocks the thread.
    const UNBLOCKED: u8 = 32;
    /// It drives futures with `block_on`, and not all of them can be helped.
    const DRIVES: u8 = 64;
    /// A local task whose thread may be blocked in another task.
    const HELD_UP: u8 = 128;

    pub(super) fn new(facts: &Facts) -> Self {
        Self {
            generation: facts.id.generation(),
            marks: Self::LIVE | if facts.asleep { Self::ASLEEP } else { 0 },
            wakers: facts.wakers.min(u32::from(u8::MAX)) as u8,
            waits: 0,
            partly: false,
        }
    }

    /// Whether this is the entry of a task with this generation.
    pub(super) fn is(self, generation: u32) -> bool {
        self.has(Self::LIVE) && self.generation == generation
    }

    /// Whether nothing is known that could let it go on. A task may be shown to be none of the stuck by rules that are not
    /// followed here.
    pub(super) fn may_be_stuck(self) -> bool {
        match () {
            () if !self.has(Self::LIVE) => false,
            () if self.has(Self::HELD_UP | Self::DRIVES) => true,
            // What waits beside a wait that blocks does not count.
            () if self.has(Self::BLOCKED) => !self.has(Self::UNBLOCKED),
            () if !self.has(Self::ASLEEP) => false,
            () if self.wakers == 0 || self.has(Self::TIMED) => true,
            // More wakers than waits: somebody has one who is not known.
            () => !self.has(Self::HELPED) && (self.wakers <= self.waits || self.waits == u8::MAX),
        }
    }

    /// Notes a wait.
    pub(super) fn waits(&mut self, blocking: bool, timed: bool) {
        self.waits = self.waits.saturating_add(1);
        if blocking {
            self.marks |= if timed { Self::TIMED } else { Self::BLOCKED };
        }
    }

    /// Notes that somebody outside can end a wait. Whether that was not known.
    pub(super) fn help(&mut self, blocking: bool) -> bool {
        let mark = if blocking { Self::UNBLOCKED } else { Self::HELPED };
        let new = !self.has(mark);
        self.marks |= mark;
        new
    }

    pub(super) fn leave_out(&mut self) {
        self.partly = true;
    }

    pub(super) fn is_partly_known(self) -> bool {
        self.partly
    }

    pub(super) fn hold_up(&mut self) {
        self.marks |= Self::HELD_UP;
    }

    pub(super) fn drive(&mut self, drives: bool) {
        self.marks &= !Self::DRIVES;
        self.marks |= if drives { Self::DRIVES } else { 0 };
    }

    fn has(self, marks: u8) -> bool {
        self.marks & marks != 0
    }
}
