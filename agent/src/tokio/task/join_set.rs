//! A set of tasks that are awaited together.

use super::spawn::{job, spawned};
use super::{AbortHandle, LocalSet, Members};
use crate::original::conversions;
use crate::sync::{Op, Record, Subject};
use crate::task::Kind;
use crate::tokio::runtime::Handle;
use ::tokio::task::{Id, JoinError};
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::Location;
use std::ptr;
use std::task::{Context, Poll};

/// A set of tasks that are awaited together: [`JoinSet`](::tokio::task::JoinSet) of tokio.
pub struct JoinSet<T> {
    /// Dropped first: the abort of its tasks is noted before they are aborted.
    members: Members,
    real: ::tokio::task::JoinSet<T>,
}

impl<T> JoinSet<T> {
    /// An empty set.
    pub fn new() -> Self {
        Self { members: Members::default(), real: ::tokio::task::JoinSet::new() }
    }

    /// How many tasks are in the set.
    pub fn len(&self) -> usize {
        self.real.len()
    }

    /// Whether no task is in the set.
    pub fn is_empty(&self) -> bool {
        self.real.is_empty()
    }

    /// tokio's own set. The tasks in it go on being recorded; a wait for one of them is not, and an abort by the set is counted
    /// as a drop.
    pub fn into_inner(self) -> ::tokio::task::JoinSet<T> {
        let Self { members, real } = self;
        members.leave();
        real
    }

    /// Holds a set of tokio's. Of the tasks that are in it already only the wait for them is recorded, and it names none.
    pub fn from_inner(real: ::tokio::task::JoinSet<T>) -> Self {
        Self { members: Members::from_outside(real.len()), real }
    }
}

impl<T: 'static> JoinSet<T> {
    /// What the current task waits for when it awaits the next one.
    #[cfg_attr(
        not(feature = "tokio-stream"),
        expect(dead_code, reason = "the stream of a set is behind a feature")
    )]
    pub(crate) fn awaited(&self) -> Subject {
        self.members.subject()
    }

    fn joined(&mut self, real: ::tokio::task::AbortHandle, id: u64) -> AbortHandle {
        self.members.add(id, self.real.len());
        AbortHandle::new(real, id)
    }

    /// Spawns a task into the set, see [`tokio`](::tokio::task::JoinSet::spawn).
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn spawn<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        let (real, id) = spawned!(task, Kind::Task, Location::caller(), self.real.spawn(task));
        self.joined(real, id)
    }

    /// Spawns a task into the set and onto a runtime, see [`tokio`](::tokio::task::JoinSet::spawn_on).
    #[track_caller]
    pub fn spawn_on<F>(&mut self, task: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        let (real, id) = spawned!(task, Kind::Task, Location::caller(), self.real.spawn_on(task, handle));
        self.joined(real, id)
    }

    /// Spawns a `!Send` task into the set, see [`tokio`](::tokio::task::JoinSet::spawn_local).
    ///
    /// # Panics
    ///
    /// Outside of a `LocalSet`.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        let (real, id) = spawned!(task, Kind::Local, Location::caller(), self.real.spawn_local(task));
        self.joined(real, id)
    }

    /// Spawns a `!Send` task into the set and onto a `LocalSet`, see
    /// [`tokio`](::tokio::task::JoinSet::spawn_local_on).
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, task: F, local_set: &LocalSet) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        let (real, id) =
            spawned!(task, Kind::Local, Location::caller(), self.real.spawn_local_on(task, local_set.real()));
        self.joined(real, id)
    }

    /// Runs a closure on a blocking thread as a member of the set, see
    /// [`tokio`](::tokio::task::JoinSet::spawn_blocking).
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, f: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        let (job, id) = job(f, Location::caller());
        let real = self.real.spawn_blocking(job);
        self.joined(real, id)
    }

    /// As [`spawn_blocking`](Self::spawn_blocking), on the blocking threads of that runtime.
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, f: F, handle: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        let (job, id) = job(f, Location::caller());
        let real = self.real.spawn_blocking_on(job, handle);
        self.joined(real, id)
    }

    /// Waits for one of the tasks, see [`tokio`](::tokio::task::JoinSet::join_next).
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        let mut wait = Record::NONE;
        poll_fn(|cx| {
            let result = self.real.poll_join_next(cx);
            note_join(&mut wait, cx, result.is_pending(), self.members.subject(), ptr::null());
            result
        })
        .await
    }

    /// As [`join_next`](Self::join_next), with the task's id.
    pub async fn join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        let mut wait = Record::NONE;
        poll_fn(|cx| {
            let result = self.real.poll_join_next_with_id(cx);
            note_join(&mut wait, cx, result.is_pending(), self.members.subject(), ptr::null());
            result
        })
        .await
    }

    /// The result of a task that has ended, if there is one.
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.real.try_join_next()
    }

    /// As [`try_join_next`](Self::try_join_next), with the task's id.
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        self.real.try_join_next_with_id()
    }

    /// Aborts all tasks and waits for their ends, see [`tokio`](::tokio::task::JoinSet::shutdown).
    pub async fn shutdown(&mut self) {
        self.abort_all();
        while self.join_next().await.is_some() {}
    }

    /// Waits for all tasks, see [`tokio`](::tokio::task::JoinSet::join_all).
    ///
    /// # Panics
    ///
    /// If a task panicked or was cancelled, as tokio's own.
    pub async fn join_all(mut self) -> Vec<T> {
        let mut output = Vec::with_capacity(self.len());
        while let Some(result) = self.join_next().await {
            match result {
                Ok(value) => output.push(value),
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(error) => panic!("{error}"),
            }
        }
        output
    }

    /// Aborts all tasks; they stay in the set until they are joined.
    pub fn abort_all(&mut self) {
        self.members.mark_aborted();
        self.real.abort_all();
    }

    /// Lets all tasks go without aborting them.
    pub fn detach_all(&mut self) {
        self.members.mark_detached();
        self.real.detach_all();
    }

    /// Polls for a task that has ended, see [`tokio`](::tokio::task::JoinSet::poll_join_next).
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        self.real.poll_join_next(cx)
    }

    /// As [`poll_join_next`](Self::poll_join_next), with the task's id.
    pub fn poll_join_next_with_id(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<(Id, T), JoinError>>> {
        self.real.poll_join_next_with_id(cx)
    }
}

/// Records the wait for any of several tasks; `place` is null if it is not known.
pub(crate) fn note_join(
    wait: &mut Record,
    cx: &Context<'_>,
    pending: bool,
    subject: Subject,
    place: *const Location<'static>,
) {
    if pending {
        wait.pending(cx.waker(), subject, Op::Join, 1, place);
    } else {
        wait.close();
    }
}

conversions! { [T] JoinSet<T> as ::tokio::task::JoinSet<T>, into_inner }

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}

impl<T> Default for JoinSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, F> FromIterator<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = F>>(iter: I) -> Self {
        let mut set = Self::new();
        set.extend(iter);
        set
    }
}

impl<T, F> Extend<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    #[track_caller]
    fn extend<I: IntoIterator<Item = F>>(&mut self, iter: I) {
        for future in iter {
            self.spawn(future);
        }
    }
}
