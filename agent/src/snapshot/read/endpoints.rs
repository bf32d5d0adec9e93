//! The ends of channels, and whether those who entered a body that owns one still have it.

use super::resources::kind;
use crate::id::{ResourceId, TaskId};
use crate::registry::{self, ENDS, EndSlot, RESOURCES, ResourceSlot};
use crate::site::{Body, Keeps};
use crate::snapshot::lookup::{resource_place, task_place};
use crate::snapshot::{AwaitSite, Endpoint, MAX_AWAITS, Place, Resource, ResourceKind, Side, Task};
use std::collections::HashMap;
use std::ptr;
use std::sync::atomic::Ordering::Relaxed;

/// An end as its slot has it.
struct Read {
    end: Endpoint,
    /// How many messages are behind a receiver, if it is one of a broadcast channel.
    position: u32,
    entered: Option<(TaskId, &'static Body)>,
}

/// All live ends of `resources`, in their order. `tasks` and `sites` are those of the same look, and `tasks` is older;
/// `shares` says which share the end at a place is in.
pub(super) fn read(
    resources: &[Resource],
    tasks: &[Task],
    sites: &[AwaitSite],
    shares: &HashMap<u32, u32>,
) -> Vec<Endpoint> {
    let mut found = Vec::new();
    ENDS.for_each(|index, slot| {
        let read = slot.read(|slot| {
            let task = |word: u64| TaskId::unpack(word);
            let resource = ResourceId::unpack(slot.resource.load(Relaxed))?;
            let end = Endpoint {
                resource,
                side: side(slot.side.load(Relaxed)),
                creator: task(slot.creator.load(Relaxed)),
                last_user: task(slot.user.load(Relaxed)),
                owner: None,
                behind: None,
                share: shares.get(&index).copied(),
            };
            let entered = slot.owner().and_then(|(owner, body)| Some((task(owner)?, body)));
            Some(Read { end, position: slot.position.load(Relaxed), entered })
        });
        // Those of other channels count for who has them.
        let wanted =
            |read: &Read| read.entered.is_some() || resource_place(resources, read.end.resource).is_some();
        found.extend(read.flatten().filter(wanted));
    });
    // How many ends of a task say that they are with the same body: as many must be with it.
    let mut claims: HashMap<(TaskId, *const Body), usize> = HashMap::new();
    for (task, body) in found.iter().filter_map(|read| read.entered) {
        *claims.entry((task, ptr::from_ref(body))).or_default() += 1;
    }
    found.retain_mut(|read| {
        let Some(place) = resource_place(resources, read.end.resource) else {
            return false;
        };
        read.end.behind = behind(&resources[place], read);
        true
    });
    let places = places(tasks);
    let mut ends: Vec<Endpoint> = found
        .into_iter()
        .map(|read| {
            let owner = read.entered.filter(|(task, body)| {
                let claims = claims.get(&(*task, ptr::from_ref(*body))).copied().unwrap_or(0);
                still_has(*task, body, claims, tasks, sites, &places)
            });
            Endpoint { owner: owner.map(|(task, _)| task), ..read.end }
        })
        .collect();
    let without = resources.iter().filter(|resource| lost(resource));
    ends.extend(without.map(|resource| Endpoint::new(resource.id, Side::Sender)));
    ends.sort_by_key(|end| end.resource);
    let unowned = unowned(resources, &ends);
    ends.extend(unowned);
    ends.sort_by_key(|end| end.resource);
    ends
}

/// How many messages a receiver of a broadcast channel has not got yet.
fn behind(channel: &Resource, read: &Read) -> Option<u64> {
    let known = channel.covered && channel.missed.is_some() && read.end.side == Side::Receiver;
    let sent = channel.sent.filter(|_| known)?;
    // The channel was read first: what was sent and received since then makes the difference negative.
    Some(u64::try_from((sent as u32).wrapping_sub(read.position) as i32).unwrap_or(0))
}

/// Sets the depth of each broadcast channel: what it keeps for the receiver that is furthest behind. `ends` are in the
/// order of their channels.
pub(super) fn set_depths(resources: &mut [Resource], ends: &[Endpoint]) {
    for channel in resources.iter_mut().filter(|channel| channel.missed.is_some() && channel.covered) {
        let from = ends.partition_point(|end| end.resource < channel.id);
        let own = ends[from..].iter().take_while(|end| end.resource == channel.id);
        let lags: Vec<u64> = own.filter_map(|end| end.behind).collect();
        // A receiver without a record may be further behind.
        if channel.receivers == Some(lags.len() as u64) {
            let most = lags.into_iter().max().unwrap_or(0);
            channel.depth = Some(channel.capacity.map_or(most, |capacity| most.min(capacity)));
        }
    }
}

/// The ends of oneshot channels that have no record, since no body that owns them was entered: `ends` are the others, in
/// the order of their channels.
fn unowned(resources: &[Resource], ends: &[Endpoint]) -> Vec<Endpoint> {
    let mut found = Vec::new();
    let kinds: Vec<ResourceKind> =
        registry::groups().resources.iter().map(|group| kind(group.key.kind)).collect();
    let oneshot = |resource: &&Resource| kinds.get(resource.group.index()) == Some(&ResourceKind::Oneshot);
    for resource in resources.iter().filter(oneshot) {
        let from = ends.partition_point(|end| end.resource < resource.id);
        let recorded = ends[from..].iter().take_while(|end| end.resource == resource.id);
        let sides = [
            (Side::Sender, resource.senders, resource.last_sender),
            (Side::Receiver, resource.receivers, resource.last_receiver),
        ];
        let alive = sides
            .into_iter()
            .filter(|(side, count, _)| *count == Some(1) && !recorded.clone().any(|end| end.side == *side));
        found.extend(alive.map(|(side, _, last_user)| Endpoint {
            creator: resource.creator,
            last_user,
            ..Endpoint::new(resource.id, side)
        }));
    }
    found
}

fn side(number: u8) -> Side {
    match number {
        EndSlot::WEAK => Side::WeakSender,
        EndSlot::RECEIVER => Side::Receiver,
        _ => Side::Sender,
    }
}

/// Whether an end of the channel has no record of its own.
fn lost(resource: &Resource) -> bool {
    RESOURCES.get(resource.id.index()).is_some_and(|slot| {
        slot.id() == resource.id && slot.state.load(Relaxed) & ResourceSlot::LOST_END != 0
    })
}

/// Where the groups of tasks are spawned.
pub(super) fn places(tasks: &[Task]) -> Vec<Place> {
    if tasks.is_empty() {
        return Vec::new();
    }
    let place = |(file, line, column)| Place { file, line, column };
    registry::groups().tasks.iter().map(|group| place(group.key.place)).collect()
}

/// Whether the task that entered `body` is still the one that runs it. `claims`: how many ends say so of this body.
pub(super) fn still_has(
    id: TaskId,
    body: &Body,
    claims: usize,
    tasks: &[Task],
    sites: &[AwaitSite],
    places: &[Place],
) -> bool {
    let Some(found) = task_place(tasks, id) else { return false };
    let task = &tasks[found];
    match body.keeps {
        Keeps::Call => true,
        Keeps::Job => places.get(task.group.index()).is_some_and(|place| {
            (place.line, place.column) == body.start && same_file(place.file, body.file)
        }),
        // Of two futures of one body that say that they are with the task, one may have been moved elsewhere.
        Keeps::Future => polled(task, body, sites) >= claims,
    }
}

/// How many futures of `body` the task is inside of for certain: an await of each is in the list.
fn polled(task: &Task, body: &Body, sites: &[AwaitSite]) -> usize {
    if task.awaits_lost > 0 {
        return 0;
    }
    let inside = |place: Place| {
        let at = (place.line, place.column);
        body.start < at && at < body.end && same_file(place.file, body.file)
    };
    let mut counts = [(0, 0usize); MAX_AWAITS];
    for entry in task.chain() {
        if sites.get(entry.site.index()).is_some_and(|site| inside(site.place))
            && let Some(count) = counts.iter_mut().find(|(site, n)| *n == 0 || *site == entry.site.0)
        {
            *count = (entry.site.0, count.1 + 1);
        }
    }
    counts.iter().map(|(_, n)| *n).max().unwrap_or(0)
}

/// Whether two paths of files are the same; one that was written by the compiler twice often is at one address.
fn same_file(a: &'static str, b: &'static str) -> bool {
    ptr::eq(a, b) || a == b
}
