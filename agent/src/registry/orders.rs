//! In which order tasks take locks and permits, by where these were made.
//!
//! For scopes of tests, and for the whole process if it was asked for: whoever takes something takes a lock of the agent's
//! as well, to look what it holds already. While nobody wants to know, an acquisition does not come here. What a task
//! holds is written down when it takes it, and looked up in the slots when it takes the next: nothing has to be done
//! when it is given back.

use super::{Dropped, HoldSlot, RESOURCES, ResourceSlot, scopes};
use crate::primitive::real::Mutex;
use crate::primitive::real::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::collections::HashMap;
use std::panic::Location;

/// The number of the whole process, beside those of the scopes.
pub(crate) const PROCESS: u32 = 0;
/// Into so many parts what is held is divided, by task.
const PARTS: usize = 16;
/// Tasks in a part before those are looked for that hold nothing any more.
const SWEEP: usize = 256;
/// How many pairs are kept at most.
const MOST: usize = 10_000;

/// How many scopes want to know, the process included.
static WATCHED: AtomicU32 = AtomicU32::new(0);
/// Whether it is wanted of the whole process.
static ALL: AtomicBool = AtomicBool::new(false);
static SEEN: Mutex<Option<HashMap<(u32, Pair), Order>>> = Mutex::new(None);
static HELD: [Mutex<Option<Part>>; PARTS] = [const { Mutex::new(None) }; PARTS];

/// Two groups of resources: one of the second was taken while one of the first was held.
pub(crate) type Pair = (u32, u32);

/// How a pair was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// Where the one that was held was taken.
    pub held: &'static Location<'static>,
    /// Where the other one was.
    pub taken: &'static Location<'static>,
    /// Groups of what was held as well, each time that the pair was taken: while one holds it, nobody else takes the pair.
    pub gates: Vec<u32>,
}

/// What some tasks hold, by their packed ids.
#[derive(Debug, Default)]
struct Part {
    tasks: HashMap<u64, Vec<Held>>,
    /// So many tasks were left after the last sweep.
    left: usize,
}

/// What a task took, and perhaps holds no more.
#[derive(Debug)]
struct Held {
    resource: u64,
    group: u32,
    place: &'static Location<'static>,
    /// Its own slot with the version of the hold, if it is not the only holder.
    slot: Option<(&'static HoldSlot, u32)>,
}

impl Held {
    fn of(
        resource: &ResourceSlot,
        place: &'static Location<'static>,
        hold: Option<&'static HoldSlot>,
    ) -> Self {
        let slot = hold.map(|hold| (hold, hold.version.load(Relaxed)));
        Self { resource: resource.id().pack(), group: resource.group.load(Relaxed), place, slot }
    }

    /// Whether the task still holds it, as far as the slots show.
    fn lasts(&self, task: u64) -> bool {
        let holder = match self.slot {
            Some((slot, version)) if slot.version.load(Relaxed) == version => slot.task.load(Relaxed),
            Some(_) => return false,
            None => match RESOURCES.get(self.resource as u32) {
                Some(slot) if slot.id().pack() == self.resource => slot.user.load(Relaxed),
                _ => return false,
            },
        };
        holder & !ResourceSlot::MOVABLE == task
    }
}

/// Whether anybody wants to know.
#[inline(always)]
pub(crate) fn any() -> bool {
    WATCHED.load(Relaxed) != 0
}

/// A scope wants to know from now on, or [`PROCESS`].
pub(crate) fn watch(scope: u32) {
    if scope == PROCESS {
        ALL.store(true, Relaxed);
    }
    WATCHED.fetch_add(1, Relaxed);
}

/// It does not want to know any more; what was seen is forgotten.
pub(crate) fn forget(scope: u32) {
    if scope == PROCESS {
        ALL.store(false, Relaxed);
    }
    if let Some(seen) = &mut *SEEN.lock() {
        seen.retain(|(of, _), _| *of != scope);
    }
    if WATCHED.fetch_sub(1, Relaxed) == 1 {
        HELD.iter().for_each(|part| *part.lock() = None);
    }
}

/// All pairs that the tasks of a scope have taken.
pub(crate) fn seen(scope: u32) -> Vec<(Pair, Order)> {
    let seen = SEEN.lock();
    let all = seen.iter().flatten().filter(|((of, _), _)| *of == scope);
    all.map(|((_, pair), order)| (*pair, order.clone())).collect()
}

/// How many pairs there are.
pub(crate) fn count(scope: u32) -> usize {
    SEEN.lock().iter().flatten().filter(|((of, _), _)| *of == scope).count()
}

/// A task took `resource` at `place`; `hold` is its own slot, if others may hold it as well.
#[cold]
#[inline(never)]
pub(crate) fn taken(
    task: u64,
    resource: &ResourceSlot,
    place: &'static Location<'static>,
    hold: Option<&'static HoldSlot>,
) {
    let of = [scopes::of(task), ALL.load(Relaxed).then_some(PROCESS)];
    if of == [None, None] {
        return;
    }
    let now = Held::of(resource, place, hold);
    let group = now.group;
    let held = hold_also(task, now);
    if held.is_empty() {
        return;
    }
    let mut seen = SEEN.lock();
    let seen = seen.get_or_insert_default();
    for (first, at) in &held {
        // Of two that were made at one place nothing says which of them is which.
        if *first == group {
            continue;
        }
        let others = held.iter().map(|(other, _)| *other).filter(|other| other != first && *other != group);
        let gates: Vec<u32> = others.collect();
        for scope in of.into_iter().flatten() {
            let pair = (scope, (*first, group));
            if let Some(order) = seen.get_mut(&pair) {
                order.gates.retain(|gate| gates.contains(gate));
            } else if seen.len() < MOST {
                seen.insert(pair, Order { held: at, taken: place, gates: gates.clone() });
            } else {
                Dropped::Order.count();
            }
        }
    }
}

/// What a task had alone it shares from now on, and has it in a slot of its own.
#[cold]
#[inline(never)]
pub(crate) fn shared(
    task: u64,
    resource: &ResourceSlot,
    place: &'static Location<'static>,
    hold: &'static HoldSlot,
) {
    hold_also(task, Held::of(resource, place, Some(hold)));
}

/// Adds to what a task holds. Returns what it held before, groups and places.
fn hold_also(task: u64, now: Held) -> Vec<(u32, &'static Location<'static>)> {
    let mut part = HELD[task as usize % PARTS].lock();
    let part = part.get_or_insert_default();
    if part.tasks.len() >= SWEEP.max(2 * part.left) {
        part.tasks.retain(|task, held| held.iter().any(|held| held.lasts(*task)));
        part.left = part.tasks.len();
    }
    let held = part.tasks.entry(task).or_default();
    held.retain(|held| held.resource != now.resource && held.lasts(task));
    let before = held.iter().map(|held| (held.group, held.place)).collect();
    held.push(now);
    before
}
