//! How many polls are timed: all of them, or one of a power of two while the agent has to save.
//!
//! Reading the clock is most of what a poll costs here. While only some polls are timed, their durations count for
//! those that are not, so that sums and histograms stay right on average; the others get the time of the last
//! [`tick`], which says enough about how long a task has been waiting. Counts, holders, waits and wakers do not
//! change.

use super::{shard, trace, wakes};
use crate::clock;
use crate::primitive::real::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use crate::registry::TaskSlot;

/// The highest level: one poll of this power of two is timed.
pub(crate) const MAX_LEVEL: u32 = 8;

/// Polls per timed poll, less one. A power of two less one.
static MASK: AtomicU32 = AtomicU32::new(0);
/// The time of the last tick, with `COARSE`.
static TICK: AtomicU64 = AtomicU64::new(0);
/// Whether every wake reads the clock, and directly. A thread that finds it false looks why.
static WAKES_ARE_TIMED: AtomicBool = AtomicBool::new(false);

/// The mark of a time that was not read from the clock when it happened.
const COARSE: u64 = 1;

/// From now on one of `1 << level` polls is timed.
pub(crate) fn set_level(level: u32) {
    let mask = (1 << level.min(MAX_LEVEL)) - 1;
    if MASK.load(Relaxed) != mask {
        MASK.store(mask, Relaxed);
        tick();
        time_wakes_slowly();
        shard::set_modes();
    }
}

/// The next wakes take the slow way, until it is found that they need not.
pub(super) fn time_wakes_slowly() {
    WAKES_ARE_TIMED.store(false, Relaxed);
}

/// Whether all polls are timed.
pub(crate) fn is_full() -> bool {
    mask() == 0
}

/// Polls per timed poll, less one.
pub(crate) fn mask() -> u32 {
    MASK.load(Relaxed)
}

/// Reads the clock for all polls that are not timed until the next tick.
pub(crate) fn tick() {
    TICK.store(clock::ticks() | COARSE, Relaxed);
}

/// The time of the last tick, marked as such.
pub(crate) fn last_tick() -> u64 {
    TICK.load(Relaxed)
}

/// A reading of the clock, marked as exact.
#[inline(always)]
pub(crate) const fn exact(ticks: u64) -> u64 {
    ticks & !COARSE
}

/// Whether a time was read from the clock when it happened.
#[inline(always)]
pub(crate) const fn is_exact(ticks: u64) -> bool {
    ticks & COARSE == 0
}

/// Whether the poll is timed during which the slot's `polls` are `polls`. Tasks and polls take turns, and so do the
/// tasks that use one slot after the other.
pub(crate) fn is_timed(slot: &TaskSlot, polls: u32, mask: u32) -> bool {
    let id = slot.id.load(Relaxed);
    let turn = (id as u32).wrapping_add((id >> 32) as u32).wrapping_add(polls >> 1);
    turn & mask == 0
}

/// Whether every wake reads the clock, and directly.
#[inline(always)]
pub(crate) fn wakes_are_timed() -> bool {
    WAKES_ARE_TIMED.load(Relaxed)
}

/// The time of a wake that asks for the poll during which the slot's `polls` are `polls`, for whom
/// [`wakes_are_timed`] was false.
pub(crate) fn time_of_wake(slot: &TaskSlot, polls: u32) -> u64 {
    let mask = mask();
    if mask != 0 && !is_timed(slot, polls, mask) {
        return last_tick();
    }
    WAKES_ARE_TIMED
        .store(mask == 0 && clock::is_direct() && !trace::is_on() && !wakes::are_wanted(), Relaxed);
    exact(clock::ticks())
}
