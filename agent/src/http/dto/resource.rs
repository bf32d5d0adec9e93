//! A resource as the API shows it.

use crate::http::dto::{MOST_LISTED, QuantilesDto, Shown, View, shown};
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Hold, Place, Resource, Snapshot, Unseen, Wait};
use serde::Serialize;

/// A page of resources.
#[derive(Debug, Serialize)]
pub(crate) struct ResourcesDto<'a> {
    pub(crate) resources: Vec<ResourceDto<'a>>,
    pub(crate) total: u64,
    pub(crate) next: Option<String>,
}

/// A resource. The distributions are those of all resources that were created at its place.
#[derive(Debug, Serialize)]
pub(crate) struct ResourceDto<'a> {
    id: Shown<ResourceId>,
    kind: &'static str,
    name: &'a str,
    created_at: Shown<Place>,
    holders: Vec<HolderDto>,
    holders_total: usize,
    pool: &'a str,
    state: &'static str,
    waiters: Vec<WaiterDto>,
    waiters_total: usize,
    age_seconds: f64,
    creator: Option<Shown<TaskId>>,
    covered: bool,
    closed: bool,
    depth: Option<u64>,
    capacity: Option<u64>,
    senders: Option<u64>,
    receivers: Option<u64>,
    permits: Option<u64>,
    permits_available: Option<u64>,
    permits_added: Option<u64>,
    permits_forgotten: Option<u64>,
    parties: Option<u64>,
    arrived: Option<u64>,
    sent: Option<u64>,
    received: Option<u64>,
    missed: Option<u64>,
    last_sender: Option<Shown<TaskId>>,
    last_receiver: Option<Shown<TaskId>>,
    refused: Option<RefusedDto>,
    wait_seconds: QuantilesDto,
    hold_seconds: QuantilesDto,
    dwell_seconds: QuantilesDto,
    send_wait_seconds: QuantilesDto,
    write_wait_seconds: QuantilesDto,
    write_hold_seconds: QuantilesDto,
}

/// Tries of one task in a row that got nothing.
#[derive(Debug, Serialize)]
struct RefusedDto {
    task: Shown<TaskId>,
    tries: u64,
    for_seconds: f64,
}

/// Who holds a resource.
#[derive(Debug, Serialize)]
struct HolderDto {
    task: Option<Shown<TaskId>>,
    op: &'static str,
    acquired_at: Shown<Place>,
    for_seconds: Option<f64>,
    amount: u32,
}

/// Who waits for a resource.
#[derive(Debug, Serialize)]
struct WaiterDto {
    task: Option<Shown<TaskId>>,
    op: &'static str,
    at: Shown<Place>,
    for_seconds: f64,
    amount: u32,
    unpolled: Option<u32>,
    granted: Option<bool>,
}

impl<'a> ResourceDto<'a> {
    pub(crate) fn new(view: &View<'a>, resource: &Resource) -> ResourceDto<'a> {
        let group = view.snapshot.group_of_resource(resource);
        let (holds, waits) = (view.holds_of(resource.id), view.waits_for(resource.id));
        let contended = waits.iter().any(|w| w.op.contends());
        ResourceDto {
            id: Shown(resource.id),
            kind: group.kind.word(),
            name: &group.name,
            created_at: Shown(group.place),
            holders: holds
                .iter()
                .take(MOST_LISTED)
                .map(|hold| HolderDto {
                    task: shown(hold.task),
                    op: hold.op.word(),
                    acquired_at: Shown(hold.place),
                    for_seconds: hold.since.map(|since| view.since(since)),
                    amount: hold.amount,
                })
                .collect(),
            holders_total: holds.len(),
            pool: view.snapshot.pool_name(group.pool),
            state: state(resource, contended, !holds.is_empty()),
            waiters: waits
                .iter()
                .zip(granted(view.snapshot, waits, holds))
                .take(MOST_LISTED)
                .map(|(wait, granted)| WaiterDto {
                    task: shown(wait.task),
                    op: wait.op.word(),
                    at: Shown(wait.place),
                    for_seconds: view.since(wait.since),
                    amount: wait.amount,
                    unpolled: wait.unpolled,
                    granted,
                })
                .collect(),
            waiters_total: waits.len(),
            age_seconds: view.since(resource.created_at),
            creator: shown(resource.creator),
            covered: resource.covered,
            closed: resource.closed,
            depth: resource.depth,
            capacity: resource.capacity,
            senders: resource.senders,
            receivers: resource.receivers,
            permits: resource.permits,
            permits_available: permits_available(resource),
            permits_added: resource.permits_added,
            permits_forgotten: resource.permits_forgotten,
            parties: resource.parties,
            arrived: resource.arrived,
            sent: resource.sent,
            received: resource.received,
            missed: resource.missed,
            last_sender: shown(resource.last_sender),
            last_receiver: shown(resource.last_receiver),
            refused: resource.refused.map(|row| RefusedDto {
                task: Shown(row.task),
                tries: row.tries,
                for_seconds: view.since(row.since),
            }),
            wait_seconds: QuantilesDto::of(&group.wait),
            hold_seconds: QuantilesDto::of(&group.hold),
            dwell_seconds: QuantilesDto::of(&group.dwell),
            send_wait_seconds: QuantilesDto::of(&group.send_wait),
            write_wait_seconds: QuantilesDto::of(&group.write_wait),
            write_hold_seconds: QuantilesDto::of(&group.write_hold),
        }
    }
}

/// Of each of these waits, all there are for a resource and the oldest first, whether it was given what it asked for and has
/// only to take it. What is left behind the first who was may have gone to others as well.
fn granted(snapshot: &Snapshot, waits: &[&Wait], holds: &[&Hold]) -> Vec<Option<bool>> {
    let unseen = Unseen::of(snapshot).in_queue(waits, holds);
    let first = waits.first().and_then(|wait| snapshot.is_granted(wait, holds));
    let of = |(place, wait): (usize, &&Wait)| match first {
        _ if unseen.iter().any(|served| std::ptr::eq(*served, *wait)) => Some(true),
        Some(true) if place > 0 || !unseen.is_empty() || !wait.current => None,
        first => first,
    };
    waits.iter().enumerate().map(of).collect()
}

/// Permits that are not out; `None` for what has no permits.
pub(crate) fn permits_available(resource: &Resource) -> Option<u64> {
    Some(resource.permits?.saturating_sub(resource.permits_out?))
}

/// The word of [`RESOURCE_STATES`](crate::http::route::RESOURCE_STATES) that says most about it.
pub(crate) fn state(resource: &Resource, contended: bool, held: bool) -> &'static str {
    if resource.closed {
        "closed"
    } else if contended {
        "contended"
    } else if held {
        "held"
    } else if resource.depth.unwrap_or(0) > 0 {
        "filled"
    } else {
        "idle"
    }
}
