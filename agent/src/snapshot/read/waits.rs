//! Waits in progress, and awaits inside of executors that a task has of its own.

use super::resources::{op, place};
use super::which::Which;
use crate::clock;
use crate::id::{ResourceId, SiteId, TaskId};
use crate::registry::{TASKS, WAITS, WaitSlot};
use crate::site;
use crate::snapshot::lookup::task_place;
use crate::snapshot::{AwaitKind, AwaitSite, InnerAwait, MAX_INNER, Op, Place, Task, TaskState, Wait};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering::Relaxed;

/// What a slot stood for when it was read.
enum Read {
    /// A wait, and the poll that it was seen in last.
    Wait(Wait, u32),
    /// An await inside of an executor.
    Inner(Inner),
    /// One of which it is not known inside of which other await it is, or whose task is gone.
    Nothing,
}

struct Inner {
    task: TaskId,
    site: SiteId,
    what: AwaitKind,
    within: SiteId,
    /// The future that the executor polls: all of its awaits have the same, and hardly any other has.
    future: u32,
    polled: u32,
    /// When it was noted among others of the same poll.
    order: u32,
}

/// The waits in progress of these slots; `tasks` are those of the same look, which get their inner awaits, and `sites` are at least
/// theirs.
pub(super) fn read(which: Which<'_>, tasks: &mut [Task], sites: &[AwaitSite]) -> Vec<Wait> {
    let (mut waits, mut inner) = (Vec::new(), Vec::new());
    // Of those that were polled with another waker than the task's own, the place in the list, and the poll.
    let mut others = Vec::new();
    which.for_each(&WAITS, |_, slot| match slot.read(|slot| read_slot(slot, tasks, sites)) {
        Some(Read::Wait(wait, polled)) => {
            if !wait.current && !wait.own_waker && !wait.blocking {
                others.push((waits.len(), polled));
            }
            waits.push(wait);
        }
        Some(Read::Inner(one)) => inner.push(one),
        Some(Read::Nothing) | None => {}
    });
    let polls = give(tasks, inner);
    // An executor does not poll all it has in each poll of the task. What it polled together with an await that is still
    // inside of one of the task's is so too.
    for (at, polled) in others {
        let wait: &mut Wait = &mut waits[at];
        wait.current = wait.task.is_some_and(|task| polls.contains(&(task, polled)));
    }
    waits
}

fn read_slot(slot: &WaitSlot, tasks: &[Task], sites: &[AwaitSite]) -> Read {
    let (how, polled) = (slot.how.load(Relaxed), slot.polled.load(Relaxed));
    let task = TaskId::unpack(slot.task.load(Relaxed));
    let subject = slot.subject.load(Relaxed);
    if matches!(how, WaitSlot::INNER | WaitSlot::INNER_NEW) {
        let Some(task) = task.filter(|_| how == WaitSlot::INNER) else { return Read::Nothing };
        let (site, what) = site::parts((subject >> 32) as u32);
        let within = site::parts(slot.amount.load(Relaxed)).0;
        let order = slot.since.load(Relaxed) as u32;
        return Read::Inner(Inner { task, site, what, within, future: subject as u32, polled, order });
    }
    let op = op(slot.op.load(Relaxed));
    let join = op == Op::Join;
    let children = join && subject & WaitSlot::CHILDREN != 0;
    let blocking = matches!(how, WaitSlot::BLOCKING | WaitSlot::TIMED);
    let unpolled = task.and_then(|task| unpolled(task, polled, tasks));
    let current = unpolled == Some(0);
    let called = !slot.place.load(Relaxed).is_null();
    let awaited = || awaited(task.filter(|_| current)?, slot.awaited.load(Relaxed), tasks, sites);
    let wait = Wait {
        task,
        resource: ResourceId::unpack(subject).filter(|_| !join),
        target: TaskId::unpack(subject).filter(|_| join && !children),
        children,
        op,
        place: if called { place(&slot.place) } else { awaited().unwrap_or(Place::UNKNOWN) },
        since: clock::time_of(slot.since.load(Relaxed)),
        current,
        unpolled: unpolled.filter(|_| !blocking),
        own_waker: how == WaitSlot::OWN_WAKER,
        blocking,
        amount: slot.amount.load(Relaxed),
        timed: how == WaitSlot::TIMED,
    };
    Read::Wait(wait, polled)
}

/// Gives each task those inner awaits that are inside of an await in its list. Returns the tasks and polls in which they
/// were seen last.
fn give(tasks: &mut [Task], mut inner: Vec<Inner>) -> HashSet<(TaskId, u32)> {
    // The last poll of each future: what it did not await any more then, it only keeps.
    let mut last: HashMap<(TaskId, u32), u32> = HashMap::new();
    let age = |one: &Inner| {
        let polls = TASKS.get(one.task.index()).map_or(0, |slot| slot.polls.load(Relaxed));
        polls.wrapping_sub(one.polled)
    };
    for one in &inner {
        let polled = last.entry((one.task, one.future)).or_insert(one.polled);
        if one.polled.wrapping_sub(*polled).cast_signed() > 0 {
            *polled = one.polled;
        }
    }
    inner.retain(|one| last.get(&(one.task, one.future)) == Some(&one.polled));
    // Inside of each other they were noted from the inside outwards, one directly after the other.
    inner.sort_by_cached_key(|one| (one.task, age(one), u32::MAX - one.order));
    let mut polls = HashSet::new();
    for one in inner {
        let Some(found) = task_place(tasks, one.task) else { continue };
        let task = &mut tasks[found];
        if !task.awaits.iter().any(|entry| entry.site == one.within) {
            continue;
        }
        polls.insert((one.task, one.polled));
        if task.inner.len() < MAX_INNER {
            task.inner.push(InnerAwait { site: one.site, within: one.within, what: one.what });
        } else {
            task.inner_lost += 1;
        }
    }
    polls
}

/// Where the nearest await that has a site is, around a future that the task polled last when its await list was one
/// shorter than `awaited`.
fn awaited(id: TaskId, awaited: u8, tasks: &[Task], sites: &[AwaitSite]) -> Option<Place> {
    let found = task_place(tasks, id)?;
    let entry = tasks[found].awaits.get(usize::from(awaited.checked_sub(1)?))?;
    Some(sites.get(entry.site.index())?.place)
}

/// How many polls of the task have ended since the one in which its `polls` word was `polled`. `None` if that is a later one
/// than the last when the task was read.
fn unpolled(id: TaskId, polled: u32, tasks: &[Task]) -> Option<u32> {
    let task = &tasks[task_place(tasks, id)?];
    // Odd during a poll. While one runs, it may not have come to this future yet.
    let last = (task.polls.wrapping_mul(2) as u32).wrapping_sub(1);
    let later = u32::try_from(last.wrapping_sub(polled).cast_signed()).ok()? / 2;
    Some(later.saturating_sub(u32::from(task.state == TaskState::Running)))
}
