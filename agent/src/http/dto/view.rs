//! The waits and holds of the few entries that a document shows.

use crate::detect::Record;
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Hold, Resource, Snapshot, Task, Wait};
use std::collections::HashMap;

/// A snapshot, with what belongs to some of its tasks and resources at hand.
#[derive(Debug)]
pub(crate) struct View<'a> {
    /// Names, places, groups.
    pub(crate) snapshot: &'a Snapshot,
    /// The moment that durations are counted to.
    pub(crate) at: u64,
    by_task: HashMap<TaskId, Vec<&'a Wait>>,
    by_resource: HashMap<ResourceId, Vec<&'a Wait>>,
    holds: HashMap<ResourceId, Vec<&'a Hold>>,
}

impl<'a> View<'a> {
    /// For these tasks and resources of a snapshot. One pass over its waits and holds.
    pub(crate) fn of<'b>(
        snapshot: &'a Snapshot,
        tasks: impl IntoIterator<Item = &'b Task>,
        resources: impl IntoIterator<Item = &'b Resource>,
    ) -> View<'a> {
        View::new(snapshot, snapshot.at, &snapshot.waits, &snapshot.holds, tasks, resources)
    }

    /// For the tasks and resources of a finding, as they were when it was last seen.
    pub(crate) fn of_record(snapshot: &'a Snapshot, record: &'a Record) -> View<'a> {
        View::new(snapshot, record.at, &record.waits, &record.holds, &record.tasks, &record.resources)
    }

    fn new<'b>(
        snapshot: &'a Snapshot,
        at: u64,
        waits: &'a [Wait],
        holds: &'a [Hold],
        tasks: impl IntoIterator<Item = &'b Task>,
        resources: impl IntoIterator<Item = &'b Resource>,
    ) -> View<'a> {
        let mut view = View {
            snapshot,
            at,
            by_task: tasks.into_iter().map(|t| (t.id, Vec::new())).collect(),
            by_resource: HashMap::new(),
            holds: HashMap::new(),
        };
        for resource in resources {
            view.by_resource.insert(resource.id, Vec::new());
            view.holds.insert(resource.id, Vec::new());
        }
        for wait in waits {
            if let Some(list) = wait.task.and_then(|id| view.by_task.get_mut(&id)) {
                list.push(wait);
            }
            if let Some(list) = wait.resource.and_then(|id| view.by_resource.get_mut(&id)) {
                list.push(wait);
            }
        }
        for hold in holds {
            if let Some(list) = view.holds.get_mut(&hold.resource) {
                list.push(hold);
            }
        }
        for list in view.by_task.values_mut().chain(view.by_resource.values_mut()) {
            list.sort_by_key(|w| w.since);
        }
        // A hold whose time was not sampled comes last.
        for list in view.holds.values_mut() {
            list.sort_by_key(|h| h.since.unwrap_or(u64::MAX));
        }
        view
    }

    /// What a task waits for, oldest first.
    pub(crate) fn waits_of(&self, task: TaskId) -> &[&'a Wait] {
        self.by_task.get(&task).map_or(&[], Vec::as_slice)
    }

    /// Who waits for a resource, oldest first.
    pub(crate) fn waits_for(&self, resource: ResourceId) -> &[&'a Wait] {
        self.by_resource.get(&resource).map_or(&[], Vec::as_slice)
    }

    /// Who holds a resource, oldest first.
    pub(crate) fn holds_of(&self, resource: ResourceId) -> &[&'a Hold] {
        self.holds.get(&resource).map_or(&[], Vec::as_slice)
    }

    /// Seconds from `then` to the moment of the view.
    pub(crate) fn since(&self, then: u64) -> f64 {
        super::seconds(self.at.saturating_sub(then))
    }
}
