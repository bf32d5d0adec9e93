//! What the running thread is doing: its shard, and the task it polls.

use super::shard::{self, Shard};
use crate::clock;
use crate::id::TaskId;
use crate::registry::{self, RuntimeRecord, TaskSlot};
use std::cell::Cell;
use std::ptr;
use std::sync::atomic::Ordering::Relaxed;

/// The thread's state. It has no destructor, so it can be read at any time, also while the thread ends.
#[derive(Debug)]
pub(crate) struct Local {
    /// The thread's shard, or the one that stands for none.
    shard: Cell<*const Shard>,
    /// The task that is being polled, innermost first; null outside of any.
    pub task: Cell<*const TaskSlot>,
    /// The runtime whose shutdown runs on this thread, or that this thread works for.
    pub runtime: Cell<*const RuntimeRecord>,
    /// The task whose awaits inside of executors of its own are in the list of `inner`.
    pub inner_of: Cell<*const TaskSlot>,
    /// The first of them: the number of its slot, plus 1.
    pub inner: Cell<u32>,
    /// How many were noted on this thread, modulo 2^32.
    pub inners: Cell<u32>,
}

thread_local! {
    static LOCAL: Local = const {
        Local {
            shard: Cell::new(shard::nobodys()),
            task: Cell::new(ptr::null()),
            runtime: Cell::new(ptr::null()),
            inner_of: Cell::new(ptr::null()),
            inner: Cell::new(0),
            inners: Cell::new(0),
        }
    };
    static RETURN: ReturnShard = const { ReturnShard };
}

/// Gives the shard to the next thread when this one ends.
struct ReturnShard;

impl Drop for ReturnShard {
    fn drop(&mut self) {
        let shard = local().shard.replace(shard::nobodys());
        if shard != shard::nobodys() {
            // SAFETY: a shard, which is never freed.
            unsafe { &*shard }.release();
        }
    }
}

/// The thread's state.
#[inline(always)]
pub(crate) fn local<'a>() -> &'a Local {
    let local = LOCAL.with(ptr::from_ref);
    // SAFETY: the state has no destructor, so it lives until the thread is gone; references to it never leave the
    // thread, since `Local` is not `Sync`, and no caller keeps one beyond its own return.
    unsafe { &*local }
}

impl Local {
    /// The task that is being polled on this thread.
    #[inline(always)]
    pub(crate) fn task(&self) -> Option<&'static TaskSlot> {
        // SAFETY: null, or a slot, which is never unmapped.
        unsafe { self.task.get().as_ref() }
    }

    /// The task whose awaits inside of executors of its own are in the list of `inner`.
    pub(crate) fn inner_task(&self) -> Option<&'static TaskSlot> {
        // SAFETY: null, or a slot, which is never unmapped.
        unsafe { self.inner_of.get().as_ref() }
    }

    /// The thread's shard if everything is as usual: it has one, recording is on, and the clock's counter can be read
    /// directly.
    #[inline(always)]
    pub(crate) fn fast(&self) -> Option<&'static Shard> {
        // SAFETY: a shard, if perhaps the one that stands for none, which is never fast; they are never freed.
        let shard = unsafe { &*self.shard.get() };
        shard.is_fast().then_some(shard)
    }

    /// Whether recording is known to be off: then there is nothing to do but for what began while it was on.
    #[inline(always)]
    pub(crate) fn is_off(&self) -> bool {
        // SAFETY: as in `fast`.
        unsafe { &*self.shard.get() }.mode() < 0
    }

    /// What `fast` makes of the thread's shard if everything is as usual, or `slowly` if it is not; `None` if recording is
    /// known to be off.
    #[inline(always)]
    pub(crate) fn unless_off<R>(
        &self,
        fast: impl FnOnce(&'static Shard) -> Option<R>,
        slowly: impl FnOnce() -> Option<R>,
    ) -> Option<R> {
        // SAFETY: as in `fast`.
        let shard = unsafe { &*self.shard.get() };
        let mode = shard.mode();
        // First, so that it is one test.
        if mode < 0 {
            return None;
        }
        if mode > 0 { fast(shard) } else { slowly() }
    }

    /// As [`fast`](Self::fast), and all polls are timed.
    #[inline(always)]
    pub(crate) fn timing_polls(&self) -> Option<&'static Shard> {
        // SAFETY: as in `fast`.
        let shard = unsafe { &*self.shard.get() };
        shard.times_polls().then_some(shard)
    }

    /// The thread's shard if recording is on; `None` also if there is no memory for one.
    #[inline(always)]
    pub(crate) fn recording(&self) -> Option<&'static Shard> {
        self.unless_off(Some, || self.recording_slowly())
    }

    /// The thread's shard, whether recording is on or off: for the end of what began while it was on. `None` if there
    /// is no memory for one.
    #[inline(always)]
    pub(crate) fn shard(&self) -> Option<&'static Shard> {
        match self.fast() {
            Some(shard) => Some(shard),
            None => self.any(),
        }
    }

    #[cold]
    #[inline(never)]
    fn recording_slowly(&self) -> Option<&'static Shard> {
        if registry::enabled() { self.any() } else { None }
    }

    #[cold]
    #[inline(never)]
    fn any(&self) -> Option<&'static Shard> {
        let shard = self.shard.get();
        if shard == shard::nobodys() {
            return self.first();
        }
        // SAFETY: a shard, which is never freed.
        Some(unsafe { &*shard })
    }

    /// The thread works for this runtime from now on; returns the one that it worked for.
    fn set_runtime(&self, runtime: *const RuntimeRecord) -> *const RuntimeRecord {
        let shard = self.shard.get();
        if shard != shard::nobodys() {
            // SAFETY: a shard, which is never freed.
            unsafe { &*shard }.set_runtime(runtime);
        }
        self.runtime.replace(runtime)
    }

    /// A thread's first event, or one after its end has begun: then nothing gives the shard back, and whoever needs
    /// one looks whether the thread is gone.
    fn first(&self) -> Option<&'static Shard> {
        clock::start();
        let shard = shard::acquire()?;
        self.shard.set(shard);
        shard.set_runtime(self.runtime.get());
        if RETURN.try_with(|_| ()).is_err() {
            shard.outlives_thread();
        }
        Some(shard)
    }
}

