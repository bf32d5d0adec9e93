//! Resources, and what is held of them.

use super::guards;
use super::which::Which;
use crate::clock;
use crate::id::{ResourceGroupId, ResourceId, TaskId};
use crate::primitive::atomic::{AtomicPtr, fence};
use crate::registry::{self, HOLDS, RESOURCES, ResourceSlot};
use crate::snapshot::lookup::resource_place;
use crate::snapshot::{Hold, Op, Place, Refused, Resource, ResourceKind};
use std::panic::Location;
use std::sync::atomic::Ordering::{Acquire, Relaxed};

/// The place that a recorded pointer stands for; a place that is nowhere for null.
pub(super) fn place(pointer: &AtomicPtr<Location<'static>>) -> Place {
    place_of(pointer.load(Relaxed)).unwrap_or(Place::UNKNOWN)
}

/// The place that a recorded pointer stands for; `None` for null.
pub(super) fn place_of(pointer: *const Location<'static>) -> Option<Place> {
    // SAFETY: null, or one of the compiler's constants, which live for ever.
    let location = unsafe { pointer.as_ref::<'static>() }?;
    Some(Place { file: location.file(), line: location.line(), column: location.column() })
}

/// The kind with this number.
pub(super) fn kind(number: u8) -> ResourceKind {
    use ResourceKind::*;
    const KINDS: [ResourceKind; 13] = [
        Mutex,
        RwLock,
        Semaphore,
        Mpsc,
        Oneshot,
        Broadcast,
        Watch,
        Notify,
        Barrier,
        OnceCell,
        Join,
        Condvar,
        BlockingPool,
    ];
    KINDS.get(usize::from(number)).copied().unwrap_or(Mutex)
}

/// Whether it has senders and receivers.
fn carries(kind: ResourceKind) -> bool {
    holds_messages(kind) || kind.reaches_all()
}

/// Whether its messages stay in it until its one receiver takes them.
fn holds_messages(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Mpsc | ResourceKind::Oneshot)
}

/// Whether what goes in is counted, and who sent it last is known.
pub(super) fn is_sent_to(kind: ResourceKind) -> bool {
    carries(kind) || kind == ResourceKind::Notify
}

/// The operation with this number.
pub(super) fn op(number: u8) -> Op {
    use Op::*;
    const OPS: [Op; 15] = [
        Lock, Read, Write, Acquire, Send, Recv, Changed, Notified, Wait, Join, Init, Sleep, Io, Pending,
        Other,
    ];
    OPS.get(usize::from(number)).copied().unwrap_or(Other)
}

/// The live resources of these slots, and all that is held of them.
pub(super) fn read(which: Which<'_>) -> (Vec<Resource>, Vec<Hold>) {
    let kinds: Vec<ResourceKind> =
        registry::groups().resources.iter().map(|group| kind(group.key.kind)).collect();
    let (mut resources, mut held) = slots(which, &kinds);
    held.extend(holds(&resources, &kinds));
    guards::locate(&mut held);
    count_lent(&mut resources, &held);
    (resources, held)
}

/// The live resources of these slots, and who holds the locks among them.
fn slots(which: Which<'_>, kinds: &[ResourceKind]) -> (Vec<Resource>, Vec<Hold>) {
    let (mut resources, mut holds) = (Vec::new(), Vec::new());
    which.for_each(&RESOURCES, |_, slot| {
        let state = slot.state.load(Acquire);
        if state & ResourceSlot::LIVE == 0 {
            return;
        }
        let group = slot.group.load(Relaxed);
        // A resource of a group that is younger than the list is left to the next look.
        let Some(kind) = kinds.get(group as usize).copied() else { return };
        let id = slot.id();
        let resource = copy(slot, id, group, kind, state);
        let hold = holder(slot, id, kind);
        fence(Acquire);
        if slot.state.load(Relaxed) >> 32 == state >> 32 {
            resources.push(resource);
            holds.extend(hold);
        }
    });
    (resources, holds)
}

