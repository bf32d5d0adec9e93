//! The handle to a thread of a scope.

use super::spawn::joining;
use crate::original::conversions;
use std::fmt;
use std::panic::Location;
use std::thread as real;
use std::thread::{Result, Thread};

/// The handle to a thread of a scope: [`std::thread::ScopedJoinHandle`](::std::thread::ScopedJoinHandle), with the
/// identity of its task.
pub struct ScopedJoinHandle<'scope, T> {
    real: real::ScopedJoinHandle<'scope, T>,
    /// The task's id, packed; 0 if the thread is not recorded.
    task: u64,
}

impl<'scope, T> ScopedJoinHandle<'scope, T> {
    pub(super) fn new(real: real::ScopedJoinHandle<'scope, T>, task: u64) -> Self {
        Self { real, task }
    }

    /// The thread itself.
    pub fn thread(&self) -> &Thread {
        self.real.thread()
    }

    /// Waits for the end of the thread, see [`std`](::std::thread::ScopedJoinHandle::join).
    ///
    /// # Errors
    ///
    /// What the thread panicked with.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        let place = Location::caller();
        let _waits = (!self.real.is_finished()).then(|| joining(self.task, place));
        self.real.join()
    }

    /// Whether the thread's function has ended.
    pub fn is_finished(&self) -> bool {
        self.real.is_finished()
    }

    /// std's own handle; a join of that is not recorded.
    pub fn into_inner(self) -> real::ScopedJoinHandle<'scope, T> {
        self.real
    }

    /// Holds a handle of std's. The thread itself is not recorded: only the wait for its end is.
    pub fn from_inner(real: real::ScopedJoinHandle<'scope, T>) -> Self {
        Self::new(real, 0)
    }
}

conversions! { ['scope, T] ScopedJoinHandle<'scope, T> as real::ScopedJoinHandle<'scope, T>, into_inner }

impl<T> fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
