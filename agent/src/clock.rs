//! The clock: a counter that is cheap to read, and its conversion to nanoseconds.
//!
//! On x86-64 with an invariant time-stamp counter the counter is read directly (about half the cost of
//! `clock_gettime`); on aarch64 it is the generic timer; elsewhere the monotonic clock itself. The rate is measured
//! for [`QUICK`] on first use and refined by the agent over the first seconds; from then on it is constant, so that a
//! sum of ticks never shrinks when it is shown in nanoseconds. Counters of different cores may differ by a few
//! nanoseconds: a duration that comes out below zero is taken as the error it is where it is added up, and as zero
//! where it is shown.

use crate::primitive::real::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long the first, quick measurement of the rate takes.
const QUICK: Duration = Duration::from_micros(200);

/// How long the rate is refined: by then the error of a reading is a few parts in 10^9 of it.
const SETTLED: Duration = Duration::from_secs(8);

/// Nanoseconds per tick, times 2^32. The initial value stands for ticks that are nanoseconds.
static SCALE: AtomicU64 = AtomicU64::new(1 << 32);

/// Nanoseconds per tick, as the bits of a double.
static SCALE_F64: AtomicU64 = AtomicU64::new(1f64.to_bits());

struct Origin {
    ticks: u64,
    instant: Instant,
    unix_nanos: u64,
    counter: bool,
}

/// Whether the rate was measured for long enough.
static IS_SETTLED: AtomicBool = AtomicBool::new(false);

static ORIGIN: OnceLock<Origin> = OnceLock::new();

/// A raw reading. Only differences of readings mean something, through [`nanos`] and [`time_of`].
#[inline(always)]
pub(crate) fn ticks() -> u64 {
    arch::read()
}

/// A duration in ticks, in nanoseconds.
#[inline(always)]
pub(crate) fn nanos(ticks: u64) -> u64 {
    ((u128::from(ticks) * u128::from(SCALE.load(Relaxed))) >> 32) as u64
}

/// A sum of durations in ticks, in nanoseconds; 0 if errors of the counters have brought it below zero.
pub(crate) fn positive(ticks: u64) -> u64 {
    nanos((ticks as i64).max(0) as u64)
}

/// Nanoseconds per tick, as the bits of a double.
pub(crate) fn scale() -> u64 {
    SCALE_F64.load(Relaxed)
}

/// Whether [`direct`] reads what [`ticks`] reads.
pub(crate) fn is_direct() -> bool {
    origin().counter
}

/// As [`ticks`], where [`is_direct`] was found true.
#[inline(always)]
pub(crate) fn direct() -> u64 {
    arch::counter()
}

/// Nanoseconds from `earlier` to `later`; 0 if they are the wrong way round.
#[inline(always)]
pub(crate) fn between(earlier: u64, later: u64) -> u64 {
    nanos(later.saturating_sub(earlier))
}

/// A reading on the agent's clock: nanoseconds since the clock was first used.
pub(crate) fn time_of(ticks: u64) -> u64 {
    between(origin().ticks, ticks)
}

/// Now, on the agent's clock.
pub(crate) fn now() -> u64 {
    time_of(ticks())
}

/// A time of the agent's clock, in milliseconds since 1970.
pub(crate) fn unix_ms(time: u64) -> u64 {
    (origin().unix_nanos + time) / 1_000_000
}

/// CPU time of the process in nanoseconds, if the system tells.
pub(crate) fn process_cpu() -> Option<u64> {
    #[cfg(unix)]
    {
        cpu(libc::CLOCK_PROCESS_CPUTIME_ID)
    }
    #[cfg(not(unix))]
    {
        None
    }
}

/// CPU time of the calling thread in nanoseconds, or else the time that has passed.
pub(crate) fn thread_cpu() -> u64 {
    #[cfg(unix)]
    {
        cpu(libc::CLOCK_THREAD_CPUTIME_ID).unwrap_or_else(now)
    }
    #[cfg(not(unix))]
    {
        now()
    }
}

#[cfg(unix)]
fn cpu(clock: libc::clockid_t) -> Option<u64> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes to `time`, which is there until it returns, and to nothing else.
    let failed = unsafe { libc::clock_gettime(clock, &raw mut time) };
    (failed == 0).then(|| time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64)
}

/// Measures the rate for the first time; every thread's first event comes through here.
pub(crate) fn start() {
    origin();
}

/// Measures the rate again over all the time since the start, until that was long enough. Cheap.
pub(crate) fn refine() {
    let origin = origin();
    if !origin.counter || IS_SETTLED.load(Relaxed) {
        return;
    }
    let (ticks, instant) = pair();
    let elapsed = instant.duration_since(origin.instant);
    if let Some(rate) = rate(elapsed.as_nanos() as u64, ticks.saturating_sub(origin.ticks)) {
        set_rate(rate);
        IS_SETTLED.store(elapsed >= SETTLED, Relaxed);
    }
}

fn set_rate(rate: u64) {
    SCALE.store(rate, Relaxed);
    SCALE_F64.store((rate as f64 / (1u64 << 32) as f64).to_bits(), Relaxed);
}

