//! The fields that lists are sorted by: every number that an entry shows, with a key that orders it.
//!
//! A key is the number itself or anything in the same order. Ages are ordered by when they began, which does not
//! change between two pages. Durations that are no integers keep their order as the bits of a positive float.

use crate::http::api::usage::Usage;
use crate::http::dto::{self, QuantilesDto};
use crate::snapshot::{Histogram, Resource, ResourceGroup, Snapshot, Task, Wakes};

/// The key of a task of a snapshot.
type TaskKey = fn(&Task, &Snapshot) -> Option<u64>;

const TASKS: &[(&str, TaskKey)] = &[
    ("age_seconds", |t, _| Some(age(t.spawned_at))),
    ("state_seconds", |t, _| Some(age(t.since))),
    ("polls", |t, _| Some(t.polls)),
    ("spurious_polls", |t, now| now.spurious_polls(t)),
    ("busy_seconds", |t, now| Some(dto::busy(t, now.at))),
    ("scheduled_seconds", |t, now| Some(dto::scheduled(t, now.at))),
    ("waiting_seconds", |t, now| dto::waiting(t, now.at)),
    ("wakes", |t, _| Some(t.wakes)),
    ("wakes_seen", |t, now| Some(now.wakes_of(t.id).map_or(0, Wakes::seen))),
    ("self_wakes", |t, now| now.wakes_of(t.id).map(|wakes| wakes.own)),
    ("wakers", |t, _| Some(u64::from(t.wakers))),
    ("backtrace_lost", |t, _| Some(u64::from(t.awaits_lost) + u64::from(t.inner_lost))),
];

