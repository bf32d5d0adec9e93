//! What is looked up in a snapshot.

use crate::id::{PoolId, ResourceId, TaskId};
use crate::snapshot::{AwaitSite, Resource, ResourceGroup, Snapshot, Task, TaskGroup, TaskKind, Thread};

impl Snapshot {
    /// The group of a task.
    pub fn group_of(&self, task: &Task) -> &TaskGroup {
        &self.task_groups[task.group.index()]
    }

    /// The task with this id, if it is alive. Logarithmic.
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        let i = self.tasks.binary_search_by_key(&id, |t| t.id).ok()?;
        Some(&self.tasks[i])
    }

    /// The resource with this id, if it is alive. Logarithmic.
    pub fn resource(&self, id: ResourceId) -> Option<&Resource> {
        let i = self.resources.binary_search_by_key(&id, |r| r.id).ok()?;
        Some(&self.resources[i])
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

    /// A task's await backtrace, outermost first.
    pub fn backtrace(&self, task: &Task) -> Vec<&AwaitSite> {
        task.awaits.iter().rev().filter_map(|e| self.sites.get(e.site.index())).collect()
    }
}
