//! Tries of one task, one after the other, that found a lock or permits taken.
//!
//! A try that is refused leaves no wait behind, so a task that only tries is in nobody's queue. The row is kept in words
//! of the slot that only queues use otherwise, and costs nothing where a lock is awaited and free.

use super::resource::Resource;
use crate::clock;
use crate::primitive::atomic::Ordering::Relaxed;
use crate::recorder;
use crate::registry::ResourceSlot;

impl Resource {
    /// Notes that the current task asked for it and got nothing. Outside of any task nothing is noted.
    #[cold]
    #[inline(never)]
    pub(crate) fn refuse(&self) {
        let Some(slot) = self.slot() else { return };
        recorder::recording(|_, local| {
            let Some(task) = local.task().map(|task| task.id().pack()) else { return };
            if slot.receiver.load(Relaxed) == task {
                slot.probe.fetch_add(1, Relaxed);
                return;
            }
            // Another task tried last: whoever comes between begins a row of its own. Two that do so at once may leave one
            // try too many.
            slot.probe.store(1, Relaxed);
            slot.probe_at.store(clock::ticks(), Relaxed);
            slot.receiver.store(task, Relaxed);
            slot.state.fetch_or(ResourceSlot::REFUSED, Relaxed);
        });
    }

    /// Notes that the current task got what it asked for: its row of refused tries is over.
    #[inline(always)]
    pub(crate) fn serve(&self) {
        if let Some(slot) = self.ready_slot()
            && slot.state.load(Relaxed) & ResourceSlot::REFUSED != 0
        {
            end_row(slot);
        }
    }
}

#[cold]
#[inline(never)]
fn end_row(slot: &ResourceSlot) {
    recorder::with(|_, local| {
        let task = local.task().map(|task| task.id().pack());
        if task == Some(slot.receiver.load(Relaxed)) {
            slot.receiver.store(0, Relaxed);
            slot.state.fetch_and(!ResourceSlot::REFUSED, Relaxed);
        }
    });
}
