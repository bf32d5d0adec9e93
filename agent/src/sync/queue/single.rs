//! The ends of a channel for one value. There are two at the most, so each of its words has one writer, and a channel that
//! ends where the next one begins leaves its slot to that one.

use super::end::{current, give_back, take};
use super::flow::{close_probe, note_receiver, note_sender};
use super::{Side, escape};
use crate::clock;
use crate::primitive::atomic::{
    Ordering::{AcqRel, Acquire, Relaxed, Release},
    fence,
};
use crate::recorder::trace::{self, What};
use crate::recorder::{self, MARK, bump};
use crate::registry::{ENDS, ResourceSlot};
use crate::site::Body;
use crate::sync::resource::{Kind, free, group_of, record};
use crate::sync::wait::{Op, Record, Subject, record_wait};
use std::panic::Location;
use std::ptr;
use std::task::{Context, Poll};

/// The part of the sender that records.
#[derive(Debug)]
pub(crate) struct SingleSender(Option<&'static ResourceSlot>);

/// The part of the receiver that records; it also keeps the record of its wait.
#[derive(Debug)]
pub(crate) struct SingleReceiver {
    slot: Option<&'static ResourceSlot>,
    wait: Record,
}

/// Records the creation of a channel for one value at `location`.
#[inline(always)]
pub(crate) fn single(location: &'static Location<'static>) -> (SingleSender, SingleReceiver) {
    let slot = begin(location);
    (SingleSender(slot), SingleReceiver { slot, wait: Record::NONE })
}

/// The hot one: the last such channel of this thread has left its slot. What no such channel writes is as it was.
#[inline(never)]
fn begin(location: &'static Location<'static>) -> Option<&'static ResourceSlot> {
    let local = recorder::local();
    let Some(shard) = local.fast() else { return begin_slowly(location) };
    let left = shard.home_single.get();
    // SAFETY: null, or a slot, which is never unmapped.
    let Some(slot) = (unsafe { left.as_ref() }) else { return begin_slowly(location) };
    shard.home_single.set(ptr::null());
    let (creator, group) = group_of(shard, local, Kind::Oneshot, location);
    slot.group.store(group, Relaxed);
    slot.created_at.store(clock::direct(), Relaxed);
    slot.creator.store(creator, Relaxed);
    for word in [&slot.user, &slot.receiver, &slot.entered, &slot.left] {
        word.store(0, Relaxed);
    }
    slot.probe.store(if shard.single_is_sample() { ResourceSlot::PROBE_BUSY } else { 0 }, Relaxed);
    for count in [&slot.senders, &slot.receivers] {
        count.store(1, Relaxed);
    }
    slot.handles.store(2, Relaxed);
    // Release: a reader that sees the live bit sees all of the above.
    slot.state.store(slot.state.load(Relaxed) | ResourceSlot::LIVE, Release);
    bump(&shard.resources.own(group | MARK).created, 1);
    Some(slot)
}

#[cold]
#[inline(never)]
fn begin_slowly(location: &'static Location<'static>) -> Option<&'static ResourceSlot> {
    let slot = record(Kind::Oneshot, 0, location)?;
    let timed = recorder::with(|shard, _| shard.single_is_sample()) == Some(true);
    slot.probe.store(if timed { ResourceSlot::PROBE_BUSY } else { 0 }, Relaxed);
    slot.senders.store(1, Relaxed);
    slot.receivers.store(1, Relaxed);
    slot.handles.store(2, Relaxed);
    Some(slot)
}

/// An end is gone. Whoever is last gives the slot back.
#[inline(never)]
fn release(slot: &'static ResourceSlot) {
    // Release: what was recorded through this end comes before the freeing.
    if slot.handles.fetch_sub(1, Release) == 1 {
        // Acquire: pairs with the release of the other end.
        fence(Acquire);
        leave(slot);
    }
}

