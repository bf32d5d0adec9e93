//! The record of one end of a channel: who made it, who used it last, which body owns it.

use crate::recorder::{self, with_current};
use crate::registry::{Dropped, ENDS, EndSlot, ResourceSlot};
use crate::site::Body;
use std::ptr;
use std::sync::atomic::Ordering::Relaxed;

/// Which end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Sender = EndSlot::SENDER as isize,
    Weak = EndSlot::WEAK as isize,
    Receiver = EndSlot::RECEIVER as isize,
}

/// The record, as long as the end is alive. Without a slot nothing is known of the end, and the channel's slot says that
/// there is such an end.
#[derive(Debug)]
pub(crate) struct End(Option<&'static EndSlot>);

impl End {
    /// The record of an end that came from outside: the channel is not covered.
    pub(crate) const fn unknown() -> Self {
        Self(None)
    }

    /// The record of an end that the current task makes.
    pub(crate) fn new(channel: Option<&'static ResourceSlot>, side: Side) -> Self {
        let Some(channel) = channel else { return Self::unknown() };
        Self(take(channel, side, current()))
    }

    /// The place of its slot, if it has one.
    pub(crate) fn index(&self) -> Option<u32> {
        self.0.map(|slot| slot.index.load(Relaxed))
    }

    /// Notes that the current task uses the end.
    #[inline(always)]
    pub(crate) fn used(&self) {
        if let Some(slot) = self.0 {
            slot.user.store(current(), Relaxed);
        }
    }

    /// Notes how many messages of a broadcast channel are behind this receiver.
    pub(super) fn set_position(&self, messages: u64) {
        if let Some(slot) = self.0 {
            slot.position.store(messages as u32, Relaxed);
        }
    }

    /// Notes that so many more are behind it. Only the receiver itself may call this.
    #[inline(always)]
    pub(super) fn advance(&self, messages: u64) {
        if let Some(slot) = self.0 {
            let position = slot.position.load(Relaxed);
            slot.position.store(position.wrapping_add(messages as u32), Relaxed);
        }
    }

    /// Notes that the current task has entered a body that owns the end.
    pub(crate) fn own(&self, body: &'static Body) {
        if let Some(slot) = self.0 {
            slot.own(current(), body);
        }
    }

    /// Gives the slot back: the end is about to go, and is counted no longer after that.
    #[inline(always)]
    pub(crate) fn forget(&mut self) {
        if let Some(slot) = self.0.take() {
            give_back(slot);
        }
    }
}

/// A slot for an end of a channel. Without one, the channel's slot says that there is such an end.
pub(super) fn take(channel: &'static ResourceSlot, side: Side, creator: u64) -> Option<&'static EndSlot> {
    let slot = recorder::with(|shard, _| {
        let index = shard.free_ends.pop(&ENDS)?;
        let slot = ENDS.get(index)?;
        slot.index.store(index, Relaxed);
        slot.resource.store(channel.id().pack(), Relaxed);
        slot.creator.store(creator, Relaxed);
        slot.user.store(0, Relaxed);
        slot.owner.store(0, Relaxed);
        slot.body.store(ptr::null_mut(), Relaxed);
        slot.side.store(side as u8, Relaxed);
        slot.open();
        Some(slot)
    });
    let slot = slot.flatten();
    if slot.is_none() {
        Dropped::End.count();
        channel.state.fetch_or(ResourceSlot::LOST_END, Relaxed);
    }
    slot
}

pub(super) fn give_back(slot: &'static EndSlot) {
    let index = slot.index.load(Relaxed);
    slot.close();
    recorder::with(|shard, _| shard.free_ends.push(&ENDS, index));
}

#[inline(always)]
pub(super) fn current() -> u64 {
    with_current(|task| task.map_or(0, |task| task.id().pack()))
}

impl Drop for End {
    #[inline(always)]
    fn drop(&mut self) {
        self.forget();
    }
}
