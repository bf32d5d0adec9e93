//! Reads only what may be stuck, and what a judgement of that looks at.
//!
//! A first pass takes a few words of each slot, one slab after the other, and gives them to a [`Sieve`]. Of what that keeps,
//! rows are made. What is stuck does not move, so its slots are the same in both passes.

use super::resources::{self, holder_of, kind, op, taker};
use super::tasks;
use super::which::{Selection, Which};
use crate::clock;
use crate::id::{ResourceId, TaskId};
use crate::primitive::atomic::fence;
use crate::registry::{
    self, BLIND, ENDS, EndSlot, HANDLES, HOLDS, RESOURCES, ResourceSlot, TASKS, TaskSlot, WAITS, WaitSlot,
};
use crate::snapshot::sieve::{ResourceFacts, Sieve, Suspects, Target, TaskFacts, WaitFacts};
use crate::snapshot::{Op, ResourceKind, Snapshot, TaskKind};
use std::sync::atomic::Ordering::{Acquire, Relaxed};

impl Snapshot {
    /// Reads the tasks that may be stuck, with all that tells whether they are, and nothing else. Groups come without their
    /// numbers. Few tasks are read in most programs; the others cost a look at their slots.
    pub(crate) fn read_suspects() -> Snapshot {
        let at = clock::now();
        let suspects = find();
        if suspects.tasks.is_empty() {
            return Snapshot { at, unix_ms: clock::unix_ms(at), ..Snapshot::default() };
        }
        let selection = Selection {
            tasks: Which::Only(&suspects.tasks),
            resources: Which::Only(&suspects.resources),
            waits: Which::Only(&suspects.waits),
        };
        Snapshot::read_some(at, selection)
    }
}

/// What else the first pass came by.
#[derive(Default)]
struct Seen {
    /// Tasks that run, and threads: what keeps a thread is among them.
    running: Vec<u32>,
    /// Local tasks that do not run, with the numbers of their shards.
    locals: Vec<(u32, u32)>,
    /// Awaits inside of executors, with the places of their tasks.
    inner: Vec<(u32, u32)>,
    /// Tasks that block their threads.
    blocking: Vec<u32>,
}

/// The first pass.
fn find() -> Suspects {
    let mut sieve = Sieve::new(TASKS.high(), RESOURCES.high());
    let mut seen = Seen::default();
    tell_tasks(&mut sieve, &mut seen);
    tell_resources(&mut sieve);
    tell_ends(&mut sieve);
    tell_waits(&mut sieve, &mut seen);
    let shard = |task: u32| TASKS.get(task).map(|slot| slot.link.load(Relaxed));
    let blocked: Vec<Option<u32>> = seen.blocking.iter().map(|task| shard(*task)).collect();
    for (task, shard) in &seen.locals {
        if blocked.contains(&Some(*shard)) {
            sieve.hold_up(*task);
        }
    }
    let mut also = seen.running;
    HANDLES.for_each(|_, slot| {
        let task = slot.read(|slot| TaskId::unpack(slot.task.load(Relaxed))).flatten();
        also.extend(task.map(TaskId::index));
    });
    let mut suspects = sieve.sift(&also);
    let has_row = |task: u32| suspects.tasks.binary_search(&task).is_ok();
    let inner = seen.inner.iter().filter(|(_, task)| has_row(*task)).map(|(slot, _)| *slot);
    let mut waits: Vec<u32> = inner.collect();
    if suspects.partly {
        waits.extend(all_waits(&suspects));
    }
    suspects.waits.extend(waits);
    suspects.waits.sort_unstable();
    suspects.waits.dedup();
    suspects
}

fn tell_tasks(sieve: &mut Sieve, seen: &mut Seen) {
    let kinds: Vec<TaskKind> =
        registry::groups().tasks.iter().map(|group| tasks::kind(group.key.kind)).collect();
    TASKS.for_each(|_, slot| {
        let word = slot.group.load(Acquire);
        if word & TaskSlot::LIVE == 0 {
            return;
        }
        let Some(kind) = kinds.get((word & TaskSlot::GROUP) as usize).copied() else { return };
        let (polls, woken) = (slot.polls.load(Relaxed), slot.woken.load(Relaxed));
        let (list, refs, id) = (slot.list.load(Relaxed), slot.refs.load(Relaxed), slot.id());
        let running = polls & 1 == 1;
        let awake = running || woken == polls.wrapping_add(1) || list as u8 == BLIND;
        let covered = list & TaskSlot::FOREIGN == 0 && refs & TaskSlot::UNCOUNTED == 0;
        let thread = matches!(kind, TaskKind::Thread | TaskKind::Blocking);
        sieve.task(&TaskFacts {
            id,
            asleep: !awake && covered && !thread,
            wakers: (refs & TaskSlot::COUNT).saturating_sub(1),
            parent: TaskId::unpack(slot.parent.load(Relaxed)),
            child: word & (TaskSlot::ABORTABLE | TaskSlot::DETACHED) != TaskSlot::DETACHED,
            root: kind == TaskKind::Root,
        });
        if running || kind == TaskKind::Thread {
            seen.running.push(id.index());
        } else if kind == TaskKind::Local {
            seen.locals.push((id.index(), slot.link.load(Relaxed)));
        }
    });
}

