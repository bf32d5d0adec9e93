//! A snapshot added up into rows, one for each set of label values.
//!
//! Groups that would have the same labels are one row, so that no series can appear twice in a body (which would
//! lose the whole scrape). Groups that were not admitted are the row `other`.

use crate::detect::{Certainty, FindingKind};
use crate::id::PoolId;
use crate::metrics::admission::{Admission, Class};
use crate::metrics::costs::{Costs, series};
use crate::metrics::facts;
use crate::metrics::gate::{Gate, Rule};
use crate::metrics::idle::Idle;
use crate::metrics::input::{Input, Overhead};
use crate::metrics::pressure::{Pressure, Pressures};
use crate::metrics::rows::{LockMode, PoolRow, ResourceRow, RuntimeRow, TaskRow, add, add_known};
use crate::snapshot::{AgentStats, Op, Place, ResourceKind, Snapshot};
use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Name of the row that takes what was not admitted.
pub(crate) const OTHER: &str = "other";

/// Everything that is exported, added up.
#[derive(Debug)]
pub(crate) struct Tally<'a> {
    pub(crate) pools: Vec<PoolRow<'a>>,
    pub(crate) tasks: Vec<TaskRow<'a>>,
    pub(crate) resources: Vec<ResourceRow<'a>>,
    pub(crate) runtimes: Vec<RuntimeRow<'a>>,
    /// Open findings by kind and certainty.
    pub(crate) findings: Vec<(FindingKind, Certainty, u64)>,
    /// Findings since the start.
    pub(crate) findings_total: Vec<(FindingKind, u64)>,
    /// Shares of tasks and of resources that are covered, where there are any.
    pub(crate) coverage: Vec<(&'static str, f64)>,
    /// What the agent did not record, by kind.
    pub(crate) dropped: Vec<(&'static str, u64)>,
    pub(crate) agent: &'a AgentStats,
    pub(crate) version: &'a str,
    pub(crate) agent_cpu: Option<u64>,
    pub(crate) overhead: Option<Overhead>,
    /// Series that are part of a row `other`.
    pub(crate) folded: u64,
}

impl<'a> Tally<'a> {
    /// Adds up one snapshot, into rows of at most so many series.
    pub(crate) fn new(input: &Input<'a>, admission: &mut Admission, max_series: usize) -> Self {
        let snapshot = input.snapshot;
        let costs = Costs::new(&snapshot.agent);
        let room = max_series.saturating_sub(costs.least());
        let by = |rule, admission: &mut Admission| {
            Self::add_up(input, &mut Gate { admission, costs: &costs, rule, room })
        };
        if !admission.folds() {
            let all = by(Rule::All, admission);
            if series(&all) <= max_series {
                let (pools, tasks) = (snapshot.pools.len(), snapshot.task_groups.len());
                admission.fit([pools, tasks, snapshot.resource_groups.len()]);
                return all;
            }
            admission.fold();
            by(Rule::Exported, admission);
        }
        by(Rule::Room, admission)
    }

    /// Nothing at all.
    pub(crate) fn bare(agent: &'a AgentStats) -> Self {
        Tally {
            pools: Vec::new(),
            tasks: Vec::new(),
            resources: Vec::new(),
            runtimes: Vec::new(),
            findings: Vec::new(),
            findings_total: Vec::new(),
            coverage: Vec::new(),
            dropped: Vec::new(),
            agent,
            version: "",
            agent_cpu: None,
            overhead: None,
            folded: 0,
        }
    }

    fn add_up(input: &Input<'a>, gate: &mut Gate<'_>) -> Self {
        let snapshot = input.snapshot;
        let mut pools = Pools::new(snapshot, gate);
        let tasks = task_rows(snapshot, &mut pools, gate);
        let resources = resource_rows(snapshot, &pools, gate);
        pools.count_states(snapshot);
        pools.count_spurious(snapshot);
        if let Some(pressures) = input.pressures {
            pools.press(snapshot, pressures);
        }
        Tally {
            pools: pools.rows,
            tasks,
            resources,
            runtimes: facts::runtimes(snapshot),
            findings: facts::open_findings(input.findings),
            findings_total: facts::all_findings(input.findings_total),
            coverage: facts::coverage(snapshot),
            dropped: facts::dropped(&snapshot.agent),
            agent: &snapshot.agent,
            version: input.version,
            agent_cpu: input.agent_cpu,
            overhead: input.overhead,
            folded: gate.admission.folded() as u64,
        }
    }
}

impl<'a> Tally<'a> {
    /// Queues in which messages may pile up.
    pub(crate) fn queues(&self) -> impl Iterator<Item = &ResourceRow<'a>> {
        self.resources.iter().filter(|r| matches!(r.kind, ResourceKind::Mpsc | ResourceKind::Broadcast))
    }

    /// Those of them whose messages have one receiver each.
    pub(crate) fn queues_of_one(&self) -> impl Iterator<Item = &ResourceRow<'a>> {
        self.queues().filter(|r| !r.kind.reaches_all())
    }

    /// Those of them whose receivers may be too slow to get every message.
    pub(crate) fn broadcasts(&self) -> impl Iterator<Item = &ResourceRow<'a>> {
        self.queues().filter(|r| r.kind.reaches_all())
    }

    pub(crate) fn semaphores(&self) -> impl Iterator<Item = &ResourceRow<'a>> {
        self.resources.iter().filter(|r| r.kind == ResourceKind::Semaphore)
    }

    /// Locks and how they are taken.
    pub(crate) fn locks(&self) -> impl Iterator<Item = LockMode<'_>> {
        self.resources.iter().flat_map(ResourceRow::modes)
    }
}

