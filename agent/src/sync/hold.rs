//! A hold: permits or a guard that are out, recorded until they come back.

use crate::clock;
use crate::recorder;
use crate::registry::{Dropped, HOLDS, HoldSlot, ResourceSlot};
use std::panic::Location;
use std::ptr;
use std::sync::atomic::Ordering::Relaxed;

/// The record of a guard or of permits. Without a slot every method does nothing.
#[derive(Debug)]
pub(crate) struct Hold {
    slot: Option<&'static HoldSlot>,
}

impl Hold {
    /// Records that the current task took `amount` of `resource` at `place`.
    #[inline(always)]
    pub(crate) fn new(
        resource: &'static ResourceSlot,
        amount: u32,
        place: &'static Location<'static>,
    ) -> Self {
        let slot = recorder::with(|shard, local| {
            let index = shard.free_holds.pop(&HOLDS)?;
            let slot = HOLDS.get(index)?;
            slot.index.store(index, Relaxed);
            // SAFETY: null, or a slot, which is never unmapped.
            let (task, since) = match unsafe { local.task.get().as_ref() } {
                // The start of the poll in which it was taken: exact to that poll, and free of charge.
                Some(task) => (task.id().pack(), task.since.load(Relaxed)),
                None => (0, clock::ticks()),
            };
            slot.amount.store(amount, Relaxed);
            slot.task.store(task, Relaxed);
            slot.resource.store(resource.id().pack(), Relaxed);
            slot.place.store(ptr::from_ref(place).cast_mut(), Relaxed);
            slot.since.store(since, Relaxed);
            slot.open();
            Some(slot)
        });
        let slot = slot.flatten();
        if slot.is_none() {
            Dropped::Hold.count();
        }
        Self { slot }
    }

    /// A hold that is not recorded.
    pub(crate) const fn unseen() -> Self {
        Self { slot: None }
    }

    /// When it was taken, in ticks.
    pub(crate) fn since(&self) -> Option<u64> {
        self.slot.map(|slot| slot.since.load(Relaxed))
    }

    /// Changes how much is held.
    pub(crate) fn set_amount(&self, amount: u32) {
        if let Some(slot) = self.slot {
            slot.amount.store(amount, Relaxed);
        }
    }
}

impl Drop for Hold {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            slot.close();
            recorder::with(|shard, _| shard.free_holds.push(&HOLDS, slot.index.load(Relaxed)));
        }
    }
}
