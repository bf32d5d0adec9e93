//! The condition variable.

use super::MutexGuard;
use super::result::map;
use crate::capture::Inside;
use crate::original::conversions;
use crate::sync::{Blocked, Entry, Exclusive, Held, Kind, Op, Parts, Resource};
use std::fmt;
use std::panic::Location;
use std::sync as real;
use std::sync::{LockResult, WaitTimeoutResult};
use std::time::Duration;

/// A condition variable: [`std::sync::Condvar`](::std::sync::Condvar), with its waiters recorded. While a thread waits, the
/// mutex is shown as not held by it.
pub struct Condvar {
    resource: Resource,
    real: real::Condvar,
}

impl Inside for Condvar {
    fn __taskscope_inside(&self, parts: &mut Parts) {
        parts.resource(&self.resource);
    }
}

impl Condvar {
    /// A condition variable that nobody waits for. It is recorded from its first use on.
    #[track_caller]
    #[inline]
    pub const fn new() -> Self {
        Self { resource: Resource::lazy(Kind::Condvar, 0, Location::caller()), real: real::Condvar::new() }
    }

    /// Blocks until it is notified, see [`std`](::std::sync::Condvar::wait).
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned when it is locked again, with the guard.
    ///
    /// # Panics
    ///
    /// As std's own, with two mutexes at once.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let (resource, place) = (guard.resource, Location::caller());
        let (real, waits) = self.released(guard, place, false);
        let result = self.real.wait(real);
        drop(waits);
        map(result, |real| taken(real, resource, place))
    }

    /// Blocks until `condition` is false, see [`std`](::std::sync::Condvar::wait_while).
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned when it is locked again, with the guard.
    #[track_caller]
    pub fn wait_while<'a, T, F>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: F,
    ) -> LockResult<MutexGuard<'a, T>>
    where
        F: FnMut(&mut T) -> bool,
    {
        while condition(&mut *guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// Blocks until it is notified, or for some time, see [`std`](::std::sync::Condvar::wait_timeout).
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned when it is locked again, with the guard.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        dur: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let (resource, place) = (guard.resource, Location::caller());
        let (real, waits) = self.released(guard, place, true);
        let result = self.real.wait_timeout(real, dur);
        drop(waits);
        map(result, |(real, timeout)| (taken(real, resource, place), timeout))
    }

    /// Blocks until it is notified, or for some time, see [`std`](::std::sync::Condvar::wait_timeout_ms).
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned when it is locked again, with the guard.
    #[deprecated = "replaced by `Condvar::wait_timeout`"]
    #[track_caller]
    pub fn wait_timeout_ms<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        ms: u32,
    ) -> LockResult<(MutexGuard<'a, T>, bool)> {
        let result = self.wait_timeout(guard, Duration::from_millis(u64::from(ms)));
        map(result, |(guard, timeout)| (guard, !timeout.timed_out()))
    }

    /// Blocks until `condition` is false, or for some time, see
    /// [`std`](::std::sync::Condvar::wait_timeout_while).
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned when it is locked again, with the guard.
    #[track_caller]
    pub fn wait_timeout_while<'a, T, F>(
        &self,
        guard: MutexGuard<'a, T>,
        dur: Duration,
        mut condition: F,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)>
    where
        F: FnMut(&mut T) -> bool,
    {
        let (resource, place) = (guard.resource, Location::caller());
        let (real, exclusive) = guard.held.into_parts();
        // One of the two, except while std looks at its clock.
        let (mut holds, mut waits) = (Some(exclusive), None);
        let result = self.real.wait_timeout_while(real, dur, |value| {
            drop(waits.take());
            let exclusive = holds.take();
            let exclusive = exclusive.unwrap_or_else(|| Exclusive::taken(resource, place, Entry::Waited));
            let again = condition(value);
            if again {
                drop(exclusive);
                waits = Some(Blocked::timed(self.resource.slot(), Op::Wait, place));
            } else {
                holds = Some(exclusive);
            }
            again
        });
        drop(waits);
        map(result, |(real, timeout)| {
            let exclusive = holds.unwrap_or_else(|| Exclusive::taken(resource, place, Entry::Waited));
            (MutexGuard { held: Held::new(real, exclusive), resource }, timeout)
        })
    }

    /// Wakes one thread that waits.
    #[inline]
    pub fn notify_one(&self) {
        self.real.notify_one();
    }

    /// Wakes all threads that wait.
    #[inline]
    pub fn notify_all(&self) {
        self.real.notify_all();
    }

    /// std's own, which is not recorded.
    pub fn into_inner(self) -> real::Condvar {
        self.real
    }

    /// Records what happens to a condition variable of std's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: real::Condvar) -> Self {
        Self { resource: Resource::from_outside(Kind::Condvar, 0, Location::caller()), real }
    }

    /// Notes that the holder of the mutex gives it up and waits: before it does.
    fn released<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        place: &'static Location<'static>,
        timed: bool,
    ) -> (real::MutexGuard<'a, T>, Blocked) {
        let (real, exclusive) = guard.held.into_parts();
        drop(exclusive);
        let slot = self.resource.slot();
        let waits = match timed {
            true => Blocked::timed(slot, Op::Wait, place),
            false => Blocked::new(slot, Op::Wait, place),
        };
        (real, waits)
    }
}

/// The guard after a wait.
fn taken<'a, T>(
    real: real::MutexGuard<'a, T>,
    resource: &'a Resource,
    place: &'static Location<'static>,
) -> MutexGuard<'a, T> {
    let exclusive = Exclusive::taken(resource, place, Entry::Waited);
    MutexGuard { held: Held::new(real, exclusive), resource }
}

conversions! { #[track_caller] [] Condvar as real::Condvar, into_inner }

impl Default for Condvar {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
