//! A thread that waits: its task is shown as waiting for that time.

use super::poll::{start, stop};
use crate::clock;
use crate::recorder::with_current;
use crate::registry::TaskSlot;
use std::sync::atomic::Ordering::Relaxed;

/// The current task waits until this is dropped, if it is a thread. Any other task is in the middle of its poll, and
/// stays there; so is a thread whose wait is a part of another one.
#[derive(Debug)]
pub(crate) struct Paused(Option<&'static TaskSlot>);

impl Paused {
    /// The wait begins. To be called with its record open, so that a thread that is shown as waiting has one.
    pub(crate) fn new() -> Self {
        let thread = |slot: &&TaskSlot| {
            slot.group.load(Relaxed) & TaskSlot::THREAD != 0 && slot.polls.load(Relaxed) & 1 == 1
        };
        let slot = with_current(|task| task.filter(thread));
        if let Some(slot) = slot {
            stop(slot, clock::ticks());
        }
        Self(slot)
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        if let Some(slot) = self.0 {
            start(slot, clock::ticks());
        }
    }
}
