//! Spawning of threads.

use super::JoinHandle;
use crate::sync::{Blocked, Op, Subject};
use crate::task::Job;
use std::panic::Location;
use std::thread as real;

/// Spawns a thread: [`std::thread::spawn`](::std::thread::spawn), recorded with the caller's place.
///
/// # Panics
///
/// If the system cannot make a thread, as std's own.
///
/// ```
/// use taskscope::std::thread;
///
/// let sum = thread::spawn(|| 1 + 1);
/// assert_eq!(sum.join().unwrap(), 2);
/// ```
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let (run, task) = seen(f, None, Location::caller());
    JoinHandle::new(real::spawn(run), task)
}

/// The recorded form of a function that is about to be given to a thread, and the task's packed id; 0 if it is not
/// recorded.
pub(super) fn seen<F, T>(
    f: F,
    name: Option<&str>,
    place: &'static Location<'static>,
) -> (impl FnOnce() -> T + use<F, T>, u64)
where
    F: FnOnce() -> T,
{
    let job = Job::thread(place, name);
    let id = job.slot().map_or(0, |slot| slot.id().pack());
    (move || job.run(f), id)
}

/// The record of a wait for the end of a thread.
pub(super) fn joining(task: u64, place: &'static Location<'static>) -> Blocked {
    let subject = if task == 0 { Subject::None } else { Subject::Task(task) };
    Blocked::on(subject, Op::Join, place, false)
}
