//! Spawning of tasks and of blocking jobs.

use super::JoinHandle;
#[cfg(feature = "rt-multi-thread")]
use crate::recorder;
use crate::registry::TaskSlot;
use crate::task::{Job, Kind, Tracked, begin};
use std::future::Future;
use std::panic::Location;

/// Spawns `$future` by `$spawn`, as a task of this kind that is made at `$location`: what that returns, and the task's
/// packed id. What is not recorded is spawned as it is, so that its polls and its drop are those of tokio's own tasks.
macro_rules! spawned {
    ($future:ident, $kind:expr, $location:expr, $spawn:expr) => {
        match $crate::task::begin($kind, $location) {
            Some(slot) => {
                let $future = $crate::task::Tracked::new(Some(slot), $future);
                ($spawn, slot.id().pack())
            }
            None => ($spawn, 0),
        }
    };
}

pub(crate) use spawned;

/// Spawns a task: [`tokio::spawn`](::tokio::spawn()), recorded with the caller's place.
///
/// Costs about 70 ns more than tokio's own; see `docs/performance.md` for the numbers of a run.
///
/// # Panics
///
/// Outside of a runtime, as tokio's own.
///
/// ```
/// use taskscope::tokio;
///
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() {
///     let sum = tokio::spawn(async { 1 + 1 });
///     assert_eq!(sum.await.unwrap(), 2);
/// }
/// ```
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let (real, id) = spawned!(future, Kind::Task, Location::caller(), ::tokio::spawn(future));
    JoinHandle::new(real, id)
}

/// Runs a closure on a thread where blocking is allowed: [`tokio::task::spawn_blocking`](::tokio::task::spawn_blocking),
/// recorded with the caller's place, the time it waited for a thread and the time it ran.
#[track_caller]
pub fn spawn_blocking<F, R>(f: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let (job, id) = job(f, Location::caller());
    JoinHandle::new(::tokio::task::spawn_blocking(job), id)
}

/// Runs a closure that may block: [`tokio::task::block_in_place`](::tokio::task::block_in_place()). The thread is noted as
/// one that may block meanwhile, so that no verdict says that it must not.
///
/// # Panics
///
/// On a runtime without worker threads, as tokio's own.
#[cfg(feature = "rt-multi-thread")]
#[track_caller]
pub fn block_in_place<F, R>(f: F) -> R
where
    F: FnOnce() -> R,
{
    ::tokio::task::block_in_place(|| {
        let _noted = MayBlock::new();
        f()
    })
}

/// The thread may block until this is dropped.
#[cfg(feature = "rt-multi-thread")]
struct MayBlock;

#[cfg(feature = "rt-multi-thread")]
impl MayBlock {
    fn new() -> Self {
        recorder::with(|shard, _| shard.enter_blocking());
        Self
    }
}

#[cfg(feature = "rt-multi-thread")]
impl Drop for MayBlock {
    fn drop(&mut self) {
        recorder::with(|shard, _| shard.leave_blocking());
    }
}

/// The recorded form of a future that is about to be run to its end by the caller.
#[inline(always)]
pub(crate) fn rooted<F>(future: F, location: &'static Location<'static>) -> Tracked<F> {
    Tracked::new(begin(Kind::Root, location), future)
}

/// The recorded form of a closure that is about to be given to a blocking thread, and the task's packed id.
pub(crate) fn job<F, R>(f: F, location: &'static Location<'static>) -> (impl FnOnce() -> R, u64)
where
    F: FnOnce() -> R,
{
    let job = Job::new(Kind::Blocking, location);
    let id = packed_id(job.slot());
    (move || job.run(f), id)
}

#[inline(always)]
fn packed_id(slot: Option<&'static TaskSlot>) -> u64 {
    slot.map_or(0, |slot| slot.id().pack())
}
