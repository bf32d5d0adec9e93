//! Tasks that are awaited together and not kept.

use crate::original::conversions;
use crate::sync::{Record, Subject};
use crate::tokio::runtime::Handle;
use crate::tokio::task::join_set::note_join;
use crate::tokio::task::{self, JoinHandle, LocalSet};
use ::tokio_util::task::task_tracker as real;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

pub use real::TrackedFuture;

/// Waits for tasks without keeping them: [`tokio_util::task::TaskTracker`](real::TaskTracker). What it spawns is recorded
/// as a task that was spawned where this is called.
#[derive(Clone, Default)]
pub struct TaskTracker {
    inner: real::TaskTracker,
}

/// Counts as a task of a tracker until it is dropped: [`TaskTrackerToken`](real::TaskTrackerToken) of tokio-util.
#[must_use]
#[derive(Clone)]
pub struct TaskTrackerToken {
    inner: real::TaskTrackerToken,
    tracker: TaskTracker,
}

/// The future of [`TaskTracker::wait`].
#[must_use = "futures do nothing unless polled"]
pub struct TaskTrackerWaitFuture<'a> {
    future: real::TaskTrackerWaitFuture<'a>,
    wait: Record,
    place: &'static Location<'static>,
}

impl TaskTracker {
    /// An open tracker without tasks.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits until it is closed and has no tasks, see [`tokio_util`](real::TaskTracker::wait).
    #[track_caller]
    pub fn wait(&self) -> TaskTrackerWaitFuture<'_> {
        TaskTrackerWaitFuture { future: self.inner.wait(), wait: Record::NONE, place: Location::caller() }
    }

    /// Closes it, so that those who wait go on once there are no tasks. False if it was closed.
    pub fn close(&self) -> bool {
        self.inner.close()
    }

    /// Opens it again. False if it was open.
    pub fn reopen(&self) -> bool {
        self.inner.reopen()
    }

    /// Whether it is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    /// How many tasks it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// Whether it has no tasks.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// Spawns a task, see [`tokio_util`](real::TaskTracker::spawn).
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        task::spawn(self.track_future(task))
    }

    /// Spawns a task onto a runtime.
    #[track_caller]
    pub fn spawn_on<F>(&self, task: F, handle: &Handle) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        handle.spawn(self.track_future(task))
    }

    /// Spawns a `!Send` task.
    ///
    /// # Panics
    ///
    /// Outside of a `LocalSet`.
    #[track_caller]
    pub fn spawn_local<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        task::spawn_local(self.track_future(task))
    }

    /// Spawns a `!Send` task onto a `LocalSet`.
    #[track_caller]
    pub fn spawn_local_on<F>(&self, task: F, local_set: &LocalSet) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        local_set.spawn_local(self.track_future(task))
    }

    /// Runs a closure on a blocking thread, see [`tokio_util`](real::TaskTracker::spawn_blocking).
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn spawn_blocking<F, T>(&self, task: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        task::spawn_blocking(self.track_job(task))
    }

    /// As [`spawn_blocking`](Self::spawn_blocking), on the blocking threads of that runtime.
    #[track_caller]
    pub fn spawn_blocking_on<F, T>(&self, task: F, handle: &Handle) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        handle.spawn_blocking(self.track_job(task))
    }

    fn track_job<T, F: FnOnce() -> T>(&self, task: F) -> impl FnOnce() -> T + use<T, F> {
        let token = self.inner.token();
        move || {
            let result = task();
            drop(token);
            result
        }
    }

    /// A future that counts as a task until it is dropped.
    pub fn track_future<F: Future>(&self, future: F) -> TrackedFuture<F> {
        self.inner.track_future(future)
    }

    /// What counts as a task until it is dropped.
    pub fn token(&self) -> TaskTrackerToken {
        TaskTrackerToken { inner: self.inner.token(), tracker: self.clone() }
    }

    /// Whether both are the same tracker.
    #[must_use]
    pub fn ptr_eq(left: &TaskTracker, right: &TaskTracker) -> bool {
        real::TaskTracker::ptr_eq(&left.inner, &right.inner)
    }

    /// The plain tracker.
    pub fn into_inner(self) -> real::TaskTracker {
        self.inner
    }

    /// Holds a plain tracker.
    pub fn from_inner(inner: real::TaskTracker) -> Self {
        Self { inner }
    }
}

conversions! { [] TaskTracker as real::TaskTracker, into_inner }

impl fmt::Debug for TaskTracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl TaskTrackerToken {
    /// The tracker.
    #[must_use]
    pub fn task_tracker(&self) -> &TaskTracker {
        &self.tracker
    }
}

impl fmt::Debug for TaskTrackerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl Future for TaskTrackerWaitFuture<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // SAFETY: the future is not moved out of the reference.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: `this` was pinned, and the future is a part of it that is never moved and has no `Drop` of ours.
        let result = unsafe { Pin::new_unchecked(&mut this.future) }.poll(cx);
        note_join(&mut this.wait, cx, result.is_pending(), Subject::None, this.place);
        result
    }
}

impl fmt::Debug for TaskTrackerWaitFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.future.fmt(f)
    }
}
