//! A map of tasks that are awaited together.

use crate::original::conversions;
use crate::sync::Record;
use crate::task::Kind;
use crate::tokio::runtime::Handle;
use crate::tokio::task::join_set::note_join;
use crate::tokio::task::{LocalSet, Members, job, spawned};
use ::tokio::task::{Id, JoinError};
use ::tokio_util::task as real;
use ::tokio_util::task::JoinMapKeys;
use std::borrow::Borrow;
use std::fmt;
use std::future::{Future, poll_fn};
use std::hash::{BuildHasher, Hash, RandomState};
use std::panic::Location;
use std::pin::pin;
use std::ptr;

/// Tasks by keys: [`tokio_util::task::JoinMap`](real::JoinMap). Each is recorded as spawned where this is called. That one
/// task of the map was aborted, by its key or for a new one, is not seen: it is counted as one that was dropped.
pub struct JoinMap<K, V, S = RandomState> {
    /// Dropped first: the abort of its tasks is noted before they are aborted.
    members: Members,
    inner: real::JoinMap<K, V, S>,
}

impl<K, V> JoinMap<K, V> {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::with_hasher(RandomState::new())
    }

    /// An empty map with room for so many tasks.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self::with_capacity_and_hasher(capacity, RandomState::new())
    }
}

impl<K, V, S> JoinMap<K, V, S> {
    /// An empty map that hashes its keys in this way.
    #[must_use]
    pub fn with_hasher(hash_builder: S) -> Self {
        Self::with_capacity_and_hasher(0, hash_builder)
    }

    /// An empty map with room for so many tasks, which hashes its keys in this way.
    #[must_use]
    pub fn with_capacity_and_hasher(capacity: usize, hash_builder: S) -> Self {
        let inner = real::JoinMap::with_capacity_and_hasher(capacity, hash_builder);
        Self { members: Members::default(), inner }
    }

    /// How many tasks are in the map.
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// Whether no task is in the map.
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// For how many tasks there is room.
    pub fn capacity(&self) -> usize {
        self.inner.capacity()
    }

    /// tokio-util's own map. The tasks in it go on being recorded; a wait for one of them is not, and an abort by the map is
    /// counted as a drop.
    pub fn into_inner(self) -> real::JoinMap<K, V, S> {
        let Self { members, inner } = self;
        members.leave();
        inner
    }

    /// Holds a map of tokio-util's. Of the tasks that are in it already only the wait for them is recorded, and it names
    /// none.
    pub fn from_inner(inner: real::JoinMap<K, V, S>) -> Self {
        Self { members: Members::from_outside(inner.len()), inner }
    }
}

