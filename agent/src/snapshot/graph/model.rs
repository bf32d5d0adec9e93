//! The nodes and the edges, and how a snapshot becomes them.

use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Known, Op, Place, Snapshot, Unseen};

/// What the graph connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// A task.
    Task(TaskId),
    /// A resource.
    Resource(ResourceId),
}

/// What an edge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// The task at its start waits for the node at its end.
    Waits(Op),
    /// The resource at its start is held by the task at its end.
    Holds,
    /// The resource at its start was handed to a future of the task at its end that asked for it with this operation, and
    /// that the task does not poll.
    Handed(Op),
    /// The task at its end has what the channel at its start is waited for: the receiver (`Recv`), or senders (`Send`).
    Has(Op),
}

/// One wait or one hold, or who has the other end of a channel that is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it starts: a place in [`Graph::nodes`].
    pub from: u32,
    /// Where it ends: a place in [`Graph::nodes`].
    pub to: u32,
    /// What it says.
    pub kind: EdgeKind,
    /// Where the wait or the hold began in the source, and of what was handed over, the wait for it; `None` of the ends of
    /// channels.
    pub place: Option<Place>,
    /// When it began; `None` if this was not sampled, of what was handed over, and of the ends of channels.
    pub since: Option<u64>,
    /// Whether what the edge starts at depends on what it ends at, for certain: not if somebody else may give back what is
    /// held, or has an end as well.
    pub binds: bool,
}

/// The waits and holds of a snapshot whose both ends are known, and who has the other ends of the channels in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// All nodes that have an edge, in ascending order: tasks, then resources.
    pub nodes: Vec<Node>,
    /// All edges, sorted by where they start.
    pub edges: Vec<Edge>,
}

impl Graph {
    /// The graph of a snapshot. Waits for no resource, and waits and holds outside of any recorded task, have no
    /// edge.
    pub fn of(snapshot: &Snapshot) -> Graph {
        let mut loose = Vec::with_capacity(snapshot.waits.len() + snapshot.holds.len());
        let mut wanted = Vec::new();
        let children = snapshot.awaited_children();
        for wait in &snapshot.waits {
            let Some(task) = wait.task else { continue };
            if wait.children && wait.resource.is_none() {
                let own = children.get(&task).map_or(&[][..], Vec::as_slice);
                let any = |child: &TaskId| {
                    let (kind, binds) = (EdgeKind::Waits(wait.op), own.len() == 1);
                    (Node::Task(task), Node::Task(*child), kind, Some(wait.place), Some(wait.since), binds)
                };
                loose.extend(own.iter().map(any));
                continue;
            }
            let to = match (wait.resource, wait.target) {
                (Some(resource), _) => Node::Resource(resource),
                (None, Some(target)) => Node::Task(target),
                (None, None) => continue,
            };
            let kind = EdgeKind::Waits(wait.op);
            loose.push((Node::Task(task), to, kind, Some(wait.place), Some(wait.since), true));
            if let (Some(channel), Op::Send | Op::Recv) = (wait.resource, wait.op) {
                wanted.push((channel, wait.op == Op::Send));
            }
        }
        for hold in &snapshot.holds {
            let Some(task) = hold.task else { continue };
            loose.push((
                Node::Resource(hold.resource),
                Node::Task(task),
                EdgeKind::Holds,
                Some(hold.place),
                hold.since,
                !hold.movable,
            ));
        }
        for wait in Unseen::of(snapshot).in_all() {
            if let (Some(resource), Some(task)) = (wait.resource, wait.task) {
                let kind = EdgeKind::Handed(wait.op);
                loose.push((Node::Resource(resource), Node::Task(task), kind, Some(wait.place), None, true));
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        for (channel, for_room) in wanted {
            let (owners, op) = match for_room {
                true => (snapshot.receivers_of(channel), Op::Recv),
                false => (snapshot.senders_of(channel), Op::Send),
            };
            let Some(owners) = owners.filter(|owners| owners.known == Known::Shown) else { continue };
            let alone = owners.tasks.len() == 1;
            for task in owners.tasks {
                loose.push((Node::Resource(channel), Node::Task(task), EdgeKind::Has(op), None, None, alone));
            }
        }
        let mut nodes: Vec<Node> = loose.iter().flat_map(|e| [e.0, e.1]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let place_of = |node: Node| nodes.binary_search(&node).unwrap_or_default() as u32;
        let mut edges: Vec<Edge> = loose
            .into_iter()
            .map(|(from, to, kind, place, since, binds)| Edge {
                from: place_of(from),
                to: place_of(to),
                kind,
                place,
                since,
                binds,
            })
            .collect();
        edges.sort_by_key(|e| (e.from, e.to));
        Graph { nodes, edges }
    }

    /// The edges that start at a node.
    pub fn edges_from(&self, node: u32) -> &[Edge] {
        let start = self.edges.partition_point(|e| e.from < node);
        let end = self.edges.partition_point(|e| e.from <= node);
        &self.edges[start..end]
    }
}
