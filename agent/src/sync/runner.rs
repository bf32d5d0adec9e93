//! Who does what a blocked thread waits for, if that is known only while it waits.

use super::wait::Subject;
use crate::primitive::atomic::Ordering::Relaxed;
use crate::recorder::trace::{self, What};
use crate::recorder::with_current;
use crate::registry::{WAITS, WaitSlot};
use std::ptr;

/// Tells a wait that blocks its thread who does what it waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Runner(u32);

/// For as long as the current task does it.
#[derive(Debug)]
pub(crate) struct Running(Option<&'static WaitSlot>);

impl Runner {
    /// For the wait of this slot, whose number is one less; 0 is none.
    pub(super) fn new(number: u32) -> Self {
        Self(number)
    }

    /// The current task does it, until the returned value is dropped.
    ///
    /// The wait must last that long, and nobody else may tell it so: its thread is blocked until the caller lets it go.
    pub(crate) fn runs_here(self) -> Running {
        let slot = self.0.checked_sub(1).and_then(|number| WAITS.get(number));
        let runs = with_current(|task| task.map(|task| task.id().pack()));
        let (Some(slot), Some(runs)) = (slot, runs) else { return Running(None) };
        change(slot, Subject::Task(runs));
        Running(Some(slot))
    }
}

impl Drop for Running {
    /// From here on only the waiting thread itself has something to do, which may take it long.
    fn drop(&mut self) {
        if let Some(slot) = self.0 {
            change(slot, Subject::None);
        }
    }
}

fn change(slot: &WaitSlot, subject: Subject) {
    if trace::is_on() {
        let (task, op) = (slot.task.load(Relaxed), slot.op.load(Relaxed));
        trace::note_of(What::WaitEnded, task, slot.subject.load(Relaxed), op, ptr::null());
        trace::note_of(What::WaitBegan, task, subject.word(), op, slot.place.load(Relaxed));
    }
    slot.subject.store(subject.word(), Relaxed);
}