/// Leaves the slot to the next such channel of this thread, or gives it back.
#[inline(always)]
fn leave(slot: &'static ResourceSlot) {
    let Some(shard) = recorder::local().fast().filter(|shard| shard.home_single.get().is_null()) else {
        return free(slot);
    };
    let next = ((slot.state.load(Relaxed) >> 32) as u32).wrapping_add(1).max(1);
    slot.state.store(u64::from(next) << 32, Relaxed);
    // Release: as in `free`.
    fence(Release);
    let block = shard.resources.own(slot.group.load(Relaxed) | MARK);
    bump(&block.entered, slot.entered.load(Relaxed));
    bump(&block.left, slot.left.load(Relaxed));
    shard.home_single.set(slot);
}

/// The slot of a channel that was made elsewhere, and of which one end was brought in.
fn foreign(location: &'static Location<'static>, bits: u64) -> Option<&'static ResourceSlot> {
    let slot = record(Kind::Oneshot, 0, location)?;
    slot.handles.store(1, Relaxed);
    slot.state.fetch_or(ResourceSlot::FOREIGN | bits, Relaxed);
    Some(slot)
}

/// Where the slot keeps the record of this end.
const fn place_of(side: Side) -> usize {
    matches!(side, Side::Receiver) as usize
}

/// Notes that the current task has entered a body that owns this end. It has a record from then on.
fn own(slot: Option<&'static ResourceSlot>, side: Side, body: &'static Body) {
    let Some(slot) = slot else { return };
    let cell = &slot.ends[place_of(side)];
    // Acquire: pairs with the release below.
    let mut number = cell.load(Acquire);
    if number == 0 {
        let Some(end) = take(slot, side, slot.creator.load(Relaxed)) else { return };
        let mine = end.index.load(Relaxed) + 1;
        // The end may be shared: another thread may have been quicker.
        number = match cell.compare_exchange(0, mine, AcqRel, Acquire) {
            Ok(_) => mine,
            Err(theirs) => {
                give_back(end);
                theirs
            }
        };
    }
    if let Some(end) = ENDS.get(number - 1) {
        end.own(current(), body);
    }
}

/// Gives back the record of an end that is about to go.
#[inline(always)]
fn forget(slot: &'static ResourceSlot, side: Side) {
    if slot.ends[place_of(side)].load(Relaxed) != 0 {
        forget_now(slot, side);
    }
}

#[cold]
#[inline(never)]
fn forget_now(slot: &'static ResourceSlot, side: Side) {
    let cell = &slot.ends[place_of(side)];
    let number = cell.load(Acquire);
    cell.store(0, Relaxed);
    if let Some(end) = number.checked_sub(1).and_then(|index| ENDS.get(index)) {
        give_back(end);
    }
}

impl SingleSender {
    /// The end of a sender that came from outside.
    pub(crate) fn from_outside(location: &'static Location<'static>) -> Self {
        let slot = foreign(location, ResourceSlot::HANDED_OUT);
        if let Some(slot) = slot {
            slot.senders.store(1, Relaxed);
        }
        Self(slot)
    }

    /// The channel's slot.
    #[inline(always)]
    pub(crate) fn slot(&self) -> Option<&'static ResourceSlot> {
        self.0
    }

    /// The current task is about to send. One message of some is timed.
    #[inline(always)]
    pub(crate) fn sends(&self) {
        if let Some(slot) = self.0
            && slot.probe.load(Relaxed) != 0
        {
            arm(slot);
        }
    }

    /// The current task has sent.
    #[inline(always)]
    pub(crate) fn sent(&self) {
        let Some(slot) = self.0 else { return };
        note_sender(slot);
        slot.entered.store(1, Relaxed);
        if trace::is_on() {
            trace::note_message(What::Sent, slot.id().pack(), 0);
        }
    }

    /// Notes that the current task has entered a body that owns the sender.
    pub(crate) fn own(&self, body: &'static Body) {
        own(self.0, Side::Sender, body);
    }

    /// Notes that the plain sender is used outside of the drop-in from now on.
    pub(crate) fn escape(&self) {
        escape(self.0);
    }
}

