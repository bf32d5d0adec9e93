//! Messages: how many went in and came out, who sent and received last, how long one of a few stayed inside.
//!
//! A message has a number: how many were sent before it. One sender in [`PROBE_EVERY`] puts the number of its message
//! and the time into the slot, if no other number is there (arms the probe). The receiver that comes to this number
//! records the time since (closes the probe). Several senders may push in another order than they were numbered; the
//! probe then times a neighbour of the message, and the neighbours went in at the same time.

use crate::clock;
use crate::primitive::atomic::{
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use crate::recorder::trace::{self, What};
use crate::recorder::with_current;
use crate::registry::ResourceSlot;
use crate::sync::record_in;

/// Which messages may carry the probe.
const PROBE_EVERY: u64 = 16;

/// The current task as a word of the slot.
#[inline(always)]
pub(super) fn current() -> u64 {
    with_current(|task| task.map_or(ResourceSlot::NOBODY, |task| task.id().pack()))
}

/// Counts a message that the current task is about to push; nothing can keep it from doing so.
#[inline(always)]
pub(crate) fn enter(slot: Option<&'static ResourceSlot>) {
    let Some(slot) = slot else { return };
    let number = count(slot);
    if number.is_multiple_of(PROBE_EVERY) {
        arm(slot, number, clock::ticks);
    }
}

/// Arms the probe for a message that the current task is about to push, if nothing keeps it from doing so.
#[inline(always)]
pub(crate) fn foresee(slot: Option<&'static ResourceSlot>) {
    let Some(slot) = slot else { return };
    let number = slot.entered.load(Relaxed);
    if number.is_multiple_of(PROBE_EVERY) {
        arm(slot, number, clock::ticks);
    }
}

/// Counts a message that the current task was able to push. The receiver may have been quicker: what was received was
/// sent, and the reader knows.
#[inline(always)]
pub(crate) fn count_sent(slot: Option<&'static ResourceSlot>) {
    if let Some(slot) = slot {
        count(slot);
    }
}

#[inline(always)]
fn count(slot: &ResourceSlot) -> u64 {
    note_sender(slot);
    let number = slot.entered.fetch_add(1, Relaxed);
    if trace::is_on() {
        trace::note_message(What::Sent, slot.id().pack(), number);
    }
    number
}

#[inline(never)]
fn arm(slot: &ResourceSlot, number: u64, now: fn() -> u64) {
    if slot.probe.load(Relaxed) != 0 || slot.state.load(Relaxed) & ResourceSlot::FOREIGN != 0 {
        return;
    }
    // Acquire: pairs with the release in `take_probe`, so that the time is not overwritten before it was read.
    if slot.probe.compare_exchange(0, ResourceSlot::PROBE_BUSY, Acquire, Relaxed).is_ok() {
        slot.probe_at.store(now(), Relaxed);
        // Release: whoever sees the number sees the time.
        slot.probe.store(number + 1, Release);
    }
}

/// Notes that the current task sent.
#[inline(always)]
pub(super) fn note_sender(slot: &ResourceSlot) {
    let user = current();
    if slot.user.load(Relaxed) != user {
        slot.user.store(user, Relaxed);
    }
}

/// Notes that the current task received.
#[inline(always)]
pub(super) fn note_receiver(slot: &ResourceSlot) {
    let user = current();
    if slot.receiver.load(Relaxed) != user {
        slot.receiver.store(user, Relaxed);
    }
}

/// Counts messages that the current task received. Only the receiver may call this.
#[inline(always)]
pub(super) fn leave(slot: &'static ResourceSlot, messages: u64) {
    let before = slot.left.load(Relaxed);
    let after = before + messages;
    slot.left.store(after, Relaxed);
    note_receiver(slot);
    if trace::is_on() {
        (before..after).for_each(|number| trace::note_message(What::Received, slot.id().pack(), number));
    }
    // Neither "none" nor "busy" is smaller.
    if slot.probe.load(Relaxed).wrapping_sub(1) < after {
        close_probe(slot, before);
    }
}

#[inline(never)]
pub(super) fn close_probe(slot: &'static ResourceSlot, before: u64) {
    let (number, since) = take_probe(slot);
    // A number from before: the sender armed the probe after others had overtaken it. And with messages that were not
    // counted, the numbers mean nothing.
    if number >= before && slot.state.load(Relaxed) & ResourceSlot::FOREIGN == 0 {
        let inside = clock::ticks().saturating_sub(since);
        record_in(slot, |block| &block.dwell, inside);
    }
}

/// The number and the time of an armed probe, which is free then.
fn take_probe(slot: &ResourceSlot) -> (u64, u64) {
    // Acquire: pairs with the release in `arm`.
    fence(Acquire);
    let number = slot.probe.load(Relaxed).wrapping_sub(1);
    let since = slot.probe_at.load(Relaxed);
    // Release: the time was read before another sender may write it.
    slot.probe.store(0, Release);
    (number, since)
}

#[cfg(all(test, taskscope_loom))]
mod loom_tests {
    use super::*;
    use crate::primitive::thread;
    use loom::sync::Arc;

    /// Takes the probe if it is armed, and sees that the time is that of the number.
    fn take(slot: &ResourceSlot) -> bool {
        let armed = slot.probe.load(Relaxed).wrapping_sub(1) < 2;
        if armed {
            let (number, since) = take_probe(slot);
            assert_eq!(since, 100 + number);
        }
        armed
    }

    /// Two senders arm the probe, a receiver takes it as soon as it sees it. The receiver is a thread of its own and
    /// has not seen the slot before it yields: loom then shows it the stale values that it could see.
    #[test]
    fn a_probe_keeps_its_time() {
        loom::model(|| {
            let slot = Arc::new(ResourceSlot::default());
            let (theirs, other) = (Arc::clone(&slot), Arc::clone(&slot));
            let receiver = thread::spawn(move || {
                thread::yield_now();
                let first = take(&theirs);
                thread::yield_now();
                take(&theirs) || first
            });
            let sender = thread::spawn(move || arm(&other, 0, || 100));
            arm(&slot, 1, || 101);
            sender.join().unwrap();
            let taken = receiver.join().unwrap();
            assert!(take(&slot) || taken, "one of them found the probe free");
        });
    }
}
