//! Threads that may borrow from their spawner, and the wait for all of them.

use super::ScopedJoinHandle;
use super::spawn::{joining, seen};
use crate::id::TaskId;
use crate::primitive::real::Mutex;
use crate::sync::Blocked;
use crate::task::is_alive;
use std::fmt;
use std::panic::Location;
use std::ptr;
use std::thread as real;

/// How many threads of a scope the wait at its end names at most.
const MOST_NAMED: usize = 32;

/// Where threads can be spawned that may borrow: [`std::thread::Scope`](::std::thread::Scope).
pub struct Scope<'scope, 'env: 'scope> {
    real: &'scope real::Scope<'scope, 'env>,
    /// The threads spawned in it, packed.
    threads: Mutex<Vec<u64>>,
}

/// Runs `f`, which may spawn threads that borrow, and waits for all of them: [`std::thread::scope`](::std::thread::scope).
///
/// # Panics
///
/// If a thread that was not joined has panicked, as std's own.
///
/// ```
/// use taskscope::std::thread;
///
/// let parts = [1, 2, 3];
/// let sum = thread::scope(|scope| scope.spawn(|| parts.iter().sum::<i32>()).join().unwrap());
/// assert_eq!(sum, 6);
/// ```
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let place = Location::caller();
    let mut home = Home(ptr::null_mut());
    // Dropped before `home`, when std's scope has ended.
    let mut waits: Vec<Blocked> = Vec::new();
    real::scope(|scope| {
        let scope = Box::into_raw(Box::new(Scope { real: scope, threads: Mutex::new(Vec::new()) }));
        home.0 = scope.cast();
        // SAFETY: it was just made, and is freed by `home` when std's scope has ended and with it all of its threads.
        let scope = unsafe { &*scope };
        let result = f(scope);
        let threads = scope.threads.lock();
        let alive = threads.iter().filter(|id| TaskId::unpack(**id).is_some_and(is_alive));
        waits.extend(alive.take(MOST_NAMED).map(|id| joining(*id, place)));
        result
    })
}

/// Frees the scope.
struct Home(*mut Scope<'static, 'static>);

impl Drop for Home {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: it came out of a box, and nobody refers to it any more. No drop depends on its lifetimes.
            drop(unsafe { Box::from_raw(self.0) });
        }
    }
}

impl<'scope, 'env> Scope<'scope, 'env> {
    /// Spawns a thread that may borrow, see [`std`](::std::thread::Scope::spawn).
    ///
    /// # Panics
    ///
    /// If the system cannot make a thread.
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, f: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let (run, task) = seen(f, None, Location::caller());
        let handle = self.real.spawn(run);
        self.add(task);
        ScopedJoinHandle::new(handle, task)
    }

    pub(super) fn real(&self) -> &'scope real::Scope<'scope, 'env> {
        self.real
    }

    /// Notes a thread, and forgets those that have ended, now and then.
    pub(super) fn add(&self, task: u64) {
        let mut threads = self.threads.lock();
        if threads.len() == threads.capacity() {
            threads.retain(|id| TaskId::unpack(*id).is_some_and(is_alive));
        }
        threads.push(task);
    }
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
