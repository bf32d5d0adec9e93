//! The whole snapshot, put together from its parts.

use super::which::Selection;
use super::{Detail, endpoints, resource_groups, resources, shares, tasks, threads, waits};
use crate::recorder::wakes::{self, By};
use crate::snapshot::{
    AgentStats, AwaitSite, Place, Pool, Resource, ResourceGroup, Runtime, Snapshot, Task, Wakes, Waking,
};
use crate::{clock, registry, site};

impl Snapshot {
    /// Reads the program as it is now. Takes no lock of the application's, and the more tasks there are the longer.
    pub fn read(detail: Detail) -> Snapshot {
        // Groups are read after the slots: a slot may name a group that is younger than a list read before it.
        let at = clock::now();
        let rows = rows(Selection::ALL);
        let task_groups = tasks::groups(detail);
        let resource_groups = resource_groups::groups(detail);
        let runtimes = runtimes();
        let threads = threads::read(&rows.tasks, &task_groups, &runtimes, at);
        let agent = stats(&rows.resources, &resource_groups);
        Snapshot {
            at,
            unix_ms: clock::unix_ms(at),
            pools: pools(),
            task_groups,
            resource_groups,
            wakes: wakes_of(&rows.tasks),
            runtimes: runtimes.iter().map(|(_, runtime)| runtime.clone()).collect(),
            threads,
            agent,
            ..rows
        }
    }

    /// Reads these slots, the threads, and what things are called.
    pub(super) fn read_some(at: u64, selection: Selection<'_>) -> Snapshot {
        let rows = rows(selection);
        let task_groups = tasks::group_names();
        let threads = threads::read_recorded(&rows.tasks, &task_groups);
        Snapshot {
            at,
            unix_ms: clock::unix_ms(at),
            pools: pools(),
            task_groups,
            resource_groups: resource_groups::names(),
            threads,
            agent: AgentStats { dropped: registry::dropped(), ..AgentStats::default() },
            ..rows
        }
    }

    /// Reads pools and groups alone: what things are called.
    pub(crate) fn read_names() -> Snapshot {
        let at = clock::now();
        Snapshot {
            at,
            unix_ms: clock::unix_ms(at),
            task_groups: tasks::groups(Detail::Light),
            resource_groups: resource_groups::groups(Detail::Light),
            // Last: a group may be in a pool that is younger than a list read before it.
            pools: pools(),
            ..Snapshot::default()
        }
    }
}

/// The rows of these slots, and the sites that they name.
fn rows(selection: Selection<'_>) -> Snapshot {
    let mut tasks = tasks::read(selection.tasks, &threads::numbers());
    let (mut resources, holds) = resources::read(selection.resources);
    let sites = sites();
    let waits = waits::read(selection.waits, &mut tasks, &sites);
    let shares = shares::read(&tasks, &sites, &resources);
    let endpoints = endpoints::read(&resources, &tasks, &sites, &shares.ends);
    endpoints::set_depths(&mut resources, &endpoints);
    Snapshot {
        sites,
        tasks,
        resources,
        waits,
        holds,
        endpoints,
        shares: shares.all,
        inside: shares.resources,
        ..Snapshot::default()
    }
}

/// What is known of the wakes of these tasks.
fn wakes_of(tasks: &[Task]) -> Vec<Wakes> {
    let live = |id| tasks.binary_search_by_key(&id, |task| task.id).is_ok();
    let mut wakes: Vec<Wakes> = wakes::seen()
        .filter(|seen| live(seen.task))
        .map(|seen| {
            let by = match seen.by {
                By::Task(task) => Waking::Task(task),
                By::Runtime => Waking::Runtime,
                By::Outside => Waking::Outside,
            };
            let [own, tasks, runtime, outside] = seen.counts.map(u64::from);
            Wakes { task: seen.task, by, own, tasks, runtime, outside }
        })
        .collect();
    wakes.sort_unstable_by_key(|wakes| wakes.task);
    wakes
}

fn pools() -> Vec<Pool> {
    registry::groups().pools.iter().map(|name| Pool { name: name.to_owned() }).collect()
}

fn sites() -> Vec<AwaitSite> {
    let none = AwaitSite { place: Place::UNKNOWN, label: "" };
    let known = site::sites().into_iter().map(|site| AwaitSite { place: site.place(), label: site.label() });
    std::iter::once(none).chain(known).collect()
}

/// The live runtimes, each with its record.
fn runtimes() -> Vec<(&'static registry::RuntimeRecord, Runtime)> {
    let read = |record: &'static registry::RuntimeRecord| {
        let [workers, alive_tasks, global_queue, busy] = record.counts()?;
        let (name, blocking_limit) = (record.name().to_owned(), record.blocking_limit());
        Some((record, Runtime { name, workers, alive_tasks, global_queue, busy, blocking_limit }))
    };
    registry::runtimes().all().into_iter().filter_map(read).collect()
}

/// Bytes of all slots.
fn slots() -> u64 {
    registry::TASKS.memory()
        + registry::RESOURCES.memory()
        + registry::WAITS.memory()
        + registry::HOLDS.memory()
        + registry::ENDS.memory()
        + registry::HANDLES.memory()
}

fn stats(resources: &[Resource], groups: &[ResourceGroup]) -> AgentStats {
    AgentStats {
        memory: registry::memory(),
        slot_memory: slots(),
        dropped: registry::dropped(),
        uncovered: uncovered(resources, groups),
        enabled: registry::enabled(),
    }
}

/// What is said of resources of which not everything is seen.
const ESCAPED: &str = "what is made or brought in here is used outside of the drop-in too";

/// The places that are not covered, with those of resources that came from outside or were handed out.
fn uncovered(resources: &[Resource], groups: &[ResourceGroup]) -> Vec<(Place, &'static str)> {
    let escaped = resources.iter().filter(|resource| !resource.covered);
    let mut all: Vec<_> =
        escaped.filter_map(|resource| Some((groups.get(resource.group.index())?.place, ESCAPED))).collect();
    all.extend(site::uncovered());
    all.sort_unstable();
    all.dedup();
    all
}
