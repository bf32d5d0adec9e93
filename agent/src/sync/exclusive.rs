//! The one holder of a lock.

use super::Resource;
use super::resource::with_block;
use crate::clock;
use crate::recorder::{self, bump};
use crate::registry::ResourceSlot;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::Ordering::Relaxed;

/// One of `1 << SHIFT` holds that began without a wait is timed.
const SHIFT: u32 = 4;

/// The record of who holds a lock. It is dropped before the real guard, so that the holder is cleared before the
/// lock is free.
#[derive(Debug)]
pub(crate) struct Exclusive {
    slot: Option<&'static ResourceSlot>,
}

/// The duration of a hold. It is dropped after the real guard, so that nobody waits for the histogram.
#[derive(Debug)]
pub(crate) struct HoldTime {
    slot: Option<&'static ResourceSlot>,
    since: u64,
}

impl Exclusive {
    /// Records that the current task took the lock at `place`; `waited` says whether it had to wait.
    #[inline(always)]
    pub(crate) fn taken(
        resource: &Resource,
        place: &'static Location<'static>,
        waited: bool,
    ) -> (Exclusive, HoldTime) {
        let Some(slot) = resource.slot() else {
            return (Exclusive { slot: None }, HoldTime { slot: None, since: 0 });
        };
        let since = recorder::with(|shard, local| {
            // SAFETY: null, or a slot, which is never unmapped.
            let (user, since) = match unsafe { local.task.get().as_ref() } {
                // The start of the poll in which it was taken: exact to that poll, and free of charge.
                Some(task) => (task.id().pack(), task.since.load(Relaxed)),
                None => (ResourceSlot::NOBODY, clock::ticks()),
            };
            slot.since.store(since, Relaxed);
            slot.place.store(ptr::from_ref(place).cast_mut(), Relaxed);
            slot.user.store(user, Relaxed);
            bump(&slot.entered, 1);
            if waited || shard.sampled(SHIFT) { clock::ticks() } else { 0 }
        });
        match since {
            Some(since) if since != 0 => {
                (Exclusive { slot: Some(slot) }, HoldTime { slot: Some(slot), since })
            }
            _ => (Exclusive { slot: Some(slot) }, HoldTime { slot: None, since: 0 }),
        }
    }
}

impl Drop for Exclusive {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            slot.user.store(0, Relaxed);
        }
    }
}

impl Drop for HoldTime {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            let held = clock::ticks().saturating_sub(self.since);
            with_block(slot, |_, block| block.hold.record(held));
        }
    }
}
