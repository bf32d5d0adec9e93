//! The record of a handle: a strong reference of an `Arc` that a body keeps, and what is in the allocation.

use super::Resource;
use super::queue::End;
use crate::recorder::{self, with_current};
use crate::registry::{Dropped, HANDLES, HandleSlot, MAX_PARTS};
use crate::site::Body;
use std::ops::Range;
use std::ptr;
use std::sync::atomic::Ordering::Relaxed;

/// What is known to be in an allocation, beside the receivers that waited there. What does not fit is left out: then
/// nothing is known about it.
#[derive(Debug, Default)]
pub struct Parts {
    words: [u64; MAX_PARTS],
    ends: u32,
    len: usize,
}

impl Parts {
    /// Adds a resource.
    pub(crate) fn resource(&mut self, resource: &Resource) {
        if let Some(slot) = resource.slot() {
            self.add(slot.id().pack(), false);
        }
    }

    /// Adds an end of a channel.
    pub(crate) fn end(&mut self, end: &End) {
        if let Some(index) = end.index() {
            self.add(u64::from(index), true);
        }
    }

    fn add(&mut self, word: u64, is_end: bool) {
        if let Some(free) = self.words.get_mut(self.len) {
            *free = word;
            self.ends |= u32::from(is_end) << self.len;
            self.len += 1;
        }
    }
}

/// Says that a body keeps a handle, until it is dropped: as a variable of the body it goes before the handle does.
#[derive(Debug)]
#[must_use]
pub struct Kept(Option<&'static HandleSlot>);

impl Kept {
    /// Notes that the current task has entered `body`, which keeps a handle of the allocation with these parts, which is
    /// from its counts on in this range of addresses.
    pub(crate) fn new(range: Range<usize>, parts: &Parts, body: &'static Body) -> Self {
        Self(take(range, parts, body))
    }
}

fn take(range: Range<usize>, parts: &Parts, body: &'static Body) -> Option<&'static HandleSlot> {
    let task = with_current(|task| task.map(|task| task.id().pack()))?;
    let slot = recorder::with(|shard, _| {
        let index = shard.free_handles.pop(&HANDLES)?;
        let slot = HANDLES.get(index)?;
        slot.index.store(index, Relaxed);
        slot.task.store(task, Relaxed);
        slot.body.store(ptr::from_ref(body).cast_mut(), Relaxed);
        slot.counts.store(range.start as u64, Relaxed);
        slot.end.store(range.end as u64, Relaxed);
        for (to, from) in slot.parts.iter().zip(parts.words) {
            to.store(from, Relaxed);
        }
        slot.len.store(parts.len as u32, Relaxed);
        slot.ends.store(parts.ends, Relaxed);
        slot.open();
        Some(slot)
    });
    let slot = slot.flatten();
    if slot.is_none() {
        Dropped::End.count();
    }
    slot
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(slot) = self.0 {
            let index = slot.index.load(Relaxed);
            slot.close();
            recorder::with(|shard, _| shard.free_handles.push(&HANDLES, index));
        }
    }
}
