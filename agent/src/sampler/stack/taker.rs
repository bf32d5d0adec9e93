//! How a stack is taken: the signal, the wait for it, and what is made of it.

use super::{Missed, Witness, handler, unwind};
use crate::clock;
use crate::id::TaskId;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{fs, io, thread};

/// How long a thread is waited for, in nanoseconds: one that computes may have to wait for a processor first.
const PATIENCE: u64 = 500_000_000;
/// The first time between two looks whether it has come; each is twice as long as the one before.
const NAP: Duration = Duration::from_micros(20);
/// The longest one.
const LONGEST_NAP: Duration = Duration::from_millis(2);

/// One stack at a time is taken in a process.
static TURN: Mutex<()> = Mutex::new(());

/// The stack of the thread with this number: the addresses of its code, innermost first, if what its `witness` sees at that
/// moment is `wanted`. It takes a moment, and one signal at most; the thread is never waited for longer.
pub(crate) fn take(
    thread: u64,
    witness: Witness,
    wanted: impl Fn(TaskId, u32) -> bool,
) -> Result<Vec<usize>, Missed> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let number = libc::pid_t::try_from(thread).map_err(|_| Missed::Gone)?;
    reachable(thread)?;
    handler::install()?;
    handler::send(number, witness)?;
    let caught = wait()?;
    if !caught.poll().is_some_and(|(task, polls)| wanted(task, polls)) {
        return Err(Missed::Late);
    }
    if caught.words().next().is_none() {
        return Err(Missed::Refused("process_vm_readv cannot read the stack".to_owned()));
    }
    Ok(unwind::unwind(&caught))
}

/// Waits for the handler, for as long as it may take.
fn wait() -> Result<handler::Caught, Missed> {
    let started = clock::now();
    let mut nap = NAP;
    loop {
        if let Some(caught) = handler::caught() {
            return Ok(caught);
        }
        let waited = clock::now().saturating_sub(started);
        // A handler that has begun gets as much time again to end.
        if waited > PATIENCE && handler::give_up() || waited > 2 * PATIENCE {
            return Err(Missed::Silent);
        }
        thread::park_timeout(nap);
        nap = LONGEST_NAP.min(2 * nap);
    }
}

/// Whether a signal would come through to a thread.
fn reachable(thread: u64) -> Result<(), Missed> {
    match fs::read_to_string(format!("/proc/self/task/{thread}/status")) {
        Ok(status) => parse(&status, handler::bit()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Missed::Gone),
        // It shows when the signal does not come through.
        Err(_) => Ok(()),
    }
}

/// The same, in the format of `/proc/PID/status`.
fn parse(status: &str, signal: u64) -> Result<(), Missed> {
    let field = |name| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let blocked = field("SigBlk:").and_then(|digits| u64::from_str_radix(digits, 16).ok());
    if blocked.is_some_and(|blocked| blocked & signal != 0) {
        return Err(Missed::Blocked);
    }
    // A sleep that no signal ends.
    if field("State:").is_some_and(|state| state.starts_with('D')) {
        return Err(Missed::Silent);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_that_no_signal_reaches_are_known() {
        let status =
            |state: &str, blocked: &str| format!("Name:\ta b\nState:\t{state}\nSigBlk:\t{blocked}\n");
        let found = |state, blocked| parse(&status(state, blocked), 1 << 22);
        assert_eq!(found("S (sleeping)", "0000000000000000"), Ok(()));
        assert_eq!(found("R (running)", "fffffffe7fbbfeff"), Ok(()));
        assert_eq!(found("R (running)", "0000000000400000"), Err(Missed::Blocked));
        assert_eq!(found("D (disk sleep)", "0000000000000000"), Err(Missed::Silent));
        assert_eq!(parse("", 1 << 22), Ok(()));
        assert_eq!(reachable(u64::from(u32::MAX)), Err(Missed::Gone));
    }
}
