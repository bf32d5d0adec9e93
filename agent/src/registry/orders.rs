//! In which order the tasks of a scope take locks and permits, by where these were made.
//!
//! For tests alone: whoever takes something looks through all that is held. While no scope wants to know, an acquisition
//! does not come here.

use super::{HOLDS, RESOURCES, ResourceSlot, scopes};
use crate::primitive::real::Mutex;
use crate::primitive::real::atomic::{AtomicU32, Ordering::Relaxed};
use std::collections::HashMap;
use std::panic::Location;

/// How many scopes want to know.
static WATCHED: AtomicU32 = AtomicU32::new(0);
static SEEN: Mutex<Option<HashMap<(u32, Pair), Order>>> = Mutex::new(None);

/// Two groups of resources: one of the second was taken while one of the first was held.
pub(crate) type Pair = (u32, u32);

/// How a pair was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// Where the one that was held was taken, if that is known.
    pub held: Option<&'static Location<'static>>,
    /// Where the other one was.
    pub taken: &'static Location<'static>,
    /// Groups of what was held as well, each time that the pair was taken: while one holds it, nobody else takes the pair.
    pub gates: Vec<u32>,
}

/// Whether any scope wants to know.
#[inline(always)]
pub(crate) fn any() -> bool {
    WATCHED.load(Relaxed) != 0
}

/// A scope wants to know from now on.
pub(crate) fn watch() {
    WATCHED.fetch_add(1, Relaxed);
}

/// A scope does not want to know any more; what it has seen is forgotten.
pub(crate) fn forget(scope: u32) {
    WATCHED.fetch_sub(1, Relaxed);
    if let Some(seen) = &mut *SEEN.lock() {
        seen.retain(|(of, _), _| *of != scope);
    }
}

/// All pairs that the tasks of a scope have taken.
pub(crate) fn seen(scope: u32) -> Vec<(Pair, Order)> {
    let seen = SEEN.lock();
    let all = seen.iter().flatten().filter(|((of, _), _)| *of == scope);
    all.map(|((_, pair), order)| (*pair, order.clone())).collect()
}

/// A task took `resource` at `place`.
#[cold]
#[inline(never)]
pub(crate) fn taken(task: u64, resource: &ResourceSlot, place: &'static Location<'static>) {
    let Some(scope) = scopes::of(task) else { return };
    let (id, group) = (resource.id().pack(), resource.group.load(Relaxed));
    let mut held: Vec<(u32, *const Location<'static>)> = Vec::new();
    RESOURCES.for_each(|_, slot| {
        let live = slot.state.load(Relaxed) & ResourceSlot::LIVE != 0;
        if live && slot.user.load(Relaxed) & !ResourceSlot::MOVABLE == task && slot.id().pack() != id {
            held.push((slot.group.load(Relaxed), slot.place.load(Relaxed).cast_const()));
        }
    });
    HOLDS.for_each(|_, slot| {
        let hold = slot.read(|slot| {
            (slot.task.load(Relaxed), slot.resource.load(Relaxed), slot.place.load(Relaxed).cast_const())
        });
        if let Some((holder, of, place)) = hold
            && holder & !ResourceSlot::MOVABLE == task
            && of != id
            && let Some(slot) = RESOURCES.get(of as u32)
            && slot.id().pack() == of
        {
            held.push((slot.group.load(Relaxed), place));
        }
    });
    let mut seen = SEEN.lock();
    let seen = seen.get_or_insert_default();
    for (first, at) in &held {
        // Of two that were made at one place nothing says which of them is which.
        if *first == group {
            continue;
        }
        let others = held.iter().map(|(other, _)| *other).filter(|other| other != first && *other != group);
        let gates: Vec<u32> = others.collect();
        seen.entry((scope, (*first, group)))
            .and_modify(|order| order.gates.retain(|gate| gates.contains(gate)))
            .or_insert_with(|| {
                // SAFETY: null, or one of the compiler's constants, which live for ever.
                let held = unsafe { at.as_ref::<'static>() };
                Order { held, taken: place, gates }
            });
    }
}
