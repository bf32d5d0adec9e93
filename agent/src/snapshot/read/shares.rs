//! What is shared through an `Arc` that only tasks have which are known to have it.

use super::{endpoints, tasks};
use crate::id::{ResourceId, TaskId};
use crate::primitive::atomic::{AtomicU64, fence};
use crate::registry::{self, ENDS, HANDLES, HandleSlot, RESOURCES};
use crate::site::Body;
use crate::snapshot::lookup::task_place;
use crate::snapshot::{AwaitSite, Resource, Share, Task, TaskKind, TaskState};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};

/// A handle as its slot has it.
struct Read {
    slot: u32,
    version: u32,
    task: TaskId,
    body: &'static Body,
    /// From the counts to the end of the value.
    range: Range<usize>,
    parts: Vec<Part>,
}

/// A part of an allocation.
enum Part {
    Resource(ResourceId),
    /// The end of a channel at this place in its slab.
    End(u32),
}

/// What was found.
#[derive(Default)]
pub(super) struct Shares {
    pub(super) all: Vec<Share>,
    /// The share that each of these resources is in, in their order.
    pub(super) resources: Vec<(ResourceId, u32)>,
    /// The shares that the ends with these places are in.
    pub(super) ends: HashMap<u32, u32>,
}

/// All shares. The others are those of the same look, and `tasks` is older.
pub(super) fn read(tasks: &[Task], sites: &[AwaitSite], resources: &[Resource]) -> Shares {
    let mut shares = Shares::default();
    let mut found: BTreeMap<usize, Vec<Read>> = BTreeMap::new();
    HANDLES.for_each(|index, slot| {
        if let Some(read) = slot.read(|slot| copy(index, slot)).flatten() {
            found.entry(read.range.start).or_default().push(read);
        }
    });
    if found.is_empty() || !counts_are_known() {
        return shares;
    }
    let mut claims: HashMap<(TaskId, *const Body), usize> = HashMap::new();
    for handle in found.values().flatten() {
        *claims.entry((handle.task, ptr::from_ref(handle.body))).or_default() += 1;
    }
    let places = endpoints::places(tasks);
    let lenders = lenders(tasks);
    let homes = homes(resources);
    let mut located = HashMap::new();
    for (at, handles) in found {
        let has = |handle: &Read| {
            let claims = claims.get(&(handle.task, ptr::from_ref(handle.body))).copied().unwrap_or(0);
            !lenders.contains(&handle.task)
                && endpoints::still_has(handle.task, handle.body, claims, tasks, sites, &places)
        };
        if !handles.iter().all(has) || !are_all(at, &handles, tasks) {
            continue;
        }
        let mut share = Share::default();
        share.tasks.extend(handles.iter().map(|handle| handle.task));
        let number = shares.all.len() as u32;
        for part in handles.first().map_or(&[][..], |handle| &handle.parts) {
            match part {
                Part::Resource(id) => shares.resources.push((*id, number)),
                Part::End(place) => {
                    shares.ends.insert(*place, number);
                }
            }
        }
        let range = handles.iter().map(|handle| handle.range.clone()).next().unwrap_or(0..0);
        let receivers = receivers_in(range, &homes);
        located.extend(receivers.map(|(record, channel)| (record, (channel, number))));
        share.tasks.sort_unstable();
        share.tasks.dedup();
        shares.all.push(share);
    }
    place_receivers(&located, &mut shares);
    shares.resources.sort_unstable();
    shares
}

