//! The first engine: the `pprof` crate, fenced.
//!
//! It is asked for raw addresses only, for at most [`MAX_HZ`] (above 250 signals a second in the whole process the
//! kernel drops them), and is warmed up on the calling thread: without that, the tables of its unwinder would be
//! built in the signal handler, inside whatever the application was doing. On aarch64 it loses the innermost frame.

use crate::sampler::signal::{Disposition, process_cpu_time, raise_sigprof};
use crate::sampler::symbols::Resolver;
use crate::sampler::{Engine, ProfileError, RawStack, Segment, Session, Symbols};
use pprof::{ProfilerGuard, UnresolvedReport};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The highest rate that the engine can keep.
const MAX_HZ: u32 = 99;

/// Takes samples with the `pprof` crate.
#[derive(Debug, Default)]
pub(super) struct Pprof {
    /// The function with which the crate handles the signal; known once it is warm.
    handler: Mutex<Option<usize>>,
}

struct Running {
    guard: ProfilerGuard<'static>,
    handler: usize,
    cpu_at_start: Duration,
}

impl Engine for Pprof {
    fn name(&self) -> &'static str {
        "pprof"
    }

    fn ready(&self) -> Result<(), ProfileError> {
        if disposition()?.is_handler() { Err(ProfileError::SignalTaken) } else { Ok(()) }
    }

    fn start(&self, hz: u32) -> Result<Box<dyn Session>, ProfileError> {
        self.ready()?;
        let mut known = self.handler.lock().unwrap_or_else(PoisonError::into_inner);
        let handler = match *known {
            Some(handler) => handler,
            None => *known.insert(warm_up()?),
        };
        let guard = build(hz.clamp(1, MAX_HZ))?;
        Ok(Box::new(Running { guard, handler, cpu_at_start: process_cpu_time() }))
    }

    fn symbols(&self) -> Box<dyn Symbols> {
        Box::new(Resolver::new())
    }
}

impl Session for Running {
    fn finish(self: Box<Self>) -> Result<Segment, ProfileError> {
        let cpu = process_cpu_time().saturating_sub(self.cpu_at_start);
        let report = self.guard.report().build_unresolved();
        let found = disposition()?;
        // This stops the timer and makes the process ignore the signal, whoever has it by now.
        drop(self.guard);
        if found.function() != self.handler {
            found.install().map_err(unavailable)?;
            return Err(ProfileError::SignalTaken);
        }
        let report = report.map_err(unavailable)?;
        Ok(Segment { duration: report.timing.duration, cpu, stacks: stacks(report) })
    }
}

/// Makes one sample on the calling thread, so that all that the handler builds on first use is there. Gives the
/// handler.
fn warm_up() -> Result<usize, ProfileError> {
    // At one sample per second of CPU time no other thread is likely to get a signal meanwhile.
    let guard = build(1)?;
    let handler = disposition()?.function();
    raise_sigprof();
    drop(guard);
    Ok(handler)
}

fn build(hz: u32) -> Result<ProfilerGuard<'static>, ProfileError> {
    let hz = i32::try_from(hz).unwrap_or(1);
    pprof::ProfilerGuardBuilder::default().frequency(hz).build().map_err(|error| match error {
        // The application uses the same crate.
        pprof::Error::Running => ProfileError::SignalTaken,
        pprof::Error::CreatingError => ProfileError::Unavailable(
            "the engine could not make a temporary file when it was first used; set TMPDIR to a folder that can \
             be written to"
                .to_owned(),
        ),
        error => unavailable(error),
    })
}

fn stacks(report: UnresolvedReport) -> Vec<RawStack> {
    report
        .data
        .into_iter()
        .map(|(stack, count)| RawStack {
            thread: String::from_utf8_lossy(&stack.thread_name[..stack.thread_name_length]).into_owned(),
            addresses: stack.frames.iter().map(|frame| frame.ip).collect(),
            count: u64::try_from(count).unwrap_or(0),
        })
        .collect()
}

fn disposition() -> Result<Disposition, ProfileError> {
    Disposition::of(libc::SIGPROF).map_err(unavailable)
}

fn unavailable(error: impl fmt::Display) -> ProfileError {
    ProfileError::Unavailable(error.to_string())
}