impl<K, V, S> JoinMap<K, V, S>
where
    K: Hash + Eq,
    V: 'static,
    S: BuildHasher,
{
    /// Spawns a task under a key; one that had the key is aborted. See [`tokio_util`](real::JoinMap::spawn).
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn spawn<F>(&mut self, key: K, task: F)
    where
        F: Future<Output = V> + Send + 'static,
        V: Send,
    {
        let ((), id) = spawned!(task, Kind::Task, Location::caller(), self.inner.spawn(key, task));
        self.members.add(id, self.inner.len());
    }

    /// Spawns a task under a key and onto a runtime.
    #[track_caller]
    pub fn spawn_on<F>(&mut self, key: K, task: F, handle: &Handle)
    where
        F: Future<Output = V> + Send + 'static,
        V: Send,
    {
        let ((), id) = spawned!(task, Kind::Task, Location::caller(), self.inner.spawn_on(key, task, handle));
        self.members.add(id, self.inner.len());
    }

    /// Runs a closure on a blocking thread under a key.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, key: K, f: F)
    where
        F: FnOnce() -> V + Send + 'static,
        V: Send,
    {
        let (job, id) = job(f, Location::caller());
        self.inner.spawn_blocking(key, job);
        self.members.add(id, self.inner.len());
    }

    /// As [`spawn_blocking`](Self::spawn_blocking), on the blocking threads of that runtime.
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, key: K, f: F, handle: &Handle)
    where
        F: FnOnce() -> V + Send + 'static,
        V: Send,
    {
        let (job, id) = job(f, Location::caller());
        self.inner.spawn_blocking_on(key, job, handle);
        self.members.add(id, self.inner.len());
    }

    /// Spawns a `!Send` task under a key.
    ///
    /// # Panics
    ///
    /// Outside of a `LocalSet`.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, key: K, task: F)
    where
        F: Future<Output = V> + 'static,
    {
        let ((), id) = spawned!(task, Kind::Local, Location::caller(), self.inner.spawn_local(key, task));
        self.members.add(id, self.inner.len());
    }

    /// Spawns a `!Send` task under a key and onto a `LocalSet`.
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, key: K, task: F, local_set: &LocalSet)
    where
        F: Future<Output = V> + 'static,
    {
        let ((), id) = spawned!(
            task,
            Kind::Local,
            Location::caller(),
            self.inner.spawn_local_on(key, task, local_set.real())
        );
        self.members.add(id, self.inner.len());
    }

    /// Waits for one of the tasks, see [`tokio_util`](real::JoinMap::join_next). Cancel safe.
    pub async fn join_next(&mut self) -> Option<(K, Result<V, JoinError>)> {
        let mut wait = Record::NONE;
        let members = &self.members;
        let mut next = pin!(self.inner.join_next());
        poll_fn(|cx| {
            let result = next.as_mut().poll(cx);
            note_join(&mut wait, cx, result.is_pending(), members.subject(), ptr::null());
            result
        })
        .await
    }

    /// The result of a task that has ended, if there is one.
    pub fn try_join_next(&mut self) -> Option<(K, Result<V, JoinError>)> {
        self.inner.try_join_next()
    }

    /// Aborts all tasks and waits for their ends.
    pub async fn shutdown(&mut self) {
        self.abort_all();
        while self.join_next().await.is_some() {}
    }

    /// Aborts the task with this key. False if there is none.
    pub fn abort<Q>(&mut self, key: &Q) -> bool
    where
        Q: ?Sized + Hash + Eq,
        K: Borrow<Q>,
    {
        self.inner.abort(key)
    }

    /// Aborts the tasks whose keys are wanted.
    pub fn abort_matching(&mut self, predicate: impl FnMut(&K) -> bool) {
        self.inner.abort_matching(predicate);
    }

    /// The keys of all tasks.
    pub fn keys(&self) -> JoinMapKeys<'_, K, V> {
        self.inner.keys()
    }

    /// Whether there is a task with this key.
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        Q: ?Sized + Hash + Eq,
        K: Borrow<Q>,
    {
        self.inner.contains_key(key)
    }

    /// Whether the task with this id is in the map.
    pub fn contains_task(&self, task: &Id) -> bool {
        self.inner.contains_task(task)
    }

    /// Makes room for so many more tasks.
    pub fn reserve(&mut self, additional: usize) {
        self.inner.reserve(additional);
    }

    /// Gives back room that is not needed.
    pub fn shrink_to_fit(&mut self) {
        self.inner.shrink_to_fit();
    }

    /// Gives back room that is not needed, down to `min_capacity`.
    pub fn shrink_to(&mut self, min_capacity: usize) {
        self.inner.shrink_to(min_capacity);
    }
}

impl<K, V, S> JoinMap<K, V, S>
where
    V: 'static,
{
    /// Aborts all tasks; they stay in the map until they are joined.
    pub fn abort_all(&mut self) {
        self.members.mark_aborted();
        self.inner.abort_all();
    }

    /// Lets all tasks go without aborting them.
    pub fn detach_all(&mut self) {
        self.members.mark_detached();
        self.inner.detach_all();
    }
}

conversions! { [K, V, S] JoinMap<K, V, S> as real::JoinMap<K, V, S>, into_inner }

impl<K: fmt::Debug, V, S> fmt::Debug for JoinMap<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<K, V> Default for JoinMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}
