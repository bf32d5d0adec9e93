//! What is looked up in a snapshot.

use crate::id::{PoolId, ResourceId, SiteId, TaskId};
use crate::snapshot::{
    AwaitEntry, AwaitSite, Resource, ResourceGroup, Snapshot, Task, TaskGroup, TaskKind, Thread,
};
use std::collections::HashMap;

impl Task {
    /// The awaits that the task is inside of for certain, outermost first.
    ///
    /// The last entry of the list is that of the outermost await. The one before it was the last to be polled inside of it,
    /// if it stands there at all, and so on inwards. Whatever else is in the list was polled before that in the same poll,
    /// beside it, and may be over or elsewhere since.
    pub fn chain(&self) -> impl Iterator<Item = &AwaitEntry> {
        let mut first = 0;
        self.awaits.iter().enumerate().rev().map_while(move |(at, entry)| {
            let inside = at >= first;
            first = usize::from(entry.start);
            inside.then_some(entry)
        })
    }
}

/// The place of a task in a list that is sorted by the tasks' ids.
pub(super) fn task_place(tasks: &[Task], id: TaskId) -> Option<usize> {
    let place = slot_place(tasks, id.index(), |task| task.id.index())?;
    (tasks[place].id == id).then_some(place)
}

/// The place of a resource in a list that is sorted by the resources' ids.
pub(super) fn resource_place(resources: &[Resource], id: ResourceId) -> Option<usize> {
    let place = slot_place(resources, id.index(), |resource| resource.id.index())?;
    (resources[place].id == id).then_some(place)
}

/// The place of the slot with this number in a list that is sorted by slots, each of which is there at most once.
///
/// In the list are all slots in use: between a slot's number and its place lie the free ones below it. While none is free,
/// the place is the number, and however many there are, only so many places have to be looked at.
fn slot_place<T>(list: &[T], slot: u32, slot_of: impl Fn(&T) -> u32) -> Option<usize> {
    let last = slot_of(list.last()?);
    let number = slot as usize;
    let free = (last as usize + 1).saturating_sub(list.len());
    let (low, high) = (number.saturating_sub(free), list.len().min(number + 1));
    let found = list.get(low..high)?.binary_search_by_key(&slot, slot_of).ok()?;
    Some(low + found)
}

impl Snapshot {
    /// The group of a task.
    pub fn group_of(&self, task: &Task) -> &TaskGroup {
        &self.task_groups[task.group.index()]
    }

    /// The task with this id, if it is alive. Logarithmic in the number of free slots.
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        Some(&self.tasks[self.place_of(id)?])
    }

    /// The resource with this id, if it is alive. Logarithmic in the number of free slots.
    pub fn resource(&self, id: ResourceId) -> Option<&Resource> {
        Some(&self.resources[self.place_of_resource(id)?])
    }

    /// The place of a task in the list of tasks, if it is alive.
    pub(crate) fn place_of(&self, id: TaskId) -> Option<usize> {
        task_place(&self.tasks, id)
    }

    /// The place of a resource in the list of resources, if it is alive.
    pub(crate) fn place_of_resource(&self, id: ResourceId) -> Option<usize> {
        resource_place(&self.resources, id)
    }

    /// The live tasks that were spawned by each task that awaits a set of such, of those that somebody has a handle of: all
    /// that are in the set are among them.
    pub(crate) fn awaited_children(&self) -> HashMap<TaskId, Vec<TaskId>> {
        let waits = self.waits.iter().filter(|wait| wait.children);
        let mut children: HashMap<TaskId, Vec<TaskId>> =
            waits.filter_map(|wait| Some((wait.task?, Vec::new()))).collect();
        if !children.is_empty() {
            for task in self.tasks.iter().filter(|task| task.abortable) {
                if let Some(own) = task.parent.and_then(|parent| children.get_mut(&parent)) {
                    own.push(task.id);
                }
            }
        }
        children
    }

    /// The thread with this number, if it has recorded anything. Logarithmic.
    pub fn thread(&self, number: u64) -> Option<&Thread> {
        let i = self.threads.binary_search_by_key(&number, |t| t.number).ok()?;
        Some(&self.threads[i])
    }

    /// The group of a resource.
    pub fn group_of_resource(&self, resource: &Resource) -> &ResourceGroup {
        &self.resource_groups[resource.group.index()]
    }

    /// Which pools have ever had a task or a resource; the one for what found no room usually has not.
    pub fn pools_in_use(&self) -> Vec<bool> {
        let mut used = vec![false; self.pools.len()];
        let tasks = self.task_groups.iter().filter(|group| group.spawned > 0).map(|group| group.pool);
        let resources = self.resource_groups.iter().filter(|group| group.created > 0).map(|group| group.pool);
        for pool in tasks.chain(resources) {
            used[pool.index()] = true;
        }
        used
    }

    /// The name of a pool.
    pub fn pool_name(&self, pool: PoolId) -> &str {
        &self.pools[pool.index()].name
    }

    /// A task's name as shown: its own, its group's label, or else `task` and the like.
    pub fn task_name<'a>(&'a self, task: &'a Task) -> &'a str {
        if let Some(name) = &task.name {
            return name;
        }
        let group = self.group_of(task);
        if !group.label.is_empty() {
            return &group.label;
        }
        match group.kind {
            TaskKind::Task => "task",
            TaskKind::Local => "local task",
            TaskKind::Blocking => "blocking job",
            TaskKind::Thread => "thread",
            TaskKind::Root => "root",
        }
    }

    /// A task's await backtrace, outermost first. What an executor inside of the task polls follows the await that polls
    /// the executor.
    pub fn backtrace(&self, task: &Task) -> Vec<&AwaitSite> {
        let mut sites: Vec<SiteId> = Vec::with_capacity(task.awaits.len() + task.inner.len());
        for (before, entry) in task.awaits.iter().rev().enumerate() {
            let again = task.awaits.iter().rev().take(before).any(|other| other.site == entry.site);
            sites.push(entry.site);
            let within = task.inner.iter().filter(|inner| !again && inner.within == entry.site);
            sites.extend(within.map(|inner| inner.site));
        }
        sites.iter().filter_map(|site| self.sites.get(site.index())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_slot_is_found_and_no_other(slots in prop::collection::btree_set(0_u32..200, 0..120), wanted in 0_u32..210) {
            let list: Vec<u32> = slots.iter().copied().collect();
            prop_assert_eq!(slot_place(&list, wanted, |slot| *slot), list.binary_search(&wanted).ok());
        }
    }
}
