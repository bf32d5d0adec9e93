//! One agent for each process.

use crate::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether this process has an agent.
static RUNNING: AtomicBool = AtomicBool::new(false);

/// The one place for an agent that a process has.
#[derive(Debug)]
pub(super) struct Place;

impl Place {
    /// Takes it.
    ///
    /// # Errors
    ///
    /// If another agent has it.
    pub(super) fn take() -> Result<Place, Error> {
        if RUNNING.swap(true, Ordering::AcqRel) { Err(Error::already_running()) } else { Ok(Place) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        RUNNING.store(false, Ordering::Release);
    }
}
