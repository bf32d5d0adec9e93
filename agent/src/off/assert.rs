//! The checks for tests, which see nothing: what is run under them runs as it is.

use std::future::Future;
use std::time::Duration;

/// Checks that are not made.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing runs before `run` and `run_blocking`"]
pub struct Checks(());

/// Tasks that may outlive a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Except(());

/// The future itself.
pub fn no_leaks<F: Future>(future: F) -> impl Future<Output = F::Output> {
    future
}

/// The future itself.
pub fn no_deadlock<F: Future>(future: F) -> impl Future<Output = F::Output> {
    future
}

/// The future itself.
pub fn lock_order<F: Future>(future: F) -> impl Future<Output = F::Output> {
    future
}

impl Checks {
    /// No check.
    pub fn new() -> Self {
        Self(())
    }

    /// Changes nothing.
    pub fn no_leaks(self) -> Self {
        self
    }

    /// Changes nothing.
    pub fn no_deadlock(self) -> Self {
        self
    }

    /// Changes nothing.
    pub fn lock_order(self) -> Self {
        self
    }

    /// Changes nothing.
    pub fn max_poll(self, _: Duration) -> Self {
        self
    }

    /// Changes nothing.
    ///
    /// # Panics
    ///
    /// Without a reason, as with recording.
    #[track_caller]
    pub fn except(self, _: Except, reason: &str) -> Self {
        assert!(!reason.trim().is_empty(), "a task may outlive a test only for a reason: say it");
        self
    }

    /// The future itself.
    pub fn run<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        future
    }

    /// Calls the closure.
    pub fn run_blocking<R>(self, test: impl FnOnce() -> R) -> R {
        test()
    }
}

impl Except {
    /// Tasks of this name.
    pub fn task(_: impl Into<String>) -> Self {
        Self(())
    }

    /// Tasks of this pool.
    pub fn pool(_: impl Into<String>) -> Self {
        Self(())
    }

    /// Tasks that are spawned here.
    pub fn spawned_at(_: impl Into<String>) -> Self {
        Self(())
    }
}