fn tell_resources(sieve: &mut Sieve) {
    let kinds: Vec<ResourceKind> =
        registry::groups().resources.iter().map(|group| kind(group.key.kind)).collect();
    let mut locks = Vec::new();
    RESOURCES.for_each(|_, slot| {
        let state = slot.state.load(Acquire);
        if state & ResourceSlot::LIVE == 0 {
            return;
        }
        let Some(kind) = kinds.get(slot.group.load(Relaxed) as usize).copied() else { return };
        let semaphore = kind == ResourceKind::Semaphore;
        let closed = resources::is_closed(slot, state, kind);
        let resized = semaphore && resources::resized(slot) != (0, 0);
        let open = state & ResourceSlot::FOREIGN != 0 || closed || resized;
        let empty = semaphore && slot.limit.load(Relaxed) == 0;
        let id = slot.id();
        let holder = holder_of(slot, kind);
        fence(Acquire);
        if slot.state.load(Relaxed) >> 32 == state >> 32 {
            sieve.resource(&ResourceFacts { id, kind, open, empty });
            locks.extend(holder.map(|holder| (id, holder)));
        }
    });
    for (id, (task, movable)) in locks {
        sieve.holds(id, task.filter(|_| !movable));
    }
    HOLDS.for_each(|_, slot| {
        let held = slot.read(|slot| (slot.resource.load(Relaxed), taker(slot.task.load(Relaxed))));
        let Some((resource, (task, movable))) = held else { return };
        if let Some(id) = ResourceId::unpack(resource) {
            sieve.holds(id, task.filter(|_| !movable));
        }
    });
}

fn tell_ends(sieve: &mut Sieve) {
    ENDS.for_each(|_, slot| {
        let end = slot.read(|slot| {
            let sends = slot.side.load(Relaxed) != EndSlot::RECEIVER;
            sends.then(|| (slot.resource.load(Relaxed), slot.owner.load(Relaxed)))
        });
        if let Some((Some(channel), owner)) = end.flatten().map(|(id, owner)| (ResourceId::unpack(id), owner))
        {
            sieve.sends(channel, TaskId::unpack(owner));
        }
    });
}

fn tell_waits(sieve: &mut Sieve, seen: &mut Seen) {
    WAITS.for_each(|place, slot| {
        let read = slot.read(|slot| (slot.how.load(Relaxed), facts(place, slot), slot.polled.load(Relaxed)));
        let Some((how, facts, polled)) = read else { return };
        if matches!(how, WaitSlot::INNER | WaitSlot::INNER_NEW) {
            seen.inner.extend(facts.task.map(|task| (place, task.index())));
            return;
        }
        seen.blocking.extend(facts.task.filter(|_| facts.blocking).map(TaskId::index));
        sieve.wait(&facts, || facts.task.is_some_and(|task| polled_last(task, polled)));
    });
}

fn facts(slot: u32, wait: &WaitSlot) -> WaitFacts {
    let how = wait.how.load(Relaxed);
    let (op, subject) = (op(wait.op.load(Relaxed)), wait.subject.load(Relaxed));
    let target = match op {
        Op::Pending => Target::Never,
        Op::Join if subject & WaitSlot::CHILDREN != 0 => Target::Children,
        Op::Join => TaskId::unpack(subject).map_or(Target::Outside, Target::Task),
        _ => ResourceId::unpack(subject).map_or(Target::Outside, Target::Resource),
    };
    let timed = how == WaitSlot::TIMED;
    let blocking = timed || how == WaitSlot::BLOCKING;
    WaitFacts { slot, task: TaskId::unpack(wait.task.load(Relaxed)), target, op, blocking, timed }
}

/// Whether a future was polled in the last poll of its task, which does not run.
fn polled_last(task: TaskId, polled: u32) -> bool {
    TASKS.get(task.index()).is_some_and(|slot| polled == slot.polls.load(Relaxed).wrapping_sub(1))
}

/// The waits of these tasks, and for these resources.
fn all_waits(suspects: &Suspects) -> Vec<u32> {
    let is_among = |list: &[u32], place: u32| list.binary_search(&place).is_ok();
    let mut waits = Vec::new();
    WAITS.for_each(|place, slot| {
        let Some(facts) = slot.read(|slot| facts(place, slot)) else { return };
        let wanted = match facts.target {
            Target::Resource(id) => is_among(&suspects.resources, id.index()),
            _ => false,
        };
        if wanted || facts.task.is_some_and(|task| is_among(&suspects.tasks, task.index())) {
            waits.push(place);
        }
    });
    waits
}