fn copy(slot: &ResourceSlot, id: ResourceId, group: u32, kind: ResourceKind, state: u64) -> Resource {
    let (queue, holds) = (carries(kind), holds_messages(kind));
    let counts = is_sent_to(kind);
    let covered = state & ResourceSlot::FOREIGN == 0;
    let semaphore = kind == ResourceKind::Semaphore;
    let barrier = kind == ResourceKind::Barrier;
    let limit = slot.limit.load(Relaxed);
    let (entered, left) = flow(slot, state, kind);
    let (senders, receivers) = alive(slot, kind);
    // What lies in a queue that has no receiver is lost. What plain ends do is not known.
    let depth = if receivers == 0 { 0 } else { entered.saturating_sub(left) };
    let task = |word: u64| TaskId::unpack(word).filter(|_| counts && word != ResourceSlot::NOBODY);
    // Of a channel for one value, the word of the sender is that of an earlier channel until it was used.
    let sent_by = if kind == ResourceKind::Oneshot && entered == 0 { 0 } else { slot.user.load(Relaxed) };
    Resource {
        id,
        group: ResourceGroupId(group),
        created_at: clock::time_of(slot.created_at.load(Relaxed)),
        creator: TaskId::unpack(slot.creator.load(Relaxed)),
        covered,
        closed: is_closed(slot, state, kind),
        depth: (holds && covered).then_some(depth),
        capacity: (queue && limit > 0).then_some(limit),
        senders: (queue && covered).then_some(senders),
        receivers: (queue && covered).then_some(receivers),
        sent: counts.then_some(entered),
        received: holds.then_some(left),
        missed: (kind == ResourceKind::Broadcast).then_some(left),
        permits: (semaphore && covered).then_some(limit),
        permits_added: semaphore.then(|| resized(slot).0),
        permits_forgotten: semaphore.then(|| resized(slot).1),
        refused: refused(slot, state, kind),
        permits_out: None,
        parties: (barrier && limit > 0).then_some(limit),
        arrived: if barrier && covered { entered.checked_rem(limit) } else { None },
        last_sender: task(sent_by),
        last_receiver: task(slot.receiver.load(Relaxed)),
    }
}

/// How many permits were added to a semaphore, and how many taken away for good.
pub(super) fn resized(slot: &ResourceSlot) -> (u64, u64) {
    (slot.user.load(Relaxed), slot.since.load(Relaxed))
}

/// The tries of a task that a lock or a semaphore refused one after the other.
fn refused(slot: &ResourceSlot, state: u64, kind: ResourceKind) -> Option<Refused> {
    if state & ResourceSlot::REFUSED == 0 || !kind.is_lock() {
        return None;
    }
    let task = TaskId::unpack(slot.receiver.load(Relaxed))?;
    let since = clock::time_of(slot.probe_at.load(Relaxed));
    Some(Refused { task, tries: slot.probe.load(Relaxed), since })
}

/// How many senders and receivers a queue has.
fn alive(slot: &ResourceSlot, kind: ResourceKind) -> (u64, u64) {
    if kind == ResourceKind::Oneshot {
        let ends = slot.handles.load(Relaxed);
        let is_alive = |end| u64::from(ends & end != 0);
        return (is_alive(ResourceSlot::SENDER), is_alive(ResourceSlot::RECEIVER));
    }
    (u64::from(slot.senders.load(Relaxed)), u64::from(slot.receivers.load(Relaxed)))
}

/// Whether a resource that is in this state is closed.
pub(super) fn is_closed(slot: &ResourceSlot, state: u64, kind: ResourceKind) -> bool {
    state & ResourceSlot::CLOSED != 0 || kind == ResourceKind::Oneshot && lost_an_end(slot, state)
}

/// Whether an end of a channel for one value, which closes it, is gone.
fn lost_an_end(slot: &ResourceSlot, state: u64) -> bool {
    let (senders, receivers) = alive(slot, ResourceKind::Oneshot);
    // With a plain end outside, the one that was here need not be the last.
    state & ResourceSlot::FOREIGN == 0 && senders == 0
        || state & ResourceSlot::HANDED_OUT == 0 && receivers == 0
}

