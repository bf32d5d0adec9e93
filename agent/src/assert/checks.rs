//! Which checks are made, and how they are made.

use super::retry;
use super::scope::{Scope, Scoped};
use super::watch::Watch;
use super::{Except, orders, report};
use crate::id::TaskId;
use crate::recorder;
use crate::snapshot::{Detail, Snapshot};
use std::future::{Future, poll_fn};
use std::panic::Location;
use std::time::Duration;

/// The checks of one test, or of a part of one. [`new`](Self::new) makes none of them.
///
/// ```
/// use std::time::Duration;
/// use taskscope::assert::{Except, Checks};
/// use taskscope::tokio;
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
/// # runtime.block_on(async {
/// Checks::new()
///     .no_leaks()
///     .no_deadlock()
///     .except(Except::task("flush"), "runs as long as the process")
///     .max_poll(Duration::from_secs(10))
///     .run(async { tokio::spawn(async { 1 }).await })
///     .await
///     .unwrap();
/// # });
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "checks are made by `run` and `run_blocking`"]
pub struct Checks {
    leaks: bool,
    deadlock: bool,
    order: bool,
    max_poll: Option<Duration>,
    excepted: Vec<Except>,
}

/// Runs a future, and fails if anything that it started is still alive or held afterwards.
///
/// Tasks that are about to end have half a second for it. See [`Checks::no_leaks`].
///
/// # Panics
///
/// If something is left, with its names and places; and as the future does.
#[track_caller]
pub fn no_leaks<F: Future>(future: F) -> impl Future<Output = F::Output> {
    Checks::new().no_leaks().run(future)
}

/// Runs a future, and fails as soon as it or anything that it started is proven never to run again.
///
/// See [`Checks::no_deadlock`].
///
/// # Panics
///
/// With the verdict; and as the future does.
#[track_caller]
pub fn no_deadlock<F: Future>(future: F) -> impl Future<Output = F::Output> {
    Checks::new().no_deadlock().run(future)
}

/// Runs a future, and fails if what it started takes locks in orders that can deadlock, even if they did not this time.
///
/// See [`Checks::lock_order`].
///
/// # Panics
///
/// With the places of the two orders; and as the future does.
#[track_caller]
pub fn lock_order<F: Future>(future: F) -> impl Future<Output = F::Output> {
    Checks::new().lock_order().run(future)
}

impl Checks {
    /// No check at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Afterwards nothing that was started is alive: no task, no thread, no blocking job; and no guard or permit is held
    /// by a task that has ended.
    pub fn no_leaks(mut self) -> Self {
        self.leaks = true;
        self
    }

    /// Meanwhile nothing that was started, and not the future or closure itself, is proven never to run again: a
    /// deadlock, a futurelock, a lost waker, or a wait behind one. If the thread that runs the test is itself blocked for
    /// good, the process is aborted once the verdict is written to the standard error.
    pub fn no_deadlock(mut self) -> Self {
        self.deadlock = true;
        self
    }

    /// Locks and permits are taken in one order: there is no circle of "one of these is taken while one of those is held",
    /// by where they were made, in what the tasks did, whether or not it came to a deadlock. Two that were made at one
    /// place are not told apart, and orders that are only ever taken behind the same lock cannot meet. Only what tasks and
    /// threads of the test take is seen, and each acquisition looks through all that is held meanwhile.
    pub fn lock_order(mut self) -> Self {
        self.order = true;
        self
    }

    /// No poll takes longer than this, neither of the future itself nor of a task that it started. Polls are timed with
    /// the clock of the machine, so leave room for a busy one.
    pub fn max_poll(mut self, limit: Duration) -> Self {
        self.max_poll = Some(limit);
        self
    }

    /// Lets some tasks outlive the test.
    ///
    /// # Panics
    ///
    /// Without a reason: whoever reads the test later must not have to guess it.
    #[track_caller]
    pub fn except(mut self, except: Except, reason: &str) -> Self {
        assert!(!reason.trim().is_empty(), "a task may outlive a test only for a reason: say it");
        self.excepted.push(except);
        self
    }

    /// Runs a future under these checks. What it spawns, directly or through others, belongs to it.
    ///
    /// # Panics
    ///
    /// If a check fails; and as the future does.
    #[track_caller]
    pub fn run<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        let caller = Location::caller();
        async move {
            let scope = Scope::open(self.order);
            let (output, own) = self.drive(&scope, future, caller).await;
            if self.leaks {
                fail(caller, retry::yielding(|| self.leaks(&scope)).await);
            }
            fail(caller, self.disorder(&scope));
            fail(caller, self.long_poll(&scope, own));
            output
        }
    }

    /// Runs a closure under these checks, for tests of threads. The time it takes is no poll.
    ///
    /// # Panics
    ///
    /// If a check fails; and as the closure does.
    #[track_caller]
    pub fn run_blocking<R>(self, test: impl FnOnce() -> R) -> R {
        let caller = Location::caller();
        let scope = Scope::open(self.order);
        let watch = self.deadlock.then(|| Watch::start(scope.id(), current()));
        let output = scope.within(test);
        drop(watch);
        if self.leaks {
            fail(caller, retry::blocking(|| self.leaks(&scope)));
        }
        fail(caller, self.disorder(&scope));
        fail(caller, self.long_poll(&scope, Duration::ZERO));
        output
    }

    /// The future's output, and its longest poll. What is asked for at its beginning is asked for in the first poll, by the
    /// task that the future is a part of.
    async fn drive<F: Future>(
        &self,
        scope: &Scope,
        future: F,
        caller: &'static Location<'static>,
    ) -> (F::Output, Duration) {
        if self.order {
            scope.adopt(current());
        }
        let mut scoped = Scoped::new(scope, future);
        let watch = self.deadlock.then(|| Watch::start(scope.id(), current()));
        let output = poll_fn(|cx| {
            fail(caller, watch.as_ref().and_then(|watch| watch.verdict(cx)));
            scoped.poll(cx)
        })
        .await;
        (output, scoped.longest_poll())
    }

    fn leaks(&self, scope: &Scope) -> Option<String> {
        let mut tasks = scope.tasks();
        // The one that runs the test itself goes on.
        current().map(|task| tasks.remove(&task));
        report::leaks(&Snapshot::read(Detail::Light), &tasks, &self.excepted)
    }

    fn disorder(&self, scope: &Scope) -> Option<String> {
        if !self.order {
            return None;
        }
        orders::inversion(&Snapshot::read(Detail::Light), &scope.orders())
    }

    fn long_poll(&self, scope: &Scope, own: Duration) -> Option<String> {
        let limit = self.max_poll?;
        if own > limit {
            return Some(format!("a poll of the test itself took {own:.1?}; allowed are {limit:.1?}"));
        }
        let (group, took) = scope.longest_poll().filter(|(_, took)| *took > limit)?;
        let snapshot = Snapshot::read(Detail::Light);
        let group = snapshot.task_groups.get(group.index())?;
        let (label, place) = (&group.label, group.place);
        let who = if label.is_empty() {
            format!("task spawned at {place}")
        } else {
            format!("`{label}` (spawned at {place})")
        };
        Some(format!("a poll of {who} took {took:.1?}; allowed are {limit:.1?}"))
    }
}

/// The task that is being polled on this thread.
fn current() -> Option<TaskId> {
    recorder::with_current(|task| task.map(|slot| slot.id()))
}

/// Fails the test if there is something to say.
fn fail(caller: &'static Location<'static>, problem: Option<String>) {
    if let Some(problem) = problem {
        panic!("taskscope, for the checks at {caller}: {problem}");
    }
}
