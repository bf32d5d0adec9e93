//! The signal handler, and the one place that it copies to.
//!
//! The word `state` says whose the place is, with the thread that is meant in its lower half:
//!
//! | from | to | who |
//! |---|---|---|
//! | `IDLE`, `DONE` | `ARMED` | the agent's thread, before it sends the signal |
//! | `ARMED` | `BUSY` | the handler, on the thread that is meant: it has the place |
//! | `BUSY` | `DONE` | the handler: the agent's thread has the place |
//! | `ARMED`, `DONE` | `IDLE` | the agent's thread, when it gives up or has what it wanted |
//!
//! A handler that does not find `ARMED` and its own thread there touches nothing.

use super::{Missed, Witness};
use crate::id::TaskId;
use crate::sampler::signal::Disposition;
use libc::{c_int, c_long, c_void, iovec, pid_t, siginfo_t, ucontext_t};
use std::io;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize};

/// By default it is ignored; the module above says why it is this one.
const SIGNAL: c_int = libc::SIGURG;

const IDLE: u64 = 0;
const ARMED: u64 = 1 << 32;
const BUSY: u64 = 2 << 32;
const DONE: u64 = 3 << 32;
/// The part of the state that is none of these.
const THREAD: u64 = u32::MAX as u64;

/// How much of a stack is copied.
const BYTES: usize = 256 << 10;
/// What cannot be read ends the copy before a multiple of this.
const PIECE: usize = 4 << 10;
/// The first one is not whole.
const PIECES: usize = BYTES / PIECE + 1;
const WORD: usize = size_of::<u64>();

/// What the handler copies.
struct Place {
    state: AtomicU64,
    registers: [AtomicU64; 4],
    /// The packed id of the task that the thread polls, 0 for none; and how many of its polls have ended.
    task: AtomicU64,
    polls: AtomicU32,
    /// How many bytes of the stack could be read.
    length: AtomicUsize,
    /// The stack, from `Registers::base` on.
    words: [AtomicU64; BYTES / WORD],
}

static PLACE: Place = Place {
    state: AtomicU64::new(IDLE),
    registers: [const { AtomicU64::new(0) }; 4],
    task: AtomicU64::new(0),
    polls: AtomicU32::new(0),
    length: AtomicUsize::new(0),
    words: [const { AtomicU64::new(0) }; BYTES / WORD],
};

static WITNESS: OnceLock<Witness> = OnceLock::new();

/// The registers that a stack begins with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Registers {
    /// What was to be done next.
    pub(super) instruction: u64,
    pub(super) stack: u64,
    pub(super) frame: u64,
    /// Where the function returns to, on processors that have a register for it.
    pub(super) link: u64,
}

impl Registers {
    /// The first address that is copied.
    fn base(self) -> u64 {
        self.stack & !(WORD as u64 - 1)
    }

    #[cfg(target_arch = "x86_64")]
    fn of(context: &ucontext_t) -> Self {
        let all = &context.uc_mcontext.gregs;
        let [instruction, stack, frame] =
            [all[libc::REG_RIP as usize], all[libc::REG_RSP as usize], all[libc::REG_RBP as usize]]
                .map(|register| register as u64);
        Self { instruction, stack, frame, link: 0 }
    }

    #[cfg(target_arch = "aarch64")]
    fn of(context: &ucontext_t) -> Self {
        let all = &context.uc_mcontext;
        Self { instruction: all.pc, stack: all.sp, frame: all.regs[29], link: all.regs[30] }
    }
}

/// The handler. It may run at any time on any thread, so it reads and writes atomics and makes system calls, and nothing
/// else; it leaves `errno` as it was.
extern "C" fn handle(_signal: c_int, _info: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: the call takes nothing and cannot fail.
    let thread = u64::from(unsafe { libc::gettid() }.cast_unsigned());
    // SAFETY: the third argument of a handler with SA_SIGINFO is null or such a context, which outlives the handler.
    let Some(context) = (unsafe { context.cast::<ucontext_t>().as_ref() }) else { return };
    // Acquire: pairs with `arm`, after which the place is the handler's.
    if PLACE.state.compare_exchange(ARMED | thread, BUSY | thread, Acquire, Relaxed).is_err() {
        return;
    }
    let errno = errno();
    // SAFETY: it lives as long as the thread, which nobody else reads or writes it on meanwhile.
    let error = unsafe { *errno };
    let registers = Registers::of(context);
    let Registers { instruction, stack, frame, link } = registers;
    for (to, register) in PLACE.registers.iter().zip([instruction, stack, frame, link]) {
        to.store(register, Relaxed);
    }
    PLACE.length.store(copy(registers.base() as usize), Relaxed);
    let (task, polls) = WITNESS.get().and_then(|witness| witness()).map_or((0, 0), |(id, n)| (id.pack(), n));
    PLACE.task.store(task, Relaxed);
    PLACE.polls.store(polls, Relaxed);
    // SAFETY: as above.
    unsafe { *errno = error };
    // Release: pairs with the acquire of whoever waits for it.
    PLACE.state.store(DONE | thread, Release);
}

