//! Signals and the CPU clock, as the operating system knows them.

use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::time::Duration;

/// A function that handles a signal, given its number, where it comes from, and what it interrupts.
pub(super) type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

/// What a process does on a signal.
#[derive(Clone, Copy)]
pub(super) struct Disposition {
    signal: libc::c_int,
    action: libc::sigaction,
}

impl Disposition {
    /// What this process does on a signal at this moment.
    pub(super) fn of(signal: libc::c_int) -> io::Result<Self> {
        let mut action = MaybeUninit::<libc::sigaction>::uninit();
        // SAFETY: a null pointer for the new action only asks; the old one is written to memory of its size.
        let result = unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) };
        if result != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the call has succeeded, so it has written the action.
        Ok(Self { signal, action: unsafe { action.assume_init() } })
    }

    /// The same signal, handled by this function. A system call that it interrupts is begun anew where the system can.
    pub(super) fn handled_by(self, handler: Handler) -> Self {
        let mut action = self.action;
        action.sa_sigaction = handler as *const () as libc::sighandler_t;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
        // SAFETY: the set is memory of its type, which the call fills.
        unsafe { libc::sigemptyset(&raw mut action.sa_mask) };
        Self { action, ..self }
    }

    /// Whether a function handles the signal.
    pub(super) fn is_handler(&self) -> bool {
        !matches!(self.action.sa_sigaction, libc::SIG_DFL | libc::SIG_IGN)
    }

    /// Whether nobody has said what is to be done on the signal.
    pub(super) fn is_default(&self) -> bool {
        self.action.sa_sigaction == libc::SIG_DFL
    }

    /// The address of the function that handles the signal, or the number that stands for there being none.
    pub(super) fn function(&self) -> usize {
        self.action.sa_sigaction
    }

    /// Makes it what this process does on the signal. Gives what it did before.
    pub(super) fn install(&self) -> io::Result<Self> {
        let mut before = *self;
        // SAFETY: the action was read from the operating system, so whoever installed it vouches for its function, or it
        // is one of ours, which may run at any time. The old one is written to memory of its type.
        let result = unsafe { libc::sigaction(self.signal, &self.action, &raw mut before.action) };
        if result == 0 { Ok(before) } else { Err(io::Error::last_os_error()) }
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
