//! Who wakes whom, for some of the wakes.
//!
//! The agent's looks ask for the next few: these take the slow way, on which somebody has the time to see who does it.
//! So a wake costs nothing more while none is asked for, and in a program with few of them each one is seen. What was
//! seen is in a table of a fixed size, in which tasks that have the same row take it from each other.

use super::zeroed::Zeroed;
use super::{detail, local};
use crate::id::TaskId;
use crate::primitive::real::atomic::{
    AtomicU32, AtomicU64, Ordering::Acquire, Ordering::Relaxed, Ordering::Release, fence,
};
use crate::registry::TaskSlot;

/// Rows of the table.
const ROWS: usize = 8192;

/// How many wakes are still to be looked at.
static WANTED: AtomicU32 = AtomicU32::new(0);
static TABLE: Zeroed<[Row; ROWS]> = Zeroed::new();

/// What is known of the wakes of one task.
#[derive(Debug)]
#[repr(align(64))]
struct Row {
    /// Odd while somebody writes the rest.
    version: AtomicU64,
    /// The task that was woken, packed; 0 for none.
    task: AtomicU64,
    /// Who woke it last: a task, packed, or `RUNTIME` or `OUTSIDE`.
    by: AtomicU64,
    /// Wakes that were looked at: by itself, by other tasks, by a runtime, from outside.
    counts: [AtomicU32; 4],
}

/// `Row::by`: a runtime's own thread, outside of any task. Generations start at 1, so no id looks like this.
const RUNTIME: u64 = 1;
/// `Row::by`: anything else that is no task.
const OUTSIDE: u64 = 2;

/// Who woke a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// A task, perhaps itself.
    Task(TaskId),
    /// A runtime's own thread, outside of any task.
    Runtime,
    /// A thread that is no task.
    Outside,
}

/// What is known of the wakes of one task.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub task: TaskId,
    pub by: By,
    /// Wakes that were looked at: by itself, by other tasks, by a runtime, from outside.
    pub counts: [u32; 4],
}

/// The next so many wakes are to be looked at.
pub(crate) fn look_at(wakes: u32) {
    WANTED.store(wakes, Relaxed);
    detail::time_wakes_slowly();
}

/// Whether wakes are to be looked at.
pub(crate) fn are_wanted() -> bool {
    WANTED.load(Relaxed) != 0
}

/// The calling thread wakes this task.
#[cold]
#[inline(never)]
pub(crate) fn note(target: &TaskSlot) {
    // Two at a time may take one off together: then one more is looked at.
    WANTED.store(WANTED.load(Relaxed).saturating_sub(1), Relaxed);
    let local = local();
    let task = target.id().pack();
    let (by, kind) = match local.task().map(|by| by.id().pack()) {
        Some(by) if by == task => (by, 0),
        Some(by) => (by, 1),
        None if !local.runtime.get().is_null() => (RUNTIME, 2),
        None => (OUTSIDE, 3),
    };
    let row = &table()[target.id().index() as usize % ROWS];
    let version = row.version.load(Relaxed);
    // Acquire: pairs with the release of whoever wrote it before.
    if version & 1 == 1 || row.version.compare_exchange(version, version + 1, Acquire, Relaxed).is_err() {
        return;
    }
    // Release: a reader that sees a word of this sees that the row is being written.
    fence(Release);
    if row.task.load(Relaxed) != task {
        row.task.store(task, Relaxed);
        row.counts.iter().for_each(|count| count.store(0, Relaxed));
    }
    row.by.store(by, Relaxed);
    row.counts[kind].store(row.counts[kind].load(Relaxed).saturating_add(1), Relaxed);
    // Release: whoever sees the version sees the rest.
    row.version.store(version + 2, Release);
}

/// All that is known, one for each row that is in use.
pub(crate) fn seen() -> impl Iterator<Item = Seen> {
    table().iter().filter_map(Row::read)
}

fn table() -> &'static [Row; ROWS] {
    // SAFETY: all zero bytes are valid atomics, also where several threads write them.
    unsafe { TABLE.get() }
}

impl Row {
    /// What it says; `None` if that is nothing, or if it is being written now.
    fn read(&self) -> Option<Seen> {
        let version = self.version.load(Acquire);
        if version == 0 || version & 1 == 1 {
            return None;
        }
        let (task, by) = (self.task.load(Relaxed), self.by.load(Relaxed));
        let counts = self.counts.each_ref().map(|count| count.load(Relaxed));
        fence(Acquire);
        let by = match by {
            RUNTIME => By::Runtime,
            OUTSIDE => By::Outside,
            task => By::Task(TaskId::unpack(task)?),
        };
        let seen = Seen { task: TaskId::unpack(task)?, by, counts };
        (self.version.load(Relaxed) == version).then_some(seen)
    }
}
