//! The stack of one thread at one moment, for a finding that has caught a poll in the act.
//!
//! The thread is told by a signal that is for it alone. The handler copies the registers and the innermost part of the
//! stack, with one system call that can read any address, notes which task the thread polls, and is done: no lock, no
//! allocation, nothing that depends on what it interrupted. The agent's thread waits for it no longer than a moment,
//! unwinds the copy, and keeps addresses alone; names are looked up when somebody asks.
//!
//! A stack counts only if the handler ran inside of the poll that it was asked for: it reads this where the thread itself
//! has it, so that no other poll can be taken for it.
//!
//! The signal is SIGURG. By default it is ignored, so one that comes late, or after the program has changed what it does
//! on it, ends nothing; debuggers let it pass; and hardly any program uses it. One that does keeps it, and goes without
//! stacks. The handler is there from the first stack on, and stays.
//!
//! What the thread notices: a system call that the signal interrupts is begun anew by the system (`SA_RESTART`), but for
//! those that wait for a time or for several things at once, which return `EINTR`: `nanosleep`, `poll`, `select`,
//! `epoll_wait`, a futex with a timeout, a socket with a timeout. std and tokio go on by themselves in each of these but
//! `read`, `write` and `accept` of a std socket with a timeout, which then return `ErrorKind::Interrupted`.

mod frames;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[expect(unsafe_code, reason = "a signal handler, and what it interrupts")]
mod handler;
mod missed;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod modules;
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod nowhere;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod taker;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod unwind;

pub(crate) use frames::Names;
pub(crate) use missed::Missed;
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
pub(crate) use nowhere::take;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(crate) use taker::take;

/// What the calling thread does: reads the task that it polls and how many polls of it have ended. It is called in a
/// signal handler.
pub(crate) type Witness = fn() -> Option<(crate::id::TaskId, u32)>;