/// Where the number of a resource stands.
#[derive(Clone, Copy)]
pub(super) enum ResourceKey {
    /// In the resource, or in who uses it.
    Own(fn(&Resource, &Usage<'_>) -> Option<u64>),
    /// In the group, for all its resources: the distribution, and which number of it.
    Group(fn(&ResourceGroup) -> &Histogram, usize),
}

const RESOURCES: &[(&str, ResourceKey)] = {
    use ResourceKey::{Group, Own};
    &[
        ("age_seconds", Own(|r, _| Some(age(r.created_at)))),
        ("depth", Own(|r, _| r.depth)),
        ("capacity", Own(|r, _| r.capacity)),
        ("senders", Own(|r, _| r.senders)),
        ("receivers", Own(|r, _| r.receivers)),
        ("permits", Own(|r, _| r.permits)),
        ("permits_available", Own(|r, _| dto::permits_available(r))),
        ("permits_added", Own(|r, _| r.permits_added)),
        ("permits_forgotten", Own(|r, _| r.permits_forgotten)),
        ("parties", Own(|r, _| r.parties)),
        ("arrived", Own(|r, _| r.arrived)),
        ("sent", Own(|r, _| r.sent)),
        ("received", Own(|r, _| r.received)),
        ("missed", Own(|r, _| r.missed)),
        ("holders_total", Own(|r, usage| Some(u64::from(usage.get(r.id).holders)))),
        ("waiters_total", Own(|r, usage| Some(u64::from(usage.get(r.id).waiters)))),
        ("wait_seconds.p50", Group(|g| &g.wait, 0)),
        ("wait_seconds.p99", Group(|g| &g.wait, 1)),
        ("wait_seconds.max", Group(|g| &g.wait, 2)),
        ("hold_seconds.p50", Group(|g| &g.hold, 0)),
        ("hold_seconds.p99", Group(|g| &g.hold, 1)),
        ("hold_seconds.max", Group(|g| &g.hold, 2)),
        ("dwell_seconds.p50", Group(|g| &g.dwell, 0)),
        ("dwell_seconds.p99", Group(|g| &g.dwell, 1)),
        ("dwell_seconds.max", Group(|g| &g.dwell, 2)),
        ("send_wait_seconds.p50", Group(|g| &g.send_wait, 0)),
        ("send_wait_seconds.p99", Group(|g| &g.send_wait, 1)),
        ("send_wait_seconds.max", Group(|g| &g.send_wait, 2)),
        ("write_wait_seconds.p50", Group(|g| &g.write_wait, 0)),
        ("write_wait_seconds.p99", Group(|g| &g.write_wait, 1)),
        ("write_wait_seconds.max", Group(|g| &g.write_wait, 2)),
        ("write_hold_seconds.p50", Group(|g| &g.write_hold, 0)),
        ("write_hold_seconds.p99", Group(|g| &g.write_hold, 1)),
        ("write_hold_seconds.max", Group(|g| &g.write_hold, 2)),
    ]
};

/// The numbers of a pool that are gathered before it is sorted.
#[derive(Debug, Default)]
pub(super) struct PoolNumbers {
    pub(super) tasks: dto::PoolTasksDto,
    pub(super) spawned: u64,
    pub(super) finished: dto::FinishedDto,
    pub(super) poll: QuantilesDto,
    pub(super) delay: QuantilesDto,
    pub(super) lifetime: QuantilesDto,
    pub(super) wakes: dto::WakesDto,
    pub(super) spurious: u64,
}

type PoolKey = fn(&PoolNumbers) -> Option<u64>;

const POOLS: &[(&str, PoolKey)] = &[
    ("tasks.running", |p| Some(p.tasks.running)),
    ("tasks.runnable", |p| Some(p.tasks.runnable)),
    ("tasks.waiting", |p| Some(p.tasks.waiting)),
    ("tasks.unknown", |p| Some(p.tasks.unknown)),
    ("spawned", |p| Some(p.spawned)),
    ("finished.completed", |p| Some(p.finished.completed)),
    ("finished.cancelled", |p| Some(p.finished.cancelled)),
    ("finished.panicked", |p| Some(p.finished.panicked)),
    ("wakes.seen", |p| Some(p.wakes.seen)),
    ("wakes.self", |p| Some(p.wakes.own)),
    ("wakes.tasks", |p| Some(p.wakes.tasks)),
    ("wakes.runtime", |p| Some(p.wakes.runtime)),
    ("wakes.outside", |p| Some(p.wakes.outside)),
    ("spurious_polls", |p| Some(p.spurious)),
    ("poll_seconds.p50", |p| float(p.poll.numbers()[0])),
    ("poll_seconds.p99", |p| float(p.poll.numbers()[1])),
    ("poll_seconds.max", |p| float(p.poll.numbers()[2])),
    ("schedule_delay_seconds.p50", |p| float(p.delay.numbers()[0])),
    ("schedule_delay_seconds.p99", |p| float(p.delay.numbers()[1])),
    ("schedule_delay_seconds.max", |p| float(p.delay.numbers()[2])),
    ("lifetime_seconds.p50", |p| float(p.lifetime.numbers()[0])),
    ("lifetime_seconds.p99", |p| float(p.lifetime.numbers()[1])),
    ("lifetime_seconds.max", |p| float(p.lifetime.numbers()[2])),
];

/// Fields by which tasks are sorted.
pub(crate) const TASK_FIELDS: [&str; TASKS.len()] = names(TASKS);
/// Fields by which resources are sorted.
pub(crate) const RESOURCE_FIELDS: [&str; RESOURCES.len()] = names(RESOURCES);
/// Fields by which pools are sorted.
pub(crate) const POOL_FIELDS: [&str; POOLS.len()] = names(POOLS);

/// The key of a field of tasks.
pub(super) fn task_key(field: Option<&str>) -> TaskKey {
    find(TASKS, field).unwrap_or(|_, _| None)
}

/// The key of a field of resources.
pub(super) fn resource_key(field: Option<&str>) -> ResourceKey {
    find(RESOURCES, field).unwrap_or(ResourceKey::Own(|_, _| None))
}

/// The key of a field of pools.
pub(super) fn pool_key(field: Option<&str>) -> PoolKey {
    find(POOLS, field).unwrap_or(|_| None)
}

/// A key in the order of a positive number.
pub(super) fn float(number: Option<f64>) -> Option<u64> {
    number.map(f64::to_bits)
}

/// What began earlier is older.
fn age(began: u64) -> u64 {
    u64::MAX - began
}

fn find<K: Copy>(table: &[(&str, K)], field: Option<&str>) -> Option<K> {
    table.iter().find(|(name, _)| Some(*name) == field).map(|(_, key)| *key)
}

const fn names<const N: usize, K>(table: &[(&'static str, K)]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut i = 0;
    while i < N {
        names[i] = table[i].0;
        i += 1;
    }
    names
}
