//! One thread that initializes, and others that wait for it.

use crate::sync::{Blocked, Entry, Exclusive, Op, Resource};
use std::panic::Location;

/// A thread that comes to a value that may have to be initialized: it waits, unless it is the one to do it.
pub(crate) struct Turn<'a> {
    resource: &'a Resource,
    place: &'static Location<'static>,
    blocked: Option<Blocked>,
}

impl<'a> Turn<'a> {
    /// The thread waits from now on.
    pub(crate) fn new(resource: &'a Resource, place: &'static Location<'static>) -> Self {
        Self { resource, place, blocked: Some(Blocked::new(resource.slot(), Op::Init, place)) }
    }

    /// It is the thread's turn: it is the holder until what is returned is dropped.
    pub(crate) fn begin(&mut self) -> Exclusive {
        // It did not wait.
        drop(self.blocked.take());
        Exclusive::taken(self.resource, self.place, Entry::Called)
    }

    /// The value is there. If the thread waited, for so long.
    pub(crate) fn end(self) {
        if let Some(blocked) = self.blocked {
            blocked.end();
        }
    }
}
