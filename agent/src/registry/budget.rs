//! The run-time switch, the cap on memory, and what was dropped because of it.

use crate::primitive::real::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

static ENABLED: AtomicBool = AtomicBool::new(true);
/// Bytes in use for what the cap is for: everything but the slots of tasks, and those of a program of ordinary size.
static MEMORY: AtomicU64 = AtomicU64::new(0);
/// The part of them that is slots.
static SLOTS: AtomicU64 = AtomicU64::new(0);
static MAX_MEMORY: AtomicU64 = AtomicU64::new(64 << 20);

/// What memory is taken for, in the order in which the cap refuses it: each leaves room for those below. The number is how
/// many eighths of the cap may be in use with it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Room {
    /// What only makes recording quicker.
    Speed = 4,
    /// Counts and durations of a group on a thread.
    Counts = 6,
    /// The names of groups and pools, what threads need, events.
    Tables = 7,
    /// Slots: who waits and who holds.
    Slots = 8,
}

/// Whether recording is on.
#[inline(always)]
pub(crate) fn enabled() -> bool {
    ENABLED.load(Relaxed)
}

/// Switches recording on or off for those that look here. The recorder has a switch that reaches all threads.
pub(crate) fn set_enabled(on: bool) {
    ENABLED.store(on, Relaxed);
}

/// Sets the cap.
pub(crate) fn set_max_memory(bytes: u64) {
    MAX_MEMORY.store(bytes, Relaxed);
}

/// The cap.
pub(crate) fn max_memory() -> u64 {
    MAX_MEMORY.load(Relaxed)
}

/// Bytes in use for everything but slots.
pub(crate) fn memory() -> u64 {
    MEMORY.load(Relaxed).saturating_sub(SLOTS.load(Relaxed))
}

/// Gives back what [`reserve`] took.
pub(crate) fn give_back(bytes: usize) {
    MEMORY.fetch_sub(bytes as u64, Relaxed);
}

/// Takes `bytes` of the cap; false if there is no room.
#[cold]
pub(crate) fn reserve(bytes: usize, room: Room) -> bool {
    let max = max_memory() / 8 * room as u64;
    let sum = |used: u64| used.checked_add(bytes as u64).filter(|sum| *sum <= max);
    MEMORY.fetch_update(Relaxed, Relaxed, sum).is_ok()
}

/// Takes `bytes` of the cap for slots; false if there is no room.
#[cold]
pub(super) fn reserve_slots(bytes: usize) -> bool {
    let granted = reserve(bytes, Room::Slots);
    if granted {
        SLOTS.fetch_add(bytes as u64, Relaxed);
    }
    granted
}

/// Gives back what [`reserve_slots`] took.
#[cold]
pub(super) fn give_back_slots(bytes: usize) {
    SLOTS.fetch_sub(bytes as u64, Relaxed);
    give_back(bytes);
}

macro_rules! dropped_kinds {
    ($($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)?) => {
        /// What can be dropped for want of room.
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum Dropped { $($(#[$doc])* $variant),+ }

        static DROPPED: [AtomicU64; [$($word),+].len()] = [$({ let _ = $word; AtomicU64::new(0) }),+];

        impl Dropped {
            const WORDS: &[&str] = &[$($word),+];
        }
    };
}

dropped_kinds! {
    /// The events of a thread that got no ring for a trace.
    Trace = "trace",
    /// A task that got no slot.
    Task = "task",
    /// A resource that got no slot.
    Resource = "resource",
    /// A wait that got no slot.
    Wait = "wait",
    /// A hold that got no slot.
    Hold = "hold",
    /// An end of a channel, or a handle of what is shared, that got no slot.
    End = "endpoint",
    /// A pair of locks that was taken one inside of the other and found no room.
    Order = "lock_order",
    /// A group of tasks or resources that was folded into `other`.
    Group = "group",
    /// Durations that found no room in the histogram of their group, and groups that found none on a thread.
    Histogram = "histogram",
}

impl Dropped {
    /// Counts one.
    #[cold]
    pub(crate) fn count(self) {
        DROPPED[self as usize].fetch_add(1, Relaxed);
    }
}

/// What was dropped so far, by kind.
pub(crate) fn dropped() -> Vec<(&'static str, u64)> {
    Dropped::WORDS.iter().zip(&DROPPED).map(|(word, n)| (*word, n.load(Relaxed))).collect()
}
