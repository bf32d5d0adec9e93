//! The operating system's numbers of threads.

/// The calling thread's number; 0 where the system gives none.
pub(super) fn number() -> u64 {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: the call takes nothing and cannot fail.
        (unsafe { libc::gettid() }) as u64
    }
    #[cfg(not(target_os = "linux"))]
    {
        0
    }
}

/// Whether no thread of this process has this number. A number that was given to another thread counts as alive.
pub(super) fn is_gone(number: u64) -> bool {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: the call takes nothing and cannot fail.
        let process = unsafe { libc::getpid() };
        // SAFETY: signal 0 is not sent: the call only looks for the thread.
        let found = unsafe { libc::syscall(libc::SYS_tgkill, process, number as libc::pid_t, 0) };
        found != 0
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = number;
        false
    }
}
