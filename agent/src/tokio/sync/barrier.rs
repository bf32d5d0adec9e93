//! The barrier: who has arrived, and how many are missing.

use crate::capture::Inside;
use crate::original::conversions;
use crate::sync::{Kind, Parts, Resource, Waiting, asks};
use ::tokio::sync as real;
use ::tokio::sync::BarrierWaitResult;
use std::fmt;
use std::future::Future;
use std::panic::Location;

/// Lets tasks wait for each other: [`tokio::sync::Barrier`](::tokio::sync::Barrier), with who has arrived recorded.
///
/// Whoever waits has arrived. A future that was polled and is given up has arrived as well, as with tokio, so fewer may
/// wait than have arrived.
pub struct Barrier {
    resource: Resource,
    real: real::Barrier,
}

impl Inside for Barrier {
    fn __taskscope_inside(&self, parts: &mut Parts) {
        parts.resource(&self.resource);
    }
}

impl Barrier {
    /// A barrier that `n` must arrive at, see [`tokio`](::tokio::sync::Barrier::new).
    #[track_caller]
    pub fn new(n: usize) -> Self {
        // None is as good as one, as with tokio.
        let resource = Resource::new(Kind::Barrier, n.max(1) as u64, Location::caller());
        Self { resource, real: real::Barrier::new(n) }
    }

    /// Arrives, and waits for the others, see [`tokio`](::tokio::sync::Barrier::wait).
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = BarrierWaitResult> {
        self.wait_at(Location::caller())
    }

    async fn wait_at(&self, place: &'static Location<'static>) -> BarrierWaitResult {
        // tokio's own counts at the start of its first poll, which is next.
        self.resource.arrive();
        Waiting::new(self.real.wait(), self.resource.slot(), asks::Wait, place).await
    }

    /// tokio's own barrier, which is not recorded.
    pub fn into_inner(self) -> real::Barrier {
        self.real
    }

    /// Records what happens to a barrier of tokio's from now on. It is shown as not covered: how many it is for and how
    /// many have arrived is not known.
    #[track_caller]
    pub fn from_inner(real: real::Barrier) -> Self {
        let resource = Resource::from_outside(Kind::Barrier, 0, Location::caller());
        Self { resource, real }
    }

    /// tokio's own barrier, for code that asks for it. What that code does is not recorded, and the barrier is shown as
    /// not covered from now on.
    pub fn as_tokio(&self) -> &real::Barrier {
        self.resource.escape();
        &self.real
    }
}

conversions! { #[track_caller] [] Barrier as real::Barrier, into_inner }

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
