//! Which tasks belong to a scope: what a test started, directly or through others.
//!
//! Nothing of this costs more than one look at a word while no scope is open. While one is, each spawn takes a lock:
//! scopes are for tests.

use crate::primitive::real::Mutex;
use crate::primitive::real::atomic::{AtomicU32, Ordering::Relaxed};
use std::cell::Cell;
use std::collections::HashMap;

/// How many scopes are open.
static OPEN: AtomicU32 = AtomicU32::new(0);
static TABLE: Mutex<Option<Table>> = Mutex::new(None);

thread_local! {
    /// The scope whose own future runs on this thread; 0 for none.
    static CURRENT: Cell<u32> = const { Cell::new(0) };
}

#[derive(Debug, Default)]
struct Table {
    last: u32,
    /// The scope of a task, by its packed id. Tasks that have ended stay until the scope is closed.
    of: HashMap<u64, u32>,
    /// The longest poll of a task of each open scope: the task's group and the ticks.
    longest: HashMap<u32, (u32, u64)>,
}

/// Whether any scope is open.
#[inline(always)]
pub(crate) fn any() -> bool {
    OPEN.load(Relaxed) != 0
}

/// A new scope.
pub(crate) fn open() -> u32 {
    let mut held = TABLE.lock();
    let table = held.get_or_insert_default();
    table.last += 1;
    OPEN.fetch_add(1, Relaxed);
    table.last
}

/// Forgets a scope.
pub(crate) fn close(scope: u32) {
    let mut held = TABLE.lock();
    OPEN.fetch_sub(1, Relaxed);
    if let Some(table) = &mut *held {
        table.of.retain(|_, of| *of != scope);
        table.longest.remove(&scope);
    }
}

/// Makes a scope the one of this thread, and returns the one before.
pub(crate) fn enter(scope: u32) -> u32 {
    CURRENT.replace(scope)
}

/// A task was spawned: it belongs to the scope of this thread, or else to its parent's.
#[cold]
#[inline(never)]
pub(crate) fn spawned(child: u64, parent: u64) {
    // A thread-local without a destructor: it is there as long as the thread is.
    let current = CURRENT.get();
    let mut held = TABLE.lock();
    let Some(table) = &mut *held else { return };
    let scope = if current == 0 { table.of.get(&parent).copied() } else { Some(current) };
    if let Some(scope) = scope {
        table.of.insert(child, scope);
    }
}

/// A poll of a task of this group took so many ticks.
#[cold]
#[inline(never)]
pub(crate) fn polled(task: u64, group: u32, ticks: u64) {
    let mut held = TABLE.lock();
    let Some(table) = &mut *held else { return };
    let Some(scope) = table.of.get(&task).copied() else { return };
    let longest = table.longest.entry(scope).or_default();
    if ticks > longest.1 {
        *longest = (group, ticks);
    }
}

/// The scope of a task, if it has one.
pub(crate) fn of(task: u64) -> Option<u32> {
    TABLE.lock().as_ref()?.of.get(&task).copied()
}

/// The task belongs to this scope from now on.
pub(crate) fn adopt(task: u64, scope: u32) {
    if let Some(table) = &mut *TABLE.lock() {
        table.of.insert(task, scope);
    }
}

/// All tasks that a scope has had, as packed ids.
pub(crate) fn members(scope: u32) -> Vec<u64> {
    let held = TABLE.lock();
    let of = held.as_ref().map(|table| &table.of);
    of.into_iter().flatten().filter(|(_, of)| **of == scope).map(|(task, _)| *task).collect()
}

/// The group of the task of a scope that had the longest poll, and its ticks.
pub(crate) fn longest_poll(scope: u32) -> Option<(u32, u64)> {
    TABLE.lock().as_ref()?.longest.get(&scope).copied()
}
