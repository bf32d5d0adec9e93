//! `/api/v1/pools`.

use crate::capacity::{Facts, QueueFacts};
use crate::http::api::fields::{PoolNumbers, pool_key};
use crate::http::api::list::Order;
use crate::http::api::tasks::allows;
use crate::http::api::usage::{Usage, Use};
use crate::http::dto::{
    FlowDto, HistoryDto, LockDto, PoolDto, PoolsDto, QuantilesDto, QueueDto, QueueingDto, Shown,
    permits_available, seconds,
};
use crate::http::query::Query;
use crate::http::reply::{Answer, Reply};
use crate::id::{PoolId, ResourceGroupId};
use crate::snapshot::{
    Histogram, History, Resource, ResourceGroup, ResourceKind, Snapshot, TaskGroup, TaskState,
};
use std::mem;

/// Pools with what is in them.
pub(crate) fn pools(
    snapshot: &Snapshot,
    facts: &Facts,
    history: impl FnOnce() -> History,
    query: &Query,
) -> Answer {
    let order = Order::of(query, usize::MAX)?;
    let asked: Vec<&str> = query.all("pool").collect();
    let mut numbers = numbers(snapshot);
    let key = pool_key(order.field());
    let used = snapshot.pools_in_use();
    let page = order.page(
        snapshot.pools.len(),
        |i| used[i] && allows(&asked, &snapshot.pools[i].name),
        |i| key(&numbers[i]),
        |i| i as u64,
    );
    let mut inside = Inside::of(snapshot, facts);
    let history = query.number("history").map(|seconds| (seconds, history()));
    let shown = page.rows.iter().map(|i| {
        let (numbers, inside) = (mem::take(&mut numbers[*i]), mem::take(&mut inside[*i]));
        PoolDto {
            name: &snapshot.pools[*i].name,
            tasks: numbers.tasks,
            spawned: numbers.spawned,
            finished: numbers.finished,
            poll_seconds: numbers.poll,
            schedule_delay_seconds: numbers.delay,
            lifetime_seconds: numbers.lifetime,
            wakes: numbers.wakes,
            spurious_polls: numbers.spurious,
            queueing: facts.pools.get(&PoolId(*i as u32)).map(FlowDto::new),
            queues: inside.queues,
            locks: inside.locks,
            history: history
                .as_ref()
                .map(|(seconds, history)| curve(history, PoolId(*i as u32), *seconds, snapshot)),
        }
    });
    Ok(Reply::json(&PoolsDto { pools: shown.collect(), total: page.total, next: page.next }))
}

/// Counts and distributions of every pool.
fn numbers(snapshot: &Snapshot) -> Vec<PoolNumbers> {
    let mut groups: Vec<Vec<&TaskGroup>> = vec![Vec::new(); snapshot.pools.len()];
    for group in &snapshot.task_groups {
        groups[group.pool.index()].push(group);
    }
    let mut pools: Vec<PoolNumbers> = groups.iter().map(|groups| of_groups(groups)).collect();
    for task in &snapshot.tasks {
        let tasks = &mut pools[snapshot.group_of(task).pool.index()].tasks;
        match task.state {
            TaskState::Running => tasks.running += 1,
            TaskState::Runnable => tasks.runnable += 1,
            TaskState::Waiting => tasks.waiting += 1,
            TaskState::Unknown => tasks.unknown += 1,
        }
    }
    for wakes in &snapshot.wakes {
        if let Some(task) = snapshot.task(wakes.task) {
            pools[snapshot.group_of(task).pool.index()].wakes.add(wakes);
        }
    }
    for known in &snapshot.spurious {
        if let Some(task) = snapshot.task(known.task) {
            pools[snapshot.group_of(task).pool.index()].spurious += known.polls;
        }
    }
    pools
}

fn of_groups(groups: &[&TaskGroup]) -> PoolNumbers {
    let mut numbers = PoolNumbers {
        poll: merged(groups, |g| &g.poll),
        delay: merged(groups, |g| &g.schedule_delay),
        lifetime: merged(groups, |g| &g.lifetime),
        ..PoolNumbers::default()
    };
    for group in groups {
        numbers.spawned += group.spawned;
        numbers.finished.completed += group.finished.completed;
        numbers.finished.cancelled += group.finished.cancelled();
        numbers.finished.panicked += group.finished.panicked;
    }
    numbers
}

fn merged(groups: &[&TaskGroup], of: fn(&TaskGroup) -> &Histogram) -> QuantilesDto {
    let mut all = Histogram::default();
    for group in groups {
        all.merge(of(group));
    }
    QuantilesDto::of(&all)
}

/// The queues and locks of a pool, one entry per place in the source.
#[derive(Default)]
struct Inside<'a> {
    queues: Vec<QueueDto<'a>>,
    locks: Vec<LockDto<'a>>,
}

