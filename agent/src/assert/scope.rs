//! What a test starts: a scope, and the future or closure that runs in it.

use crate::clock;
use crate::id::{TaskGroupId, TaskId};
use crate::recorder;
use crate::registry::{orders, scopes};
use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// A scope; it is closed when this is dropped.
#[derive(Debug)]
pub(super) struct Scope {
    number: u32,
    /// Whether the order of locks is watched.
    orders: bool,
}

impl Scope {
    /// A new scope; `orders`: whether it watches in which order locks are taken.
    pub(super) fn open(orders: bool) -> Self {
        let scope = Self { number: scopes::open(), orders };
        if orders {
            orders::watch(scope.number);
        }
        recorder::set_modes();
        scope
    }

    /// Its number.
    pub(super) fn id(&self) -> u32 {
        self.number
    }

    /// Takes a task in that was there before: the one that runs the test itself.
    pub(super) fn adopt(&self, task: Option<TaskId>) {
        if let Some(task) = task {
            scopes::adopt(task.pack(), self.number);
        }
    }

    /// All tasks that belong to it, those that have ended included.
    pub(super) fn tasks(&self) -> HashSet<TaskId> {
        tasks_of(self.number)
    }

    /// The orders in which its tasks took locks.
    pub(super) fn orders(&self) -> Vec<(orders::Pair, orders::Order)> {
        orders::seen(self.number)
    }

    /// The longest poll of any of its tasks, and the task's group.
    pub(super) fn longest_poll(&self) -> Option<(TaskGroupId, Duration)> {
        let (group, ticks) = scopes::longest_poll(self.number)?;
        Some((TaskGroupId(group), Duration::from_nanos(clock::nanos(ticks))))
    }

    /// Runs `f` on this thread so that what it spawns belongs to the scope.
    pub(super) fn within<R>(&self, f: impl FnOnce() -> R) -> R {
        let _entered = Entered(scopes::enter(self.number));
        f()
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        scopes::close(self.number);
        if self.orders {
            orders::forget(self.number);
        }
        recorder::set_modes();
    }
}

/// All tasks that belong to the scope with this number, those that have ended included.
pub(super) fn tasks_of(scope: u32) -> HashSet<TaskId> {
    scopes::members(scope).into_iter().filter_map(TaskId::unpack).collect()
}

/// Restores the scope that this thread had before.
struct Entered(u32);

impl Drop for Entered {
    fn drop(&mut self) {
        scopes::enter(self.0);
    }
}

/// A future that runs in a scope, and is dropped in it. It notes its own longest poll.
pub(super) struct Scoped<'a, F> {
    scope: &'a Scope,
    /// `None` once it is ready.
    future: Option<Pin<Box<F>>>,
    longest: Duration,
}

impl<'a, F> Scoped<'a, F> {
    pub(super) fn new(scope: &'a Scope, future: F) -> Self {
        Self { scope, future: Some(Box::pin(future)), longest: Duration::ZERO }
    }

    /// The longest of its own polls.
    pub(super) fn longest_poll(&self) -> Duration {
        self.longest
    }

    fn discard(&mut self) {
        let future = self.future.take();
        self.scope.within(|| drop(future));
    }
}

impl<F: Future> Scoped<'_, F> {
    /// Polls the future.
    ///
    /// # Panics
    ///
    /// As the future does, and once it was ready.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Some(future) = &mut self.future else { panic!("a future was polled after it was ready") };
        let start = clock::ticks();
        let result = self.scope.within(|| future.as_mut().poll(cx));
        self.longest = self.longest.max(Duration::from_nanos(clock::between(start, clock::ticks())));
        if result.is_ready() {
            self.discard();
        }
        result
    }
}

impl<F> Drop for Scoped<'_, F> {
    fn drop(&mut self) {
        self.discard();
    }
}
