//! The ends of a queue: how many are alive, and who frees the slot.

use super::{End, Side, SubscriberEnd, flow};
use crate::primitive::atomic::{
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use crate::registry::ResourceSlot;
use crate::site::Body;
use crate::sync::resource::{Kind, free, record};
use crate::sync::wait::{Op, Record, Subject, record_wait};
use std::panic::Location;
use std::ptr;
use std::task::{Context, Poll};

/// A share in a queue's slot; the last one to go frees it. Without a slot nothing is recorded.
#[derive(Debug)]
pub(super) struct Handle(pub(super) Option<&'static ResourceSlot>);

impl Clone for Handle {
    fn clone(&self) -> Self {
        if let Some(slot) = self.0 {
            slot.handles.fetch_add(1, Relaxed);
        }
        Self(self.0)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let Some(slot) = self.0 else { return };
        // Release: what was recorded through this handle comes before the freeing.
        if slot.handles.fetch_sub(1, Release) == 1 {
            // Acquire: pairs with the release of the handles that went before.
            fence(Acquire);
            free(slot);
        }
    }
}

/// The part of a sender that records.
#[derive(Debug)]
pub(crate) struct SenderEnd {
    /// Dropped first: who frees the channel's slot has no end any more.
    end: End,
    handle: Handle,
}

/// The part of a sender that does not keep the queue open.
#[derive(Debug)]
pub(crate) struct WeakEnd {
    /// As in a sender.
    end: End,
    handle: Handle,
}

/// The part of the receiver that records; it also keeps the record of its wait.
#[derive(Debug)]
pub(crate) struct ReceiverEnd {
    /// As in a sender.
    end: End,
    handle: Handle,
    wait: Record,
}

/// Records the creation of a queue at `location`. `limit`: its capacity; 0 for none.
#[inline]
pub(crate) fn ends(kind: Kind, limit: u64, location: &'static Location<'static>) -> (SenderEnd, ReceiverEnd) {
    let slot = record(kind, limit, location);
    if let Some(slot) = slot {
        slot.senders.store(1, Relaxed);
        slot.receivers.store(1, Relaxed);
        slot.handles.store(2, Relaxed);
    }
    let sender = SenderEnd { end: End::new(slot, Side::Sender), handle: Handle(slot) };
    let end = End::new(slot, Side::Receiver);
    (sender, ReceiverEnd { end, handle: Handle(slot), wait: Record::NONE })
}

/// Records the creation of a queue that has a sender only.
pub(crate) fn sender_end(kind: Kind, limit: u64, location: &'static Location<'static>) -> SenderEnd {
    let slot = record(kind, limit, location);
    if let Some(slot) = slot {
        slot.senders.store(1, Relaxed);
        slot.handles.store(1, Relaxed);
    }
    SenderEnd { end: End::new(slot, Side::Sender), handle: Handle(slot) }
}

/// The slot of a queue that was made elsewhere, and of which one end was brought in.
pub(super) fn foreign(kind: Kind, limit: u64, location: &'static Location<'static>) -> Handle {
    let slot = record(kind, limit, location);
    if let Some(slot) = slot {
        slot.handles.store(1, Relaxed);
        slot.state.fetch_or(ResourceSlot::FOREIGN, Relaxed);
    }
    Handle(slot)
}

/// Notes that a plain end of the queue is used outside of the drop-in from now on.
pub(crate) fn escape(slot: Option<&'static ResourceSlot>) {
    mark(slot, ResourceSlot::FOREIGN);
}

fn mark(slot: Option<&'static ResourceSlot>, bits: u64) {
    if let Some(slot) = slot {
        slot.state.fetch_or(bits, Relaxed);
    }
}

impl SenderEnd {
    /// The end of a sender that came from outside.
    pub(crate) fn from_outside(kind: Kind, limit: u64, location: &'static Location<'static>) -> Self {
        let handle = foreign(kind, limit, location);
        if let Some(slot) = handle.0 {
            slot.senders.store(1, Relaxed);
        }
        Self { end: End::unknown(), handle }
    }

    /// The queue's slot.
    #[inline(always)]
    pub(crate) fn slot(&self) -> Option<&'static ResourceSlot> {
        self.handle.0
    }

    /// The queue's slot. The current task is about to send, which is noted; without a slot nothing is.
    #[inline(always)]
    pub(crate) fn used(&self) -> Option<&'static ResourceSlot> {
        let slot = self.handle.0?;
        self.end.used();
        Some(slot)
    }

    /// The record of this end.
    pub(crate) fn record(&self) -> &End {
        &self.end
    }

    /// Notes that the current task has entered a body that owns the sender.
    pub(crate) fn own(&self, body: &'static Body) {
        self.end.own(body);
    }

    /// Notes that the plain sender is used outside of the drop-in from now on.
    pub(crate) fn escape(&self) {
        escape(self.slot());
    }

    /// The end of one more receiver, if it is a queue of several.
    pub(crate) fn subscribe(&self) -> SubscriberEnd {
        SubscriberEnd::new(self.handle.clone())
    }

    /// The end of one more receiver, if each message goes to one of them.
    #[cfg(feature = "crossbeam-channel")]
    pub(crate) fn consumer(&self) -> super::ConsumerEnd {
        super::ConsumerEnd::new(self.handle.clone())
    }

    /// An end that does not keep the queue open.
    pub(crate) fn downgrade(&self) -> WeakEnd {
        WeakEnd { end: End::new(self.slot(), Side::Weak), handle: self.handle.clone() }
    }
}