fn copy(index: u32, slot: &HandleSlot) -> Option<Read> {
    // SAFETY: null, or one of the statics that the attribute writes.
    let body = unsafe { slot.body.load(Relaxed).cast_const().as_ref::<'static>() }?;
    let ends = slot.ends.load(Relaxed);
    let words = slot.parts.iter().take(slot.len.load(Relaxed) as usize).map(|word| word.load(Relaxed));
    let part = |(at, word): (usize, u64)| {
        if ends >> at & 1 == 0 {
            return ResourceId::unpack(word).map(Part::Resource);
        }
        Some(Part::End(word as u32))
    };
    Some(Read {
        slot: index,
        version: slot.version.load(Relaxed),
        task: TaskId::unpack(slot.task.load(Relaxed))?,
        body,
        range: address(&slot.counts)?..address(&slot.end)?,
        parts: words.enumerate().filter_map(part).collect(),
    })
}

fn address(word: &AtomicU64) -> Option<usize> {
    usize::try_from(word.load(Relaxed)).ok()
}

/// Tasks that may have lent what they have to a thread: one in a scope may borrow from the thread that waits for it.
fn lenders(tasks: &[Task]) -> HashSet<TaskId> {
    let groups = &registry::groups().tasks;
    let threads: HashSet<u32> = groups
        .iter()
        .zip(0..)
        .filter(|(group, _)| tasks::kind(group.key.kind) == TaskKind::Thread)
        .map(|(_, number)| number)
        .collect();
    tasks.iter().filter(|task| threads.contains(&task.group.0)).filter_map(|task| task.parent).collect()
}

/// Where receivers were when they waited last, in ascending order, each with its channel.
fn homes(resources: &[Resource]) -> Vec<(usize, ResourceId)> {
    let home = |resource: &Resource| {
        let slot = RESOURCES.get(resource.id.index()).filter(|slot| slot.id() == resource.id)?;
        Some((slot.home().filter(|_| resource.receivers == Some(1))?, resource.id))
    };
    let mut homes: Vec<_> = resources.iter().filter_map(home).collect();
    homes.sort_unstable();
    homes
}

/// The receivers that waited in this range of addresses, each as the address that its record has, if it is still there,
/// with its channel. What moves is moved by who can reach it, and they all wait.
fn receivers_in(
    range: Range<usize>,
    homes: &[(usize, ResourceId)],
) -> impl Iterator<Item = (usize, ResourceId)> {
    let from = homes.partition_point(|(at, _)| *at < range.start);
    let within = homes[from..].iter().take_while(move |(at, _)| *at < range.end);
    within.filter_map(|(at, channel)| words(*at).map(|[record, _]| (record, *channel)))
}

/// Puts the receivers with these records into their shares.
fn place_receivers(located: &HashMap<usize, (ResourceId, u32)>, shares: &mut Shares) {
    if located.is_empty() {
        return;
    }
    ENDS.for_each(|index, slot| {
        let found = located.get(&ptr::from_ref(slot).addr());
        if let Some((_, share)) = found.filter(|(id, _)| slot.resource.load(Relaxed) == id.pack()) {
            shares.ends.insert(index, *share);
        }
    });
}

/// Whether the allocation whose counts are at `at` has these strong references and no other, and no weak one, while all
/// who have them wait.
fn are_all(at: usize, handles: &[Read], tasks: &[Task]) -> bool {
    // While a handle is noted its body has it, so the counts are there before and after they are read.
    let counts = words(at);
    fence(SeqCst);
    let noted = |handle: &Read| {
        HANDLES.get(handle.slot).is_some_and(|slot| slot.version.load(Relaxed) == handle.version)
    };
    let waits = |handle: &Read| {
        let task = task_place(tasks, handle.task);
        task.is_some_and(|at| tasks[at].state == TaskState::Waiting && tasks::is_unmoved(&tasks[at]))
    };
    counts == Some([handles.len(), 1]) && handles.iter().all(noted) && handles.iter().all(waits)
}

/// Whether the counts of an `Arc` are where they are thought to be: how it lays them out is not promised.
fn counts_are_known() -> bool {
    #[repr(align(64))]
    struct Wide;
    fn check<T>(value: T) -> bool {
        let handle = Arc::new(value);
        let (_other, _weak) = (Arc::clone(&handle), Arc::downgrade(&handle));
        let padded = (2 * size_of::<usize>()).next_multiple_of(align_of::<T>());
        words(Arc::as_ptr(&handle).addr().wrapping_sub(padded)) == Some([2, 2])
    }
    check(7_u8) && check(7_u64) && check(Wide)
}

/// The two words at an address of this process; `None` if they cannot be read. The system reads them: whatever is there,
/// nothing happens.
#[cfg(target_os = "linux")]
fn words(at: usize) -> Option<[usize; 2]> {
    let mut words = [0_usize; 2];
    let size = size_of_val(&words);
    let to = libc::iovec { iov_base: words.as_mut_ptr().cast(), iov_len: size };
    let from = libc::iovec { iov_base: ptr::without_provenance_mut(at), iov_len: size };
    // SAFETY: it has no preconditions.
    let process = unsafe { libc::getpid() };
    // SAFETY: it writes into `words`, which is as large as `to` says; what it reads it checks itself.
    let read = unsafe { libc::process_vm_readv(process, &raw const to, 1, &raw const from, 1, 0) };
    (usize::try_from(read) == Ok(size)).then_some(words)
}

/// Other systems are not asked.
#[cfg(not(target_os = "linux"))]
fn words(_at: usize) -> Option<[usize; 2]> {
    None
}