/// The rows of the pools, and where each pool of the snapshot went.
struct Pools<'a> {
    rows: Vec<PoolRow<'a>>,
    /// By pool: its row, and whether the row is its own.
    of: Vec<(usize, bool)>,
}

impl<'a> Pools<'a> {
    fn new(snapshot: &'a Snapshot, gate: &mut Gate<'_>) -> Self {
        let mut pools = Pools { rows: Vec::new(), of: Vec::new() };
        let mut places = HashMap::new();
        for (place, pool) in snapshot.pools.iter().enumerate() {
            // The name is taken, and paid for: it is where everything goes that is not admitted.
            let cost = if pool.name == OTHER { 0 } else { gate.costs.pool };
            let own = gate.admits(Class::Pool, place, cost);
            let name = if own { pool.name.as_str() } else { OTHER };
            let row = *places.entry(name).or_insert_with(|| {
                pools.rows.push(PoolRow::new(name));
                pools.rows.len() - 1
            });
            pools.of.push((row, own));
        }
        pools
    }

    /// Name of the row that a pool went into, and whether it is its own; `None` for an id of no pool.
    fn place(&self, pool: usize) -> Option<(&'a str, bool)> {
        let (row, own) = *self.of.get(pool)?;
        Some((self.rows[row].name, own))
    }

    /// A row of several pools is under as much pressure as the worst of them.
    fn press(&mut self, snapshot: &Snapshot, pressures: &Pressures) {
        for (pool, (row, _)) in self.of.iter().enumerate().take(snapshot.pools.len()) {
            let (of, row) = (pressures.of(PoolId(pool as u32)), &mut self.rows[*row]);
            let worst = row.pressure.unwrap_or_default();
            row.pressure = Some(Pressure { some: worst.some.max(of.some), full: worst.full.max(of.full) });
        }
    }

    fn count_states(&mut self, snapshot: &Snapshot) {
        for task in &snapshot.tasks {
            let Some(group) = snapshot.task_groups.get(task.group.index()) else { continue };
            let Some((row, _)) = self.of.get(group.pool.index()) else { continue };
            self.rows[*row].states[task.state as usize] += 1;
        }
    }

    fn count_spurious(&mut self, snapshot: &Snapshot) {
        for (polls, (row, _)) in snapshot.spurious_of_pools.iter().zip(&self.of) {
            self.rows[*row].spurious += polls;
        }
    }
}

