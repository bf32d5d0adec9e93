//! What is waited for in a join, as resources: the ends of tasks, which the tasks hold until they are over.
//!
//! Nothing of the kind is recorded: a wait names the task itself, and that is what verdicts are made of.

use crate::id::{ResourceGroupId, ResourceId, TaskGroupId, TaskId};
use crate::site::Place;
use crate::snapshot::{Hold, Op, Resource, ResourceGroup, ResourceKind, Snapshot};
use std::collections::{BTreeMap, HashMap};

impl Snapshot {
    /// Adds a resource for each live task whose end is waited for, and for each set of tasks that one awaits if it is known
    /// which these are; the waits name them from then on. A set is held by all tasks that may be in it.
    pub(crate) fn add_joins(&mut self) {
        let children = self.awaited_children();
        // Who holds each, in the order of ids.
        let mut joined: BTreeMap<ResourceId, (TaskId, Vec<TaskId>)> = BTreeMap::new();
        for place in 0..self.waits.len() {
            let wait = &self.waits[place];
            let (id, task, holders) = match (wait.target, wait.task) {
                (Some(target), _) => (ResourceId::end_of(target), target, vec![target]),
                (None, Some(task)) if wait.children => {
                    (ResourceId::set_of(task), task, children.get(&task).cloned().unwrap_or_default())
                }
                _ => continue,
            };
            if self.task(task).is_some() && !holders.is_empty() {
                joined.entry(id).or_insert((task, holders));
                self.waits[place].resource = Some(id);
            }
        }
        let mut groups = HashMap::new();
        for (id, (task, holders)) in joined {
            self.add_join(id, task, &holders, &mut groups);
        }
    }

    fn add_join(
        &mut self,
        id: ResourceId,
        task: TaskId,
        holders: &[TaskId],
        groups: &mut HashMap<(TaskGroupId, bool), ResourceGroupId>,
    ) {
        let Some(of) = self.task(task).cloned() else { return };
        let is_set = id == ResourceId::set_of(task);
        let group = *groups.entry((of.group, is_set)).or_insert_with(|| {
            let tasks = &self.task_groups[of.group.index()];
            // Where a set was made is not known.
            let (name, place) =
                if is_set { (String::new(), None) } else { (tasks.label.clone(), Some(tasks.place)) };
            let place = place.unwrap_or(Place::UNKNOWN);
            let added = ResourceGroupId(self.resource_groups.len() as u32);
            self.resource_groups.push(ResourceGroup::new(tasks.pool, ResourceKind::Join, name, place));
            added
        });
        let creator = if is_set { Some(task) } else { of.parent };
        let resource = Resource { created_at: of.spawned_at, creator, ..Resource::new(id, group) };
        self.resources.push(resource);
        for holder in holders {
            let Some(task) = self.task(*holder) else { continue };
            let (task, since, place) = (Some(*holder), Some(task.spawned_at), self.group_of(task).place);
            // Of several in a set, any may be the one that ends first.
            let movable = holders.len() > 1;
            self.holds.push(Hold { task, since, movable, ..Hold::new(id, Op::Join, place) });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::id::{PoolId, ResourceId, TaskGroupId, TaskId};
    use crate::site::Place;
    use crate::snapshot::graph::{Graph, Node};
    use crate::snapshot::{Op, ResourceKind, Snapshot, Task, TaskGroup, TaskKind, Wait};

    const HERE: Place = Place { file: "src/a.rs", line: 3, column: 5 };

    fn id(n: u32) -> TaskId {
        TaskId::new(n, 1)
    }

    /// The first task awaits the second, which awaits a set of the third and the fourth.
    fn joined() -> Snapshot {
        let task = |n| Task { spawned_at: u64::from(n), ..Task::new(id(n), TaskGroupId(0)) };
        let child = |n| Task { parent: Some(id(1)), abortable: true, ..task(n) };
        let wait = |n| Wait { task: Some(id(n)), ..Wait::new(Op::Join, HERE) };
        let mut snapshot = Snapshot {
            task_groups: vec![TaskGroup::new(PoolId(0), TaskKind::Task, "work", HERE)],
            tasks: vec![task(0), task(1), child(2), child(3)],
            waits: vec![
                Wait { target: Some(id(1)), ..wait(0) },
                Wait { children: true, ..wait(1) },
                Wait { target: Some(id(9)), ..wait(3) },
            ],
            ..Snapshot::default()
        };
        snapshot.add_joins();
        snapshot
    }

    #[test]
    fn what_is_joined_is_a_resource_that_the_task_holds() {
        let snapshot = joined();
        let (end, set) = (ResourceId::end_of(id(1)), ResourceId::set_of(id(1)));
        assert_eq!(
            snapshot.waits.iter().map(|wait| wait.resource).collect::<Vec<_>>(),
            [Some(end), Some(set), None]
        );
        assert_eq!(
            snapshot.resources.iter().map(|one| one.id).collect::<Vec<_>>(),
            [set, end],
            "by their ids"
        );
        let found = |id| {
            let resource = snapshot.resource(id).unwrap();
            let group = snapshot.group_of_resource(resource);
            let holders = snapshot.holds.iter().filter(|hold| hold.resource == id);
            let holders: Vec<_> =
                holders.map(|hold| (hold.task.unwrap().index(), hold.since, hold.movable)).collect();
            (group.kind, group.place, holders)
        };
        assert_eq!(found(end), (ResourceKind::Join, HERE, vec![(1, Some(1), false)]));
        assert_eq!(
            found(set),
            (ResourceKind::Join, Place::UNKNOWN, vec![(2, Some(2), true), (3, Some(3), true)])
        );
    }

    #[test]
    fn tasks_that_await_each_other_are_a_circle_through_their_ends() {
        let mut snapshot = joined();
        snapshot.waits = vec![
            Wait { task: Some(id(0)), target: Some(id(1)), ..Wait::new(Op::Join, HERE) },
            Wait { task: Some(id(1)), target: Some(id(0)), ..Wait::new(Op::Join, HERE) },
        ];
        (snapshot.resources, snapshot.resource_groups, snapshot.holds) = Default::default();
        snapshot.add_joins();
        let graph = Graph::of(&snapshot);
        let cycles = graph.cycles();
        let [cycle] = &cycles[..] else { panic!("{cycles:?}") };
        let nodes: Vec<Node> = cycle.iter().map(|node| graph.nodes[*node as usize]).collect();
        let ends = [id(0), id(1)].map(|task| Node::Resource(ResourceId::end_of(task)));
        assert_eq!(nodes, [Node::Task(id(0)), Node::Task(id(1)), ends[0], ends[1]]);
    }
}