fn rate(nanos: u64, ticks: u64) -> Option<u64> {
    let rate = (u128::from(nanos) << 32).checked_div(u128::from(ticks))?;
    u64::try_from(rate).ok().filter(|rate| *rate > 0)
}

fn origin() -> &'static Origin {
    ORIGIN.get_or_init(|| {
        let counter = arch::is_usable_counter();
        let (ticks, instant) = pair();
        if counter {
            #[expect(clippy::disallowed_methods, reason = "the clock is made of the operating system's")]
            while Instant::now().duration_since(instant) < QUICK {
                crate::primitive::real::hint::spin_loop();
            }
            let (later, end) = pair();
            let nanos = end.duration_since(instant).as_nanos() as u64;
            if let Some(rate) = rate(nanos, later.saturating_sub(ticks)) {
                set_rate(rate);
            }
        }
        #[expect(clippy::disallowed_methods, reason = "the clock is made of the operating system's")]
        let unix_nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos() as u64);
        Origin { ticks, instant, unix_nanos, counter }
    })
}

/// A reading of both clocks at the same moment: the closest of a few tries.
fn pair() -> (u64, Instant) {
    let mut best: Option<(u64, u64, Instant)> = None;
    for _ in 0..5 {
        let before = ticks();
        #[expect(clippy::disallowed_methods, reason = "the clock is made of the operating system's")]
        let instant = Instant::now();
        let width = ticks().saturating_sub(before);
        if best.is_none_or(|(w, ..)| width < w) {
            best = Some((width, before + width / 2, instant));
        }
    }
    match best {
        Some((_, ticks, instant)) => (ticks, instant),
        None => unreachable!("five tries were made"),
    }
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
mod arch {
    use crate::primitive::real::atomic::{AtomicU8, Ordering::Relaxed};
    use core::arch::x86_64::{__cpuid, CpuidResult};

    /// 0: not looked yet, 1: the counter, 2: the monotonic clock.
    static SOURCE: AtomicU8 = AtomicU8::new(0);

    #[inline(always)]
    pub(super) fn read() -> u64 {
        if SOURCE.load(Relaxed) == 1 { counter() } else { slow() }
    }

    #[inline(always)]
    pub(super) fn counter() -> u64 {
        // SAFETY: every x86-64 processor has the instruction, and reading the counter has no effect.
        unsafe { core::arch::x86_64::_rdtsc() }
    }

    #[cold]
    fn slow() -> u64 {
        match SOURCE.load(Relaxed) {
            0 => {
                is_usable_counter();
                read()
            }
            _ => super::monotonic(),
        }
    }

    /// Whether the counter runs at a constant rate in all power states (CPUID 8000_0007h, EDX bit 8).
    pub(super) fn is_usable_counter() -> bool {
        let highest = cpuid(0x8000_0000).eax;
        let usable = highest >= 0x8000_0007 && cpuid(0x8000_0007).edx & (1 << 8) != 0;
        SOURCE.store(if usable { 1 } else { 2 }, Relaxed);
        usable
    }

    fn cpuid(leaf: u32) -> CpuidResult {
        // A safe function in later compilers than the oldest that is promised; such a pointer is made of either.
        let cpuid: unsafe fn(u32) -> CpuidResult = __cpuid;
        // SAFETY: every processor of this architecture has the instruction.
        unsafe { cpuid(leaf) }
    }
}

#[cfg(all(target_arch = "aarch64", not(miri)))]
mod arch {
    #[inline(always)]
    pub(super) fn read() -> u64 {
        counter()
    }

    #[inline(always)]
    pub(super) fn counter() -> u64 {
        let count: u64;
        // SAFETY: reading the virtual counter has no effect and is allowed in user mode on all supported systems.
        unsafe { core::arch::asm!("mrs {}, cntvct_el0", out(reg) count, options(nomem, nostack)) };
        count
    }

    pub(super) fn is_usable_counter() -> bool {
        true
    }
}

// Miri runs no instruction that reads a counter.
#[cfg(any(miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod arch {
    pub(super) fn read() -> u64 {
        super::monotonic()
    }

    pub(super) fn counter() -> u64 {
        super::monotonic()
    }

    pub(super) fn is_usable_counter() -> bool {
        false
    }
}

/// The monotonic clock as nanoseconds since its first reading.
#[cfg_attr(
    all(target_arch = "aarch64", not(miri)),
    expect(dead_code, reason = "the counter is always usable there")
)]
fn monotonic() -> u64 {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    #[expect(clippy::disallowed_methods, reason = "the clock is made of the operating system's")]
    let now = Instant::now();
    now.duration_since(*FIRST.get_or_init(|| now)).as_nanos() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the clock is compared with the operating system's")]
    fn the_clock_agrees_with_the_system() {
        start();
        let (a, wall) = (now(), Instant::now());
        while wall.elapsed() < Duration::from_millis(20) {
            crate::primitive::real::hint::spin_loop();
        }
        refine();
        let (ours, theirs) = (now() - a, wall.elapsed().as_nanos() as u64);
        assert!(ours.abs_diff(theirs) < theirs / 5, "{ours} against {theirs} ns");
    }

    #[test]
    fn differences_saturate() {
        assert_eq!(between(10, 3), 0);
    }
}