/// Copies the stack from this address on; says how many bytes could be read.
fn copy(from: usize) -> usize {
    let mut pieces = [iovec { iov_base: ptr::null_mut(), iov_len: 0 }; PIECES];
    // SAFETY: the call takes nothing and cannot fail.
    let thread = unsafe { libc::pthread_self() } as usize;
    // What C libraries keep of a thread stands above its stack; that of the first thread, and any stack that a program made
    // for itself, may be anywhere.
    let top = if thread > from { thread } else { usize::MAX };
    let end = from.saturating_add(BYTES).min(top);
    let mut at = from;
    for piece in &mut pieces {
        let next = (at | (PIECE - 1)).saturating_add(1).min(end);
        *piece = iovec { iov_base: ptr::without_provenance_mut(at), iov_len: next - at };
        at = next;
    }
    let to = iovec { iov_base: PLACE.words.as_ptr().cast_mut().cast(), iov_len: BYTES };
    // SAFETY: it has no preconditions.
    let process = unsafe { libc::getpid() };
    // SAFETY: it writes into `words`, which is as large as `to` says and, while the place is `BUSY`, the handler's; what it
    // reads it checks itself.
    let read = unsafe { libc::process_vm_readv(process, &raw const to, 1, pieces.as_ptr(), PIECES as _, 0) };
    usize::try_from(read).unwrap_or(0)
}

/// The thread's own `errno`.
fn errno() -> *mut c_int {
    // SAFETY: the call takes nothing and cannot fail.
    unsafe { libc::__errno_location() }
}

/// What a thread was at; the place is free again when this is dropped. There is one at a time.
#[derive(Debug)]
pub(super) struct Caught(());

/// Sees that the signal is ours: the handler is installed if nobody has said what is to be done on it.
pub(super) fn install() -> Result<(), Missed> {
    let ours = |found: &Disposition| found.function() == handle as *const () as usize;
    let found = Disposition::of(SIGNAL).map_err(refused)?;
    if ours(&found) {
        return Ok(());
    }
    if !found.is_default() {
        return Err(Missed::Taken);
    }
    let before = found.handled_by(handle).install().map_err(refused)?;
    // Somebody else was faster.
    if !before.is_default() && !ours(&before) {
        before.install().map_err(refused)?;
        return Err(Missed::Taken);
    }
    Ok(())
}

/// The bit of the signal in a set of signals.
pub(super) fn bit() -> u64 {
    1 << (SIGNAL - 1)
}

/// Makes the place ready for a thread, and sends it the signal. The handler has been installed.
pub(super) fn send(thread: pid_t, witness: Witness) -> Result<(), Missed> {
    WITNESS.get_or_init(|| witness);
    let before = PLACE.state.load(Acquire);
    // A handler that has been stopped in its midst still writes.
    if before & !THREAD == BUSY {
        return Err(Missed::Silent);
    }
    let armed = ARMED | u64::from(thread.cast_unsigned());
    // Release: pairs with the handler. It fails if a handler is at it after all.
    if PLACE.state.compare_exchange(before, armed, Release, Relaxed).is_err() {
        return Err(Missed::Silent);
    }
    // SAFETY: the call takes nothing and cannot fail.
    let process = unsafe { libc::getpid() };
    // SAFETY: it has no preconditions; the thread is one of this process, or the call fails.
    let sent: c_long = unsafe { libc::syscall(libc::SYS_tgkill, process, thread, SIGNAL) };
    if sent == 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    give_up();
    Err(if error.raw_os_error() == Some(libc::ESRCH) { Missed::Gone } else { refused(error) })
}

/// What was asked for, if it is there.
pub(super) fn caught() -> Option<Caught> {
    // Acquire: pairs with the end of the handler. Nothing is made before that is known: its end would free the place.
    if PLACE.state.load(Acquire) & !THREAD == DONE { Some(Caught(())) } else { None }
}

/// Takes the place back. A handler that comes later touches nothing; false if one is just at it.
pub(super) fn give_up() -> bool {
    let state = PLACE.state.load(Relaxed);
    state & !THREAD == ARMED && PLACE.state.compare_exchange(state, IDLE, Relaxed, Relaxed).is_ok()
}

impl Caught {
    /// The task that the thread polled, and how many of its polls had ended.
    pub(super) fn poll(&self) -> Option<(TaskId, u32)> {
        Some((TaskId::unpack(PLACE.task.load(Relaxed))?, PLACE.polls.load(Relaxed)))
    }

    pub(super) fn registers(&self) -> Registers {
        let [instruction, stack, frame, link] = PLACE.registers.each_ref().map(|word| word.load(Relaxed));
        Registers { instruction, stack, frame, link }
    }

    /// What was in the stack at this address, if it was copied.
    pub(super) fn word(&self, address: u64) -> Option<u64> {
        let offset = usize::try_from(address.checked_sub(self.registers().base())?).ok()?;
        let word = self.copied().get(offset / WORD).filter(|_| offset.is_multiple_of(WORD))?;
        Some(word.load(Relaxed))
    }

    /// The stack as it was.
    pub(super) fn words(&self) -> impl Iterator<Item = u64> {
        self.copied().iter().map(|word| word.load(Relaxed))
    }

    /// The words that could be read whole.
    fn copied(&self) -> &[AtomicU64] {
        &PLACE.words[..PLACE.length.load(Relaxed).min(BYTES) / WORD]
    }
}

impl Drop for Caught {
    fn drop(&mut self) {
        PLACE.state.store(IDLE, Release);
    }
}

fn refused(error: io::Error) -> Missed {
    Missed::Refused(error.to_string())
}
