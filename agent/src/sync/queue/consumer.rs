//! The receiving ends of a queue whose messages go to one of several receivers.
//!
//! The queue is closed when no receiver is left, or no sender. How long messages stay inside is not sampled: the probe is
//! for one receiver.

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
pub(crate) struct ConsumerEnd {
    /// As in a sender.
    end: End,
    handle: Handle,
}

impl ConsumerEnd {
    pub(super) fn new(handle: Handle) -> Self {
        if let Some(slot) = handle.0 {
            slot.receivers.fetch_add(1, Relaxed);
        }
        Self { end: End::new(handle.0, Side::Receiver), handle }
    }

    /// The end of a receiver that came from outside.
    pub(crate) fn from_outside(kind: Kind, limit: u64, location: &'static Location<'static>) -> Self {
        let handle = foreign(kind, limit, location);
        if let Some(slot) = handle.0 {
            slot.receivers.fetch_add(1, Relaxed);
        }
        Self { end: End::unknown(), handle }
    }

    /// The end of what is no queue, such as a timer.
    pub(crate) const fn unseen() -> Self {
        Self { end: End::unknown(), handle: Handle(None) }
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

    /// Notes that the current task received a message.
    #[inline(always)]
    pub(crate) fn received(&self) {
        if let Some(slot) = self.slot() {
            self.end.used();
            slot.left.fetch_add(1, Relaxed);
            note_receiver(slot);
        }
    }
}

impl Clone for ConsumerEnd {
    fn clone(&self) -> Self {
        Self::new(self.handle.clone())
    }
}

impl Drop for ConsumerEnd {
    fn drop(&mut self) {
        let Some(slot) = self.slot() else { return };
        self.end.forget();
        // With a receiver outside, the last one here need not be the last one.
        if slot.receivers.fetch_sub(1, Relaxed) == 1 && slot.state.load(Relaxed) & ResourceSlot::FOREIGN == 0
        {
            slot.state.fetch_or(ResourceSlot::CLOSED, Relaxed);
        }
    }
}
