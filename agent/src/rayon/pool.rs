//! The pool, and whoever waits for what it runs.

use super::spawn::Made;
use crate::original::conversions;
use crate::sync::{Blocked, Op, Subject};
use ::rayon as real;
use ::rayon::{BroadcastContext, Scope, ScopeFifo};
use std::fmt;
use std::ops::Deref;
use std::panic::Location;

/// A pool of threads: [`rayon::ThreadPool`](::rayon::ThreadPool), of which it is seen who waits for it.
///
/// It derefs to rayon's own, which spawns jobs. [`from_inner`](Self::from_inner) makes one of a pool that is
/// there already, [`into_inner`](Self::into_inner) gives rayon's own back, and `From` does both.
pub struct ThreadPool {
    real: real::ThreadPool,
    /// The task of its only thread, packed; 0 if there are several, or it is not recorded.
    only: u64,
}

impl ThreadPool {
    pub(super) fn new(real: real::ThreadPool, made: &Made) -> Self {
        let only = made.only(real.current_num_threads());
        Self { real, only }
    }

    /// A pool that is there already, whose threads are not seen: only waits for it are.
    pub fn from_inner(real: real::ThreadPool) -> Self {
        Self { real, only: 0 }
    }

    /// rayon's own pool; waits for it are not recorded.
    pub fn into_inner(self) -> real::ThreadPool {
        self.real
    }

    /// Runs `op` in the pool and waits for its end, see [`rayon`](::rayon::ThreadPool::install).
    #[track_caller]
    pub fn install<OP, R>(&self, op: OP) -> R
    where
        OP: FnOnce() -> R + Send,
        R: Send,
    {
        // Nobody but the only thread can begin with it.
        let subject = if self.only == 0 { Subject::None } else { Subject::Task(self.only) };
        let Some(waiting) = waiting(subject, Location::caller()) else { return self.real.install(op) };
        let runner = waiting.runner();
        self.real.install(move || {
            let _running = runner.runs_here();
            op()
        })
    }

    /// Runs `op` in each thread of the pool and waits for all of them, see [`rayon`](::rayon::ThreadPool::broadcast).
    #[track_caller]
    pub fn broadcast<OP, R>(&self, op: OP) -> Vec<R>
    where
        OP: Fn(BroadcastContext<'_>) -> R + Sync,
        R: Send,
    {
        let _waiting = waiting(Subject::None, Location::caller());
        self.real.broadcast(op)
    }

    /// Runs both in the pool, perhaps at the same time, and waits for their ends.
    #[track_caller]
    pub fn join<A, B, RA, RB>(&self, oper_a: A, oper_b: B) -> (RA, RB)
    where
        A: FnOnce() -> RA + Send,
        B: FnOnce() -> RB + Send,
        RA: Send,
        RB: Send,
    {
        self.install(|| real::join(oper_a, oper_b))
    }

    /// Runs `op` in the pool, and waits for it and all that it spawns, see [`rayon`](::rayon::scope()).
    #[track_caller]
    pub fn scope<'scope, OP, R>(&self, op: OP) -> R
    where
        OP: FnOnce(&Scope<'scope>) -> R + Send,
        R: Send,
    {
        self.install(|| real::scope(op))
    }

    /// The same, with what a thread spawns in the order in which that was spawned.
    #[track_caller]
    pub fn scope_fifo<'scope, OP, R>(&self, op: OP) -> R
    where
        OP: FnOnce(&ScopeFifo<'scope>) -> R + Send,
        R: Send,
    {
        self.install(|| real::scope_fifo(op))
    }

    /// Runs `op` on the current thread, and waits for all that it spawns in the pool, see
    /// [`rayon`](::rayon::ThreadPool::in_place_scope).
    #[track_caller]
    pub fn in_place_scope<'scope, OP, R>(&self, op: OP) -> R
    where
        OP: FnOnce(&Scope<'scope>) -> R,
    {
        let (place, mut waits) = (Location::caller(), None);
        self.real.in_place_scope(|scope| {
            let result = op(scope);
            waits = waiting(Subject::None, place);
            result
        })
    }

    /// The same, with what a thread spawns in the order in which that was spawned.
    #[track_caller]
    pub fn in_place_scope_fifo<'scope, OP, R>(&self, op: OP) -> R
    where
        OP: FnOnce(&ScopeFifo<'scope>) -> R,
    {
        let (place, mut waits) = (Location::caller(), None);
        self.real.in_place_scope_fifo(|scope| {
            let result = op(scope);
            waits = waiting(Subject::None, place);
            result
        })
    }
}

/// Records that the current thread waits for a pool, unless it works for one: then it runs other jobs meanwhile.
fn waiting(subject: Subject, place: &'static Location<'static>) -> Option<Blocked> {
    real::current_thread_index().is_none().then(|| Blocked::on(subject, Op::Join, place, false))
}

impl Deref for ThreadPool {
    type Target = real::ThreadPool;

    fn deref(&self) -> &real::ThreadPool {
        &self.real
    }
}

conversions! { [] ThreadPool as real::ThreadPool, into_inner }

impl fmt::Debug for ThreadPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}
