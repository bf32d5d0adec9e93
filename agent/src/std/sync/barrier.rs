//! The barrier.

use crate::capture::Inside;
use crate::original::conversions;
use crate::sync::{Blocked, Kind, Op, Parts, Resource};
use std::fmt;
use std::panic::Location;
use std::sync as real;
use std::sync::BarrierWaitResult;

/// Lets threads wait for each other: [`std::sync::Barrier`](::std::sync::Barrier), with who has arrived recorded.
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
    /// A barrier that `n` must arrive at. It is recorded from its first use on.
    #[track_caller]
    #[inline]
    pub const fn new(n: usize) -> Self {
        // None is as good as one.
        let limit = if n == 0 { 1 } else { n as u64 };
        Self {
            resource: Resource::lazy(Kind::Barrier, limit, Location::caller()),
            real: real::Barrier::new(n),
        }
    }

    /// Arrives, and blocks until the others have, see [`std`](::std::sync::Barrier::wait).
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        let blocked = Blocked::new(self.resource.slot(), Op::Wait, Location::caller());
        self.resource.arrive();
        let result = self.real.wait();
        blocked.end();
        result
    }

    /// std's own, which is not recorded.
    pub fn into_inner(self) -> real::Barrier {
        self.real
    }

    /// Records what happens to a barrier of std's from now on. It is shown as not covered: how many it is for and how many have
    /// arrived is not known.
    #[track_caller]
    pub fn from_inner(real: real::Barrier) -> Self {
        Self { resource: Resource::from_outside(Kind::Barrier, 0, Location::caller()), real }
    }
}

conversions! { #[track_caller] [] Barrier as real::Barrier, into_inner }

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
