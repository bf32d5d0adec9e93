//! The receiving ends of a queue that may have several receivers: their number, and who received last.
//!
//! Without a receiver such a queue is not closed, since a sender can make one. It is closed when no sender is left.

use super::ends::{Handle, escape, foreign};
use super::flow::note_receiver;
use super::{End, Side};
use crate::primitive::atomic::Ordering::Relaxed;
use crate::registry::ResourceSlot;
use crate::site::Body;
use crate::sync::Kind;
use std::panic::Location;

/// The part of one of several receivers that records.
#[derive(Debug)]
pub(crate) struct SubscriberEnd {
    /// As in a sender.
    end: End,
    handle: Handle,
}

impl SubscriberEnd {
    pub(super) fn new(handle: Handle) -> Self {
        if let Some(slot) = handle.0 {
            slot.receivers.fetch_add(1, Relaxed);
        }
        let end = End::new(handle.0, Side::Receiver);
        if let Some(slot) = handle.0 {
            // It gets what is sent from now on. What is being sent just now may count as got: never does a receiver look
            // as if it was behind when it is not.
            end.set_position(slot.entered.load(Relaxed));
        }
        Self { end, handle }
    }

    /// The end of a receiver that came from outside.
    pub(crate) fn from_outside(kind: Kind, limit: u64, location: &'static Location<'static>) -> Self {
        Self::new(foreign(kind, limit, location))
    }

    /// The queue's slot.
    #[inline(always)]
    pub(crate) fn slot(&self) -> Option<&'static ResourceSlot> {
        self.handle.0
    }

    /// Notes that the current task has entered a body that owns the receiver.
    pub(crate) fn own(&self, body: &'static Body) {
        self.end.own(body);
    }

    /// Notes that the plain receiver is used outside of the drop-in from now on.
    pub(crate) fn escape(&self) {
        escape(self.slot());
    }

    /// Notes that the receiver was too slow to get so many messages, which are gone.
    #[cold]
    pub(crate) fn missed(&mut self, messages: u64) {
        if let Some(slot) = self.slot() {
            slot.left.fetch_add(messages, Relaxed);
            self.end.advance(messages);
        }
    }

    /// Whether anything is recorded of the queue.
    #[inline(always)]
    pub(crate) fn is_seen(&self) -> bool {
        self.handle.0.is_some()
    }

    /// Notes that the current task received a message, or saw a value.
    #[inline(always)]
    pub(crate) fn received(&mut self) {
        if let Some(slot) = self.slot() {
            self.end.used();
            self.end.advance(1);
            note_receiver(slot);
        }
    }
}

impl Clone for SubscriberEnd {
    fn clone(&self) -> Self {
        Self::new(self.handle.clone())
    }
}

impl Drop for SubscriberEnd {
    fn drop(&mut self) {
        if let Some(slot) = self.slot() {
            self.end.forget();
            slot.receivers.fetch_sub(1, Relaxed);
        }
    }
}
