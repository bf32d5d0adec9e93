//! The profiling signal and the CPU clock, as the operating system knows them.

use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::time::Duration;

/// What a process does on a signal.
#[derive(Clone, Copy)]
pub(super) struct Disposition(libc::sigaction);

impl Disposition {
    /// What this process does on SIGPROF at this moment.
    pub(super) fn of_sigprof() -> io::Result<Self> {
        let mut action = MaybeUninit::<libc::sigaction>::uninit();
        // SAFETY: a null pointer for the new action only asks; the old one is written to memory of its size.
        let result = unsafe { libc::sigaction(libc::SIGPROF, ptr::null(), action.as_mut_ptr()) };
        if result != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the call has succeeded, so it has written the action.
        Ok(Self(unsafe { action.assume_init() }))
    }

    /// Whether a function handles the signal.
    pub(super) fn is_handler(&self) -> bool {
        !matches!(self.0.sa_sigaction, libc::SIG_DFL | libc::SIG_IGN)
    }

    /// The address of the function that handles the signal, or the number that stands for there being none.
    pub(super) fn function(&self) -> usize {
        self.0.sa_sigaction
    }

    /// Makes it what this process does on SIGPROF.
    pub(super) fn install(&self) {
        // SAFETY: the action was read from the operating system, so whoever installed it vouches for its function.
        // The only error is an invalid signal number, and this one was valid when it was read.
        unsafe { libc::sigaction(libc::SIGPROF, &self.0, ptr::null_mut()) };
    }
}

/// Sends SIGPROF to the calling thread; its handler has run when this returns, unless the thread blocks it.
pub(super) fn raise_sigprof() {
    // SAFETY: it has no precondition. The caller has seen that there is a handler.
    unsafe { libc::raise(libc::SIGPROF) };
}

/// CPU time that this process has used, in all its threads.
pub(super) fn process_cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock exists on all supported systems, and the result is written to memory of its type.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}