/// What went in and out of a resource that is in this state. Of a broadcast channel: what went in, and what was missed.
pub(super) fn flow(slot: &ResourceSlot, state: u64, kind: ResourceKind) -> (u64, u64) {
    // Left first: what leaves between the two loads would otherwise be more than what entered.
    let left = slot.left.load(Acquire);
    // Acquire: pairs with the release of the sender of a single value.
    let entered = slot.entered.load(Acquire);
    // Some senders count when they have sent, and the receiver may be quicker. What was received was sent; if all
    // senders are known, it was counted or will be.
    let known = state & ResourceSlot::FOREIGN == 0 && holds_messages(kind);
    (if known { entered.max(left) } else { entered }, left)
}

/// Who holds a lock.
fn holder(slot: &ResourceSlot, id: ResourceId, kind: ResourceKind) -> Option<Hold> {
    let op = match kind {
        ResourceKind::Mutex => Op::Lock,
        ResourceKind::RwLock => Op::Write,
        ResourceKind::OnceCell => Op::Init,
        _ => return None,
    };
    let (task, movable) = holder_of(slot, kind)?;
    let (since, place) = (since(slot.since.load(Relaxed)), place(&slot.place));
    Some(Hold { task, since, movable, ..Hold::new(id, op, place) })
}

/// Who took a lock, and whether it may be elsewhere by now; `None` if nobody has it, and for what is no lock.
pub(super) fn holder_of(slot: &ResourceSlot, kind: ResourceKind) -> Option<(Option<TaskId>, bool)> {
    if !matches!(kind, ResourceKind::Mutex | ResourceKind::RwLock | ResourceKind::OnceCell) {
        return None;
    }
    let user = slot.user.load(Acquire);
    (user != 0).then(|| taker(user))
}

/// When something was taken, if that is known.
fn since(ticks: u64) -> Option<u64> {
    (ticks != 0).then(|| clock::time_of(ticks))
}

/// Who took something, and whether it may be elsewhere by now.
pub(super) fn taker(word: u64) -> (Option<TaskId>, bool) {
    let task = word & !ResourceSlot::MOVABLE;
    (TaskId::unpack(task).filter(|_| task != ResourceSlot::NOBODY), word & ResourceSlot::MOVABLE != 0)
}

/// All guards and permits of these resources that have a slot of their own.
fn holds(resources: &[Resource], kinds: &[ResourceKind]) -> Vec<Hold> {
    let mut holds = Vec::new();
    HOLDS.for_each(|_, slot| {
        let read = slot.read(|slot| {
            let (task, movable) = taker(slot.task.load(Relaxed));
            let id = ResourceId::unpack(slot.resource.load(Relaxed))?;
            // What is held of a resource that is younger than the list is left to the next look.
            let resource = &resources[resource_place(resources, id)?];
            let op = match kinds.get(resource.group.index())? {
                ResourceKind::RwLock => Op::Read,
                ResourceKind::Semaphore => Op::Acquire,
                _ => Op::Send,
            };
            Some(Hold {
                task,
                since: since(slot.since.load(Relaxed)),
                amount: slot.amount.load(Relaxed),
                movable,
                ..Hold::new(id, op, place(&slot.place))
            })
        });
        holds.extend(read.flatten());
    });
    holds
}

/// Adds up the permits of each semaphore that are out, and the reserved room of each queue.
fn count_lent(resources: &mut [Resource], holds: &[Hold]) {
    let lends =
        |resource: &Resource| resource.covered && (resource.depth.is_some() || resource.permits.is_some());
    for resource in resources.iter_mut().filter(|resource| lends(resource)) {
        resource.permits_out = Some(0);
    }
    for hold in holds {
        let Some(found) = resource_place(resources, hold.resource) else {
            continue;
        };
        if let Some(out) = &mut resources[found].permits_out {
            *out += u64::from(hold.amount);
        }
    }
}