/// Runs `f` with the thread's shard and state if recording is on; not at all if it is off or there is no memory for a
/// shard.
#[inline(always)]
pub(crate) fn recording<R>(f: impl FnOnce(&Shard, &Local) -> R) -> Option<R> {
    let local = local();
    Some(f(local.recording()?, local))
}

/// Runs `f` with the thread's shard and state, whether recording is on or off: for the end of what began while it was
/// on. Not at all if there is no memory for a shard.
#[inline(always)]
pub(crate) fn with<R>(f: impl FnOnce(&Shard, &Local) -> R) -> Option<R> {
    let local = local();
    Some(f(local.shard()?, local))
}

/// Runs `f` with the slot of the task that is being polled on this thread.
#[inline(always)]
pub(crate) fn with_current<R>(f: impl FnOnce(Option<&'static TaskSlot>) -> R) -> R {
    f(local().task())
}

/// The task whose poll is in progress on the calling thread, and how many of its polls have ended, modulo 2^31. It only
/// reads, so that a signal handler may call it.
pub(crate) fn poll_in_progress() -> Option<(TaskId, u32)> {
    let slot = local().task()?;
    let polls = slot.polls.load(Relaxed);
    (polls & 1 == 1).then(|| (slot.id(), polls >> 1))
}

/// Makes a task the current one until it is dropped, also by a panic.
#[derive(Debug)]
pub(crate) struct Entered<'a> {
    local: &'a Local,
    before: *const TaskSlot,
}

impl<'a> Entered<'a> {
    /// Makes `task` the current one.
    #[inline(always)]
    pub(crate) fn new(local: &'a Local, task: *const TaskSlot) -> Self {
        Self { local, before: local.task.replace(task) }
    }
}

impl Drop for Entered<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.local.task.set(self.before);
    }
}

/// The calling thread works for this runtime until its end.
pub(crate) fn works_for(runtime: &'static RuntimeRecord) {
    local().set_runtime(runtime);
}

/// The calling thread works for a runtime until this is dropped.
#[derive(Debug)]
pub(crate) struct OnRuntime {
    before: *const RuntimeRecord,
}

impl OnRuntime {
    /// The calling thread works for `runtime`.
    pub(crate) fn new(runtime: &'static RuntimeRecord) -> Self {
        Self { before: local().set_runtime(runtime) }
    }
}

impl Drop for OnRuntime {
    fn drop(&mut self) {
        local().set_runtime(self.before);
    }
}