fn task_rows<'a>(snapshot: &'a Snapshot, pools: &mut Pools<'a>, gate: &mut Gate<'_>) -> Vec<TaskRow<'a>> {
    let cost = gate.costs.task;
    let mut rows: Vec<TaskRow<'a>> = Vec::new();
    let mut places: HashMap<(&str, &str, Option<Place>), usize> = HashMap::new();
    // A group that nothing was spawned into is there for those that will not fit.
    for (place, group) in snapshot.task_groups.iter().enumerate().filter(|(_, g)| g.spawned > 0) {
        let known = pools.place(group.pool.index());
        if let Some((row, _)) = pools.of.get(group.pool.index()) {
            let pool = &mut pools.rows[*row];
            pool.has_tasks = true;
            add(&mut pool.poll, &group.poll);
            add(&mut pool.schedule_delay, &group.schedule_delay);
            add(&mut pool.lifetime, &group.lifetime);
        }
        let (pool, own_pool) = known.unwrap_or((OTHER, false));
        let mut key = (pool, group.label.as_str(), group.label.is_empty().then_some(group.place));
        let price = if places.contains_key(&key) { 0 } else { cost };
        let own = if own_pool {
            gate.admits(Class::Task, place, price)
        } else {
            gate.refuse(Class::Task, place, cost);
            false
        };
        if !own {
            key = (OTHER, OTHER, None);
        }
        let row = match places.entry(key) {
            Entry::Occupied(there) => *there.get(),
            Entry::Vacant(free) => {
                let name = match key.2 {
                    Some(place) => Cow::Owned(place.to_string()),
                    None => Cow::Borrowed(key.1),
                };
                rows.push(TaskRow { pool: key.0, name, spawned: 0, completed: 0, cancelled: 0, panicked: 0 });
                *free.insert(rows.len() - 1)
            }
        };
        let row = &mut rows[row];
        row.spawned += group.spawned;
        row.completed += group.finished.completed;
        row.cancelled += group.finished.cancelled();
        row.panicked += group.finished.panicked;
    }
    rows
}

fn resource_rows<'a>(snapshot: &'a Snapshot, pools: &Pools<'a>, gate: &mut Gate<'_>) -> Vec<ResourceRow<'a>> {
    let mut rows: Vec<ResourceRow<'a>> = Vec::new();
    let mut places: HashMap<(ResourceKind, &str, &str), usize> = HashMap::new();
    let mut row_of = Vec::with_capacity(snapshot.resource_groups.len());
    for (place, group) in snapshot.resource_groups.iter().enumerate() {
        if group.created == 0 {
            row_of.push(None);
            continue;
        }
        let (pool, own_pool) = pools.place(group.pool.index()).unwrap_or((OTHER, false));
        let cost = gate.costs.resource(group.kind);
        let mut key = (group.kind, pool, group.name.as_str());
        let price = if places.contains_key(&key) { 0 } else { cost };
        let own = if own_pool {
            gate.admits(Class::Resource, place, price)
        } else {
            gate.refuse(Class::Resource, place, cost);
            false
        };
        if !own {
            key = (group.kind, OTHER, OTHER);
        }
        let row = *places.entry(key).or_insert_with(|| {
            rows.push(ResourceRow::new(key.0, key.1, key.2));
            rows.len() - 1
        });
        row_of.push(Some(row));
        let row = &mut rows[row];
        add(&mut row.wait, &group.wait);
        add(&mut row.hold, &group.hold);
        add(&mut row.dwell, &group.dwell);
        add(&mut row.send_wait, &group.send_wait);
        add(&mut row.write_wait, &group.write_wait);
        add(&mut row.write_hold, &group.write_hold);
        row.sent += group.sent;
        row.received += group.received;
        row.missed += group.missed;
    }
    for resource in &snapshot.resources {
        let Some(Some(row)) = row_of.get(resource.group.index()) else { continue };
        let row = &mut rows[*row];
        row.live += 1;
        add_known(&mut row.depth, resource.depth);
        add_known(&mut row.capacity, resource.capacity);
        add_known(&mut row.permits, resource.permits);
        add_known(&mut row.permits_out, resource.permits_out);
    }
    let idle = Idle::new(snapshot);
    for wait in snapshot.waits.iter().filter(|w| ResourceRow::should_end(w.op)) {
        let Some(resource) = wait.resource.and_then(|id| snapshot.resource(id)) else { continue };
        let Some(Some(row)) = row_of.get(resource.group.index()) else { continue };
        let row = &mut rows[*row];
        row.waiters += 1;
        row.writers += u64::from(wait.op == Op::Write);
        if !idle.is_behind(resource.id) {
            row.oldest_wait = row.oldest_wait.max(snapshot.at.saturating_sub(wait.since));
        }
    }
    rows
}
