//! A share in something that has no ends, such as a signal whose clones are all alike.

use super::ends::{Handle, escape, foreign};
use crate::primitive::atomic::Ordering::Relaxed;
use crate::registry::ResourceSlot;
use crate::sync::resource::{Kind, record};
use std::panic::Location;

/// A share in the slot; the last one to go frees it.
#[derive(Clone, Debug)]
pub(crate) struct Share(Handle);

impl Share {
    /// Records the creation of a resource at `location`.
    pub(crate) fn new(kind: Kind, location: &'static Location<'static>) -> Self {
        let slot = record(kind, 0, location);
        if let Some(slot) = slot {
            slot.handles.store(1, Relaxed);
        }
        Self(Handle(slot))
    }

    /// The same of one that came from outside.
    pub(crate) fn from_outside(kind: Kind, location: &'static Location<'static>) -> Self {
        Self(foreign(kind, 0, location))
    }

    /// The slot.
    #[inline(always)]
    pub(crate) fn slot(&self) -> Option<&'static ResourceSlot> {
        self.0.0
    }

    /// Notes that the plain value is used outside of the drop-in from now on.
    pub(crate) fn escape(&self) {
        escape(self.slot());
    }
}
