//! The two ends: what they send, receive and wait for.

use super::slot::{foreign, release};
use crate::clock;
use crate::primitive::atomic::{
    AtomicU32,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use crate::recorder::trace::{self, What};
use crate::registry::{ENDS, ResourceSlot};
use crate::site::Body;
use crate::sync::Seen;
use crate::sync::queue::end::{current, give_back, take};
use crate::sync::queue::flow::{self, close_probe, note_receiver};
use crate::sync::queue::{Side, escape};
use crate::sync::wait::{Op, Record, Subject, record_wait};
use std::mem;
use std::panic::Location;
use std::ptr;
use std::task::{Context, Poll};

/// The part of the sender that records.
#[derive(Debug)]
pub(crate) struct SingleSender(Option<&'static ResourceSlot>);

/// The part of the receiver that records. It is over when the value was received, even if the receiver is not gone yet.
#[derive(Debug)]
pub(crate) struct SingleReceiver(Option<&'static ResourceSlot>);

/// Where the slot keeps the word of this end; in most channels it is 0, and then there is no more to do when the end goes.
const fn place_of(side: Side) -> usize {
    matches!(side, Side::Receiver) as usize
}

/// In the word of an end: the value is timed.
pub(super) const TIMED: u32 = 1 << 31;
/// In the word of an end: it waits, or has waited.
const WAITED: u32 = 1 << 30;
/// In the word of an end: its record.
const NUMBER: u32 = WAITED - 1;

/// Where the slot keeps the wait of this end. Such a channel counts its ends elsewhere.
fn wait_of(slot: &ResourceSlot, side: Side) -> &AtomicU32 {
    if side == Side::Receiver { &slot.receivers } else { &slot.senders }
}

/// Notes that the current task has entered a body that owns this end. It has a record from then on.
fn own(slot: Option<&'static ResourceSlot>, side: Side, body: &'static Body) {
    let Some(slot) = slot else { return };
    let cell = &slot.ends[place_of(side)];
    // Acquire: pairs with the release below.
    let word = cell.load(Acquire);
    let mut number = word & NUMBER;
    if number == 0 {
        let Some(end) = take(slot, side, slot.creator.load(Relaxed)) else { return };
        let mine = end.index.load(Relaxed) + 1;
        // The end may be shared: another thread may have been quicker. Nobody else writes the word meanwhile.
        number = match cell.compare_exchange(word, word | mine, AcqRel, Acquire) {
            Ok(_) => mine,
            Err(theirs) => {
                give_back(end);
                theirs & NUMBER
            }
        };
    }
    if let Some(end) = number.checked_sub(1).and_then(|index| ENDS.get(index)) {
        end.own(current(), body);
    }
}

/// Notes that this end waits: for the value, or until nobody does. `place` is null if it is not known.
fn wait(slot: &'static ResourceSlot, side: Side, cx: &Context<'_>, op: Op, place: *const Location<'static>) {
    let (cell, word) = (wait_of(slot, side), &slot.ends[place_of(side)]);
    let before = word.load(Relaxed);
    let mut record = if before & WAITED == 0 { Record::NONE } else { Record::kept_in(cell) };
    record.pending(cx.waker(), Subject::Resource(slot), op, 1, place);
    record.keep_in(cell);
    word.store(before | WAITED, Relaxed);
}

/// The wait of this end is over, if there is one. Returns how long it was, in ticks.
fn end_wait(slot: &ResourceSlot, side: Side) -> Option<u64> {
    let word = slot.ends[place_of(side)].load(Relaxed);
    if word & WAITED == 0 {
        return None;
    }
    let cell = wait_of(slot, side);
    let waited = Record::kept_in(cell).close();
    Record::NONE.keep_in(cell);
    waited
}

/// Closes what is left of an end that is about to go, and lets it go.
#[inline(never)]
fn release_slowly(slot: &'static ResourceSlot, side: Side) {
    if let Some(waited) = end_wait(slot, side)
        && side == Side::Receiver
    {
        record_wait(slot, Op::Recv, waited);
    }
    // Acquire: pairs with the release of whoever gave it a record.
    let number = slot.ends[place_of(side)].load(Acquire) & NUMBER;
    if let Some(end) = number.checked_sub(1).and_then(|index| ENDS.get(index)) {
        give_back(end);
    }
    release(slot, if side == Side::Receiver { ResourceSlot::RECEIVER } else { ResourceSlot::SENDER });
}

impl SingleSender {
    pub(super) fn new(slot: Option<&'static ResourceSlot>) -> Self {
        Self(slot)
    }

    /// The end of a sender that came from outside.
    pub(crate) fn from_outside(location: &'static Location<'static>) -> Self {
        Self(foreign(location, ResourceSlot::SENDER, ResourceSlot::HANDED_OUT))
    }

    /// The channel's slot.
    #[inline(always)]
    pub(crate) fn slot(&self) -> Option<&'static ResourceSlot> {
        self.0
    }

    /// Lets the sender `send`, which is its end.
    #[inline(always)]
    pub(crate) fn sends<T>(self, send: impl FnOnce() -> Result<(), T>) -> Result<(), T> {
        let Some(slot) = self.0 else { return send() };
        if slot.ends[place_of(Side::Sender)].load(Relaxed) != 0 {
            return self.sends_slowly(slot, send);
        }
        // If that panics, the end is dropped.
        let result = send();
        if result.is_ok() {
            note_sent(slot);
        }
        mem::forget(self);
        release(slot, ResourceSlot::SENDER);
        result
    }

    #[cold]
    fn sends_slowly<T>(
        self,
        slot: &'static ResourceSlot,
        send: impl FnOnce() -> Result<(), T>,
    ) -> Result<(), T> {
        arm(slot);
        let result = send();
        if result.is_ok() {
            note_sent(slot);
        }
        result
    }

    /// Notes what a poll for the end of the receiver returned.
    pub(crate) fn polled(&self, result: Poll<()>, cx: &Context<'_>, place: &'static Location<'static>) {
        match (result, self.0) {
            (Poll::Pending, Some(slot)) => wait(slot, Side::Sender, cx, Op::Wait, place),
            (Poll::Ready(()), Some(slot)) => _ = end_wait(slot, Side::Sender),
            (_, None) => {}
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

/// The current task has sent.
#[inline(always)]
fn note_sent(slot: &ResourceSlot) {
    slot.user.store(flow::current(), Relaxed);
    // Release: a reader that sees the message sees who sent it.
    slot.entered.store(1, Release);
    if trace::is_on() {
        trace::note_message(What::Sent, slot.id().pack(), 0);
    }
}

/// Arms the probe of a value that is timed.
fn arm(slot: &ResourceSlot) {
    let timed = slot.ends[place_of(Side::Sender)].load(Relaxed) & TIMED != 0;
    if timed && slot.state.load(Relaxed) & ResourceSlot::FOREIGN == 0 {
        slot.probe_at.store(clock::ticks(), Relaxed);
        // Release: whoever sees the number sees the time.
        slot.probe.store(1, Release);
    }
}

impl Drop for SingleSender {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(slot) = self.0 {
            release_slowly(slot, Side::Sender);
        }
    }
}

impl SingleReceiver {
    pub(super) fn new(slot: Option<&'static ResourceSlot>) -> Self {
        Self(slot)
    }

    /// The end of a receiver that came from outside.
    pub(crate) fn from_outside(location: &'static Location<'static>) -> Self {
        Self(foreign(location, ResourceSlot::RECEIVER, 0))
    }

    /// The channel's slot.
    #[inline(always)]
    pub(crate) fn slot(&self) -> Option<&'static ResourceSlot> {
        self.0
    }

    /// Notes that the current task has entered a body that owns the receiver.
    pub(crate) fn own(&self, body: &'static Body) {
        own(self.0, Side::Receiver, body);
    }

    /// Notes that the plain receiver is used outside of the drop-in from now on: the end of this end is not that of the
    /// channel.
    pub(crate) fn hand_out(&self) {
        let Some(slot) = self.0 else { return };
        // From now on the end of the sender says nothing, unless it was before.
        let covered = slot.state.load(Relaxed) & ResourceSlot::FOREIGN == 0;
        let closed = covered && slot.handles.load(Relaxed) & ResourceSlot::SENDER == 0;
        let bits = ResourceSlot::FOREIGN | ResourceSlot::HANDED_OUT;
        slot.state.fetch_or(if closed { bits | ResourceSlot::CLOSED } else { bits }, Relaxed);
    }

    /// Notes that the channel was closed.
    pub(crate) fn close(&self) {
        if let Some(slot) = self.0 {
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
        if let Some(slot) = self.0 {
            note_receiver(slot);
            wait(slot, Side::Receiver, cx, Op::Recv, ptr::null());
        }
    }

    /// Notes that the receiver got the value, or will get none: this was its end.
    #[inline(always)]
    pub(crate) fn received(&mut self, value: bool) {
        let Some(slot) = self.0 else { return };
        self.0 = None;
        if value {
            slot.left.store(1, Relaxed);
            if trace::is_on() {
                trace::note_message(What::Received, slot.id().pack(), 0);
            }
        }
        if slot.ends[place_of(Side::Receiver)].load(Relaxed) == 0 {
            release(slot, ResourceSlot::RECEIVER);
        } else {
            end_receiver(slot, value);
        }
    }
}

#[cold]
#[inline(never)]
fn end_receiver(slot: &'static ResourceSlot, value: bool) {
    if value
        && slot.ends[place_of(Side::Receiver)].load(Relaxed) & TIMED != 0
        && slot.probe.load(Relaxed) == 1
    {
        close_probe(slot, 0);
    }
    release_slowly(slot, Side::Receiver);
}

impl Seen for SingleReceiver {
    #[inline(always)]
    fn is_nothing(&self) -> bool {
        self.0.is_none()
    }
}

impl Drop for SingleReceiver {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(slot) = self.0 {
            release_slowly(slot, Side::Receiver);
        }
    }
}
