//! An operation that blocks its thread.

#[cfg(feature = "rayon")]
use super::runner::Runner;
use super::wait::{Op, Record, Subject, record_wait};
use crate::registry::ResourceSlot;
use crate::task::Paused;
use std::panic::Location;
use std::ptr;

/// The record of a thread that is about to wait. Dropped, it leaves no duration: the thread did not get to wait.
#[derive(Debug)]
pub(crate) struct Blocked {
    // In the order in which they are dropped: a thread that runs has no wait.
    record: Record,
    _paused: Option<Paused>,
    resource: Option<&'static ResourceSlot>,
    op: Op,
}

impl Blocked {
    /// Records that the thread waits for `resource` from now on.
    pub(crate) fn new(
        resource: Option<&'static ResourceSlot>,
        op: Op,
        place: &'static Location<'static>,
    ) -> Self {
        match resource {
            Some(slot) => Self::on(Subject::Resource(slot), op, place, false),
            None => Self { record: Record::NONE, _paused: None, resource, op },
        }
    }

    /// The same, for a limited time.
    pub(crate) fn timed(
        resource: Option<&'static ResourceSlot>,
        op: Op,
        place: &'static Location<'static>,
    ) -> Self {
        match resource {
            Some(slot) => Self::on(Subject::Resource(slot), op, place, true),
            None => Self::new(None, op, place),
        }
    }

    /// Records that the thread waits for `subject` from now on; `timed`: for a limited time.
    pub(crate) fn on(subject: Subject, op: Op, place: &'static Location<'static>, timed: bool) -> Self {
        let record = Record::blocking(subject, op, 1, ptr::from_ref(place), timed);
        let resource = match subject {
            Subject::Resource(slot) => Some(slot),
            Subject::Task(_) | Subject::Children(_) | Subject::None => None,
        };
        let paused = record.is_open().then(Paused::new);
        Self { record, _paused: paused, resource, op }
    }

    /// What tells the wait who does what is waited for.
    #[cfg(feature = "rayon")]
    pub(crate) fn runner(&self) -> Runner {
        self.record.runner()
    }

    /// The wait is over: its duration goes to the resource's group.
    pub(crate) fn end(mut self) {
        if let (Some(waited), Some(resource)) = (self.record.close(), self.resource) {
            record_wait(resource, self.op, waited);
        }
    }
}
