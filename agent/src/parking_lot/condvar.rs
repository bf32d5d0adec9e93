//! The condition variable.

use super::{MutexGuard, RawMutex};
use crate::original::conversions;
use crate::sync::{Blocked, Entry, Kind, Op, Resource};
use parking_lot as real;
use parking_lot::WaitTimeoutResult;
use std::fmt;
use std::ops::DerefMut;
use std::panic::Location;
use std::time::{Duration, Instant};

/// A condition variable: [`parking_lot::Condvar`](real::Condvar), with its waiters recorded. While a thread waits, the mutex is
/// shown as not held by it.
pub struct Condvar {
    resource: Resource,
    real: real::Condvar,
}

/// A thread that has a mutex, and at times waits without it.
struct Waiter<'a> {
    condition: &'a Resource,
    mutex: &'a RawMutex,
    place: &'static Location<'static>,
    timed: bool,
    blocked: Option<Blocked>,
}

impl Waiter<'_> {
    /// It gives up the mutex and waits: to be said before it does.
    fn begin(&mut self) {
        self.mutex.release(|| ());
        let slot = self.condition.slot_at(self.place);
        self.blocked = Some(match self.timed {
            true => Blocked::timed(slot, Op::Wait, self.place),
            false => Blocked::new(slot, Op::Wait, self.place),
        });
    }

    /// It has the mutex again.
    fn end(&mut self) {
        if let Some(blocked) = self.blocked.take() {
            drop(blocked);
            self.mutex.took(self.place, Entry::Waited);
        }
    }
}

/// Also if the wait panics, which it does with the lock held.
impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

impl Condvar {
    /// A condition variable that nobody waits for. It is recorded from its first use on.
    #[track_caller]
    #[inline]
    pub const fn new() -> Self {
        Self { resource: Resource::lazy(Kind::Condvar, 0, Location::caller()), real: real::Condvar::new() }
    }

    /// Wakes one thread that waits. Returns whether there was one.
    #[inline]
    pub fn notify_one(&self) -> bool {
        self.real.notify_one()
    }

    /// Wakes all threads that wait. Returns how many there were.
    #[inline]
    pub fn notify_all(&self) -> usize {
        self.real.notify_all()
    }

    /// parking_lot's own, which is not recorded.
    pub fn into_inner(self) -> real::Condvar {
        self.real
    }

    /// Records what happens to a condition variable of parking_lot's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: real::Condvar) -> Self {
        Self { resource: Resource::from_outside(Kind::Condvar, 0, Location::caller()), real }
    }

    /// Blocks until it is notified.
    ///
    /// # Panics
    ///
    /// As parking_lot's own, with two mutexes at once.
    #[track_caller]
    pub fn wait<T: ?Sized>(&self, mutex_guard: &mut MutexGuard<'_, T>) {
        self.wait_with(mutex_guard, false, Location::caller(), |guard| self.real.wait(guard));
    }

    /// Blocks until it is notified, or until `timeout`.
    ///
    /// # Panics
    ///
    /// As [`wait`](Self::wait).
    #[track_caller]
    pub fn wait_until<T: ?Sized>(
        &self,
        mutex_guard: &mut MutexGuard<'_, T>,
        timeout: Instant,
    ) -> WaitTimeoutResult {
        self.wait_with(mutex_guard, true, Location::caller(), |guard| self.real.wait_until(guard, timeout))
    }

    /// Blocks until it is notified, or for some time.
    ///
    /// # Panics
    ///
    /// As [`wait`](Self::wait).
    #[track_caller]
    pub fn wait_for<T: ?Sized>(
        &self,
        mutex_guard: &mut MutexGuard<'_, T>,
        timeout: Duration,
    ) -> WaitTimeoutResult {
        self.wait_with(mutex_guard, true, Location::caller(), |guard| self.real.wait_for(guard, timeout))
    }

    /// Blocks until `condition` is false.
    ///
    /// # Panics
    ///
    /// As [`wait`](Self::wait).
    #[track_caller]
    pub fn wait_while<T, F>(&self, mutex_guard: &mut MutexGuard<'_, T>, condition: F)
    where
        T: ?Sized,
        F: FnMut(&mut T) -> bool,
    {
        self.wait_while_with(mutex_guard, condition, false, Location::caller(), |guard, condition| {
            self.real.wait_while(guard, |()| condition());
        });
    }

    /// Blocks until `condition` is false, or until `timeout`.
    ///
    /// # Panics
    ///
    /// As [`wait`](Self::wait).
    #[track_caller]
    pub fn wait_while_until<T, F>(
        &self,
        mutex_guard: &mut MutexGuard<'_, T>,
        condition: F,
        timeout: Instant,
    ) -> WaitTimeoutResult
    where
        T: ?Sized,
        F: FnMut(&mut T) -> bool,
    {
        self.wait_while_with(mutex_guard, condition, true, Location::caller(), |guard, condition| {
            self.real.wait_while_until(guard, |()| condition(), timeout)
        })
    }

    /// Blocks until `condition` is false, or for some time.
    ///
    /// # Panics
    ///
    /// As [`wait`](Self::wait).
    #[track_caller]
    pub fn wait_while_for<T: ?Sized, F>(
        &self,
        mutex_guard: &mut MutexGuard<'_, T>,
        condition: F,
        timeout: Duration,
    ) -> WaitTimeoutResult
    where
        F: FnMut(&mut T) -> bool,
    {
        self.wait_while_with(mutex_guard, condition, true, Location::caller(), |guard, condition| {
            self.real.wait_while_for(guard, |()| condition(), timeout)
        })
    }

    /// Waits once, with the real guard of the real mutex.
    fn wait_with<T: ?Sized, R>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        timed: bool,
        place: &'static Location<'static>,
        wait: impl FnOnce(&mut real::MutexGuard<'_, ()>) -> R,
    ) -> R {
        let mut waiter = self.waiter(guard, timed, place);
        // SAFETY: the guard is there, so the lock is held.
        let mut real = unsafe { waiter.mutex.real_guard() };
        waiter.begin();
        wait(&mut real)
    }

    /// Waits as long as the real variable finds that it has to.
    fn wait_while_with<T: ?Sized, R>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        mut condition: impl FnMut(&mut T) -> bool,
        timed: bool,
        place: &'static Location<'static>,
        wait: impl FnOnce(&mut real::MutexGuard<'_, ()>, &mut dyn FnMut() -> bool) -> R,
    ) -> R {
        let mut waiter = self.waiter(guard, timed, place);
        // SAFETY: the guard is there, so the lock is held.
        let mut real = unsafe { waiter.mutex.real_guard() };
        let value = guard.deref_mut();
        wait(&mut real, &mut || {
            waiter.end();
            let again = condition(value);
            if again {
                waiter.begin();
            }
            again
        })
    }

    fn waiter<'a, T: ?Sized>(
        &'a self,
        guard: &MutexGuard<'a, T>,
        timed: bool,
        place: &'static Location<'static>,
    ) -> Waiter<'a> {
        // SAFETY: the raw mutex is neither locked nor unlocked by this.
        let mutex = unsafe { MutexGuard::mutex(guard).raw() };
        Waiter { condition: &self.resource, mutex, place, timed, blocked: None }
    }
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
