//! An operation that blocks its thread.

use super::wait::{Op, Record, Subject, record_wait};
use crate::registry::ResourceSlot;
use std::panic::Location;
use std::ptr;

/// The record of a thread that is about to wait. Dropped, it leaves no duration: the thread did not get to wait.
#[derive(Debug)]
pub(crate) struct Blocked {
    resource: Option<&'static ResourceSlot>,
    record: Record,
    op: Op,
}

impl Blocked {
    /// Records that the thread waits for `resource` from now on.
    pub(crate) fn new(
        resource: Option<&'static ResourceSlot>,
        op: Op,
        place: &'static Location<'static>,
    ) -> Self {
        let record = match resource {
            Some(slot) => Record::blocking(Subject::Resource(slot), op, 1, ptr::from_ref(place)),
            None => Record::NONE,
        };
        Self { resource, record, op }
    }

    /// The wait is over: its duration goes to the resource's group.
    pub(crate) fn end(mut self) {
        if let (Some(waited), Some(resource)) = (self.record.close(), self.resource) {
            record_wait(resource, self.op, waited);
        }
    }
}