#[cold]
#[inline(never)]
fn arm(slot: &ResourceSlot) {
    if slot.state.load(Relaxed) & ResourceSlot::FOREIGN == 0 {
        slot.probe_at.store(clock::ticks(), Relaxed);
        // Release: whoever sees the number sees the time.
        slot.probe.store(1, Release);
    }
}

impl Drop for SingleSender {
    #[inline(always)]
    fn drop(&mut self) {
        let Some(slot) = self.0 else { return };
        forget(slot, Side::Sender);
        slot.senders.store(0, Relaxed);
        release(slot);
    }
}

impl SingleReceiver {
    /// The end of a receiver that came from outside.
    pub(crate) fn from_outside(location: &'static Location<'static>) -> Self {
        let slot = foreign(location, 0);
        if let Some(slot) = slot {
            slot.receivers.store(1, Relaxed);
        }
        Self { slot, wait: Record::NONE }
    }

    /// The channel's slot.
    #[inline(always)]
    pub(crate) fn slot(&self) -> Option<&'static ResourceSlot> {
        self.slot
    }

    /// Notes that the current task has entered a body that owns the receiver.
    pub(crate) fn own(&self, body: &'static Body) {
        own(self.slot, Side::Receiver, body);
    }

    /// Notes that the plain receiver is used outside of the drop-in from now on: the end of this end is not that of the
    /// channel.
    pub(crate) fn hand_out(&self) {
        let Some(slot) = self.slot else { return };
        // From now on the end of the sender says nothing, unless it was before.
        let covered = slot.state.load(Relaxed) & ResourceSlot::FOREIGN == 0;
        let closed = covered && slot.senders.load(Relaxed) == 0;
        let bits = ResourceSlot::FOREIGN | ResourceSlot::HANDED_OUT;
        slot.state.fetch_or(if closed { bits | ResourceSlot::CLOSED } else { bits }, Relaxed);
    }

    /// Notes that the channel was closed.
    pub(crate) fn close(&self) {
        if let Some(slot) = self.slot {
            slot.state.fetch_or(ResourceSlot::CLOSED, Relaxed);
        }
    }

    /// Notes what a poll of the receiver returned.
    #[inline(always)]
    pub(crate) fn polled<T, E>(&mut self, result: &Poll<Result<T, E>>, cx: &Context<'_>) {
        match result {
            Poll::Ready(received) => self.received(received.is_ok()),
            Poll::Pending => self.pending(cx),
        }
    }

    #[cold]
    #[inline(never)]
    fn pending(&mut self, cx: &Context<'_>) {
        if let Some(slot) = self.slot {
            self.wait.pending(cx.waker(), Subject::Resource(slot), Op::Recv, 1, ptr::null());
        }
    }

    /// Notes that the receiver got the value, or will get none.
    #[inline(always)]
    pub(crate) fn received(&mut self, value: bool) {
        if self.wait.is_open() {
            self.end_wait();
        }
        let Some(slot) = self.slot.filter(|_| value) else { return };
        slot.left.store(1, Relaxed);
        note_receiver(slot);
        if trace::is_on() {
            trace::note_message(What::Received, slot.id().pack(), 0);
        }
        if slot.probe.load(Relaxed) == 1 {
            close_probe(slot, 0);
        }
    }

    #[cold]
    #[inline(never)]
    fn end_wait(&mut self) {
        if let (Some(waited), Some(slot)) = (self.wait.close(), self.slot) {
            record_wait(slot, Op::Recv, waited);
        }
    }
}

impl Drop for SingleReceiver {
    #[inline(always)]
    fn drop(&mut self) {
        if self.wait.is_open() {
            self.end_wait();
        }
        let Some(slot) = self.slot else { return };
        forget(slot, Side::Receiver);
        slot.receivers.store(0, Relaxed);
        release(slot);
    }
}