/// What the live resources of one group come to.
#[derive(Clone, Copy, Default)]
struct Live {
    live: u64,
    depth: Option<u64>,
    capacity: Option<u64>,
    permits: Option<u64>,
    permits_available: Option<u64>,
    used: Use,
}

impl<'a> Inside<'a> {
    fn of(snapshot: &'a Snapshot, facts: &'a Facts) -> Vec<Inside<'a>> {
        let usage = Usage::of(snapshot);
        let mut groups = vec![Live::default(); snapshot.resource_groups.len()];
        for resource in &snapshot.resources {
            groups[resource.group.index()].add(resource, usage.get(resource.id));
        }
        let mut pools: Vec<Inside<'a>> = snapshot.pools.iter().map(|_| Inside::default()).collect();
        for (number, (group, live)) in snapshot.resource_groups.iter().zip(groups).enumerate() {
            let pool = &mut pools[group.pool.index()];
            if group.kind.is_queue() {
                let facts = facts.queues.get(&ResourceGroupId(number as u32));
                pool.queues.push(live.queue(group, facts, snapshot.at));
            } else if group.kind.is_lock() {
                pool.locks.push(live.lock(group, snapshot.at));
            }
        }
        pools
    }
}

impl Live {
    fn add(&mut self, resource: &Resource, used: Use) {
        let add = |sum: &mut Option<u64>, more: Option<u64>| {
            if let Some(more) = more {
                *sum = Some(sum.unwrap_or(0) + more);
            }
        };
        self.live += 1;
        add(&mut self.depth, resource.depth);
        add(&mut self.capacity, resource.capacity);
        add(&mut self.permits, resource.permits);
        add(&mut self.permits_available, permits_available(resource));
        self.used.waiters += used.waiters;
        self.used.contending += used.contending;
        self.used.holders += used.holders;
        let begun = [self.used.oldest, used.oldest];
        self.used.oldest = begun.into_iter().filter(|t| *t > 0).min().unwrap_or(0);
    }

    fn queue<'a>(&self, group: &'a ResourceGroup, facts: Option<&'a QueueFacts>, at: u64) -> QueueDto<'a> {
        QueueDto {
            kind: group.kind.word(),
            name: &group.name,
            created_at: Shown(group.place),
            live: self.live,
            depth: self.depth,
            capacity: self.capacity,
            sent: group.sent,
            received: (!group.kind.reaches_all()).then_some(group.received),
            missed: (group.kind == ResourceKind::Broadcast).then_some(group.missed),
            senders_waiting: u64::from(self.used.contending),
            receivers_waiting: u64::from(self.used.waiters - self.used.contending),
            oldest_wait_seconds: self.oldest(at),
            dwell_seconds: QuantilesDto::of(&group.dwell),
            send_wait_seconds: QuantilesDto::of(&group.send_wait),
            queueing: facts.map(QueueingDto::new),
        }
    }

    fn lock<'a>(&self, group: &'a ResourceGroup, at: u64) -> LockDto<'a> {
        LockDto {
            kind: group.kind.word(),
            name: &group.name,
            created_at: Shown(group.place),
            live: self.live,
            holders: u64::from(self.used.holders),
            waiters: u64::from(self.used.waiters),
            permits: self.permits,
            permits_available: self.permits_available,
            acquired: group.acquired,
            oldest_wait_seconds: self.oldest(at),
            wait_seconds: both(&group.wait, &group.write_wait),
            hold_seconds: both(&group.hold, &group.write_hold),
        }
    }

    fn oldest(&self, at: u64) -> Option<f64> {
        (self.used.oldest > 0).then(|| seconds(at.saturating_sub(self.used.oldest)))
    }
}

/// The quantiles of readers and writers together; a lock of one kind of user has no writers.
fn both(all: &Histogram, writers: &Histogram) -> QuantilesDto {
    if writers.counts.is_empty() {
        return QuantilesDto::of(all);
    }
    let mut sum = all.clone();
    sum.merge(writers);
    QuantilesDto::of(&sum)
}

/// The last seconds of a pool.
fn curve(history: &History, pool: PoolId, seconds: u64, snapshot: &Snapshot) -> HistoryDto {
    let from = snapshot.unix_ms.saturating_sub(seconds * 1000);
    let mut curve = HistoryDto::default();
    for point in history.points().filter(|p| p.unix_ms >= from) {
        let numbers = point.pool(pool).copied();
        curve.unix_ms.push(point.unix_ms);
        curve.running.push(numbers.map_or(0, |n| n.running));
        curve.runnable.push(numbers.map_or(0, |n| n.runnable));
        curve.waiting.push(numbers.map_or(0, |n| n.waiting));
        curve.queued.push(numbers.map_or(0, |n| n.queued));
        curve.finished.push(numbers.map_or(0, |n| n.finished));
    }
    curve
}
