//! What the running thread is doing: its shard, and the task it polls.

use super::shard::{self, Shard};
use crate::clock;
use crate::registry::{RuntimeRecord, TaskSlot};
use std::cell::Cell;
use std::ptr;

/// The thread's state. It has no destructor, so it can be read at any time, also while the thread ends.
#[derive(Debug)]
pub(crate) struct Local {
    shard: Cell<*const Shard>,
    /// The task that is being polled, innermost first; null outside of any.
    pub task: Cell<*const TaskSlot>,
    /// The runtime whose shutdown runs on this thread, or that this thread works for.
    pub runtime: Cell<*const RuntimeRecord>,
}

thread_local! {
    pub(crate) static LOCAL: Local = const {
        Local {
            shard: Cell::new(ptr::null()),
            task: Cell::new(ptr::null()),
            runtime: Cell::new(ptr::null()),
        }
    };
    static RETURN: ReturnShard = const { ReturnShard };
}

/// Gives the shard to the next thread when this one ends.
struct ReturnShard;

impl Drop for ReturnShard {
    fn drop(&mut self) {
        let shard = LOCAL.with(|local| local.shard.replace(ptr::null()));
        // SAFETY: null, or a shard, which is never freed.
        if let Some(shard) = unsafe { shard.as_ref() } {
            shard.release();
        }
    }
}

/// Runs `f` with the thread's shard. Without memory for one, `f` does not run.
#[inline(always)]
pub(crate) fn with<R>(f: impl FnOnce(&Shard, &Local) -> R) -> Option<R> {
    LOCAL.with(|local| {
        let shard = local.shard.get();
        if shard.is_null() {
            return first(local, f);
        }
        // SAFETY: a shard is never freed.
        Some(f(unsafe { &*shard }, local))
    })
}

/// A thread's first event, or one after its end has begun: then the shard is borrowed for this event alone.
#[cold]
#[inline(never)]
fn first<R>(local: &Local, f: impl FnOnce(&Shard, &Local) -> R) -> Option<R> {
    clock::start();
    let shard = shard::acquire()?;
    if RETURN.try_with(|_| ()).is_ok() {
        local.shard.set(shard);
        return Some(f(shard, local));
    }
    let result = f(shard, local);
    shard.release();
    Some(result)
}

/// Runs `f` with the slot of the task that is being polled on this thread.
#[inline(always)]
pub(crate) fn with_current<R>(f: impl FnOnce(Option<&'static TaskSlot>) -> R) -> R {
    LOCAL.with(|local| {
        // SAFETY: null, or a slot, which is never unmapped.
        f(unsafe { local.task.get().as_ref() })
    })
}

/// Makes a task the current one until it is dropped, also by a panic.
#[derive(Debug)]
pub(crate) struct Entered {
    before: *const TaskSlot,
}

impl Entered {
    /// Makes `task` the current one.
    #[inline(always)]
    pub(crate) fn new(local: &Local, task: *const TaskSlot) -> Self {
        Self { before: local.task.replace(task) }
    }
}

impl Drop for Entered {
    #[inline(always)]
    fn drop(&mut self) {
        LOCAL.with(|local| local.task.set(self.before));
    }
}

/// The calling thread works for this runtime until its end.
pub(crate) fn works_for(runtime: &'static RuntimeRecord) {
    LOCAL.with(|local| local.runtime.set(runtime));
}

/// The calling thread works for a runtime until this is dropped.
#[derive(Debug)]
pub(crate) struct OnRuntime {
    before: *const RuntimeRecord,
}

impl OnRuntime {
    /// The calling thread works for `runtime`.
    pub(crate) fn new(runtime: &'static RuntimeRecord) -> Self {
        Self { before: LOCAL.with(|local| local.runtime.replace(runtime)) }
    }
}

impl Drop for OnRuntime {
    fn drop(&mut self) {
        LOCAL.with(|local| local.runtime.set(self.before));
    }
}
