//! Tasks that stay on their thread.

use super::JoinHandle;
use super::spawn::{rooted, spawned};
use crate::original::conversions;
use crate::task::Kind;
use crate::tokio::runtime::Runtime;
use ::tokio::task::LocalEnterGuard;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Spawns a `!Send` task on the current [`LocalSet`]: [`tokio::task::spawn_local`](::tokio::task::spawn_local).
///
/// # Panics
///
/// Outside of a `LocalSet`, as tokio's own.
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let (real, id) = spawned!(future, Kind::Local, Location::caller(), ::tokio::task::spawn_local(future));
    JoinHandle::new(real, id)
}

/// A set of tasks that run on one thread: [`tokio::task::LocalSet`](::tokio::task::LocalSet).
#[derive(Default)]
pub struct LocalSet {
    real: ::tokio::task::LocalSet,
}

impl LocalSet {
    /// An empty set.
    pub fn new() -> LocalSet {
        LocalSet { real: ::tokio::task::LocalSet::new() }
    }

    /// Makes this set the current one, see [`tokio`](::tokio::task::LocalSet::enter).
    pub fn enter(&self) -> LocalEnterGuard {
        self.real.enter()
    }

    /// Spawns a task onto the set, see [`tokio`](::tokio::task::LocalSet::spawn_local).
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let (real, id) = spawned!(future, Kind::Local, Location::caller(), self.real.spawn_local(future));
        JoinHandle::new(real, id)
    }

    /// Runs a future to its end on this set, see [`tokio`](::tokio::task::LocalSet::block_on).
    ///
    /// # Panics
    ///
    /// As tokio's own.
    #[track_caller]
    pub fn block_on<F>(&self, rt: &Runtime, future: F) -> F::Output
    where
        F: Future,
    {
        let root = rooted(future, Location::caller());
        let (_on, real) = rt.working();
        self.real.block_on(real, root)
    }

    /// Runs a future to its end on this set, see [`tokio`](::tokio::task::LocalSet::run_until).
    pub async fn run_until<F>(&self, future: F) -> F::Output
    where
        F: Future,
    {
        self.real.run_until(future).await
    }

    /// tokio's own set.
    pub fn into_inner(self) -> ::tokio::task::LocalSet {
        self.real
    }

    /// Records what is spawned onto a set of tokio's from now on.
    pub fn from_inner(real: ::tokio::task::LocalSet) -> Self {
        Self { real }
    }

    pub(crate) fn real(&self) -> &::tokio::task::LocalSet {
        &self.real
    }
}

conversions! { [] LocalSet as ::tokio::task::LocalSet, into_inner }

impl fmt::Debug for LocalSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}

impl Future for LocalSet {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.real).poll(cx)
    }
}