/// An end of a sender, counted as one before it is recorded: never are more recorded than there are.
fn counted(handle: Handle) -> SenderEnd {
    if let Some(slot) = handle.0 {
        slot.senders.fetch_add(1, Relaxed);
    }
    SenderEnd { end: End::new(handle.0, Side::Sender), handle }
}

impl Clone for SenderEnd {
    fn clone(&self) -> Self {
        counted(self.handle.clone())
    }
}

impl Drop for SenderEnd {
    fn drop(&mut self) {
        let Some(slot) = self.slot() else { return };
        self.end.forget();
        // With a sender outside, the last one here need not be the last one.
        if slot.senders.fetch_sub(1, Relaxed) == 1 && slot.state.load(Relaxed) & ResourceSlot::FOREIGN == 0 {
            mark(Some(slot), ResourceSlot::CLOSED);
        }
    }
}

impl WeakEnd {
    /// The end of a weak sender that came from outside.
    pub(crate) fn from_outside(kind: Kind, limit: u64, location: &'static Location<'static>) -> Self {
        Self { end: End::unknown(), handle: foreign(kind, limit, location) }
    }

    /// Notes that the current task has entered a body that owns the weak sender.
    pub(crate) fn own(&self, body: &'static Body) {
        self.end.own(body);
    }

    /// Notes that the plain weak sender is used outside of the drop-in from now on.
    pub(crate) fn escape(&self) {
        escape(self.handle.0);
    }

    /// An end of a sender, counted as one. Called before the real sender exists and after it is gone, so that the
    /// count reaches zero only when the last real one is gone.
    pub(crate) fn to_sender(&self) -> SenderEnd {
        counted(self.handle.clone())
    }
}

impl Clone for WeakEnd {
    fn clone(&self) -> Self {
        Self { end: End::new(self.handle.0, Side::Weak), handle: self.handle.clone() }
    }
}

impl ReceiverEnd {
    /// The end of a receiver that came from outside.
    pub(crate) fn from_outside(kind: Kind, limit: u64, location: &'static Location<'static>) -> Self {
        let handle = foreign(kind, limit, location);
        if let Some(slot) = handle.0 {
            slot.receivers.store(1, Relaxed);
        }
        Self { end: End::unknown(), handle, wait: Record::NONE }
    }

    /// The queue's slot.
    #[inline(always)]
    pub(crate) fn slot(&self) -> Option<&'static ResourceSlot> {
        self.handle.0
    }

    /// The queue's slot, for a wait that begins: whatever the receiver is in, a lock for one, it stays there meanwhile.
    pub(crate) fn slot_for_wait(&self) -> Option<&'static ResourceSlot> {
        let slot = self.slot()?;
        slot.set_home(ptr::from_ref(&self.end).addr());
        Some(slot)
    }

    /// Notes that the current task has entered a body that owns the receiver.
    pub(crate) fn own(&self, body: &'static Body) {
        self.end.own(body);
    }

    /// Notes that the plain receiver is used outside of the drop-in from now on: the end of this end is not that of
    /// the queue.
    pub(crate) fn hand_out(&self) {
        mark(self.slot(), ResourceSlot::FOREIGN | ResourceSlot::HANDED_OUT);
    }

    /// Notes that the queue was closed.
    pub(crate) fn close(&self) {
        mark(self.slot(), ResourceSlot::CLOSED);
    }

    /// Notes what a poll of the receiver returned, and `messages` of it. `place` is null if it is not known.
    #[inline(always)]
    pub(crate) fn polled<R>(
        &mut self,
        result: Poll<R>,
        messages: impl FnOnce(&R) -> usize,
        cx: &Context<'_>,
        place: *const Location<'static>,
    ) -> Poll<R> {
        match &result {
            Poll::Ready(received) => self.received(messages(received)),
            Poll::Pending => self.pending(cx, place),
        }
        result
    }

    fn pending(&mut self, cx: &Context<'_>, place: *const Location<'static>) {
        if let Some(slot) = self.slot_for_wait() {
            self.wait.pending(cx.waker(), Subject::Resource(slot), Op::Recv, 1, place);
        }
    }

    /// Notes that the receiver got so many messages, or 0 and will get no more.
    #[inline(always)]
    pub(crate) fn received(&mut self, messages: usize) {
        let Some(slot) = self.slot() else { return };
        self.end_wait();
        if messages > 0 {
            flow::leave(slot, messages as u64);
        }
    }

    /// Notes that the receiver got so many messages by a call that keeps no wait here.
    #[inline(always)]
    pub(crate) fn took(&self, messages: usize) {
        if let Some(slot) = self.slot() {
            flow::leave(slot, messages as u64);
        }
    }

    /// Notes that nobody waits any more for a message.
    #[inline(always)]
    pub(crate) fn end_wait(&mut self) {
        if self.wait.is_open() {
            self.end_open_wait();
        }
    }

    #[cold]
    #[inline(never)]
    fn end_open_wait(&mut self) {
        if let (Some(waited), Some(slot)) = (self.wait.close(), self.slot()) {
            record_wait(slot, Op::Recv, waited);
        }
    }
}

impl Drop for ReceiverEnd {
    fn drop(&mut self) {
        self.end_wait();
        let Some(slot) = self.slot() else { return };
        self.end.forget();
        slot.receivers.fetch_sub(1, Relaxed);
        if slot.state.load(Relaxed) & ResourceSlot::HANDED_OUT == 0 {
            mark(Some(slot), ResourceSlot::CLOSED);
        }
    }
}
