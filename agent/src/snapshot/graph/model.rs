//! The nodes and the edges, and how a snapshot becomes them.

use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Op, Place, Snapshot};

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
}

/// One wait or one hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it starts: a place in [`Graph::nodes`].
    pub from: u32,
    /// Where it ends: a place in [`Graph::nodes`].
    pub to: u32,
    /// What it says.
    pub kind: EdgeKind,
    /// Where the wait or the hold began in the source.
    pub place: Place,
    /// When it began; `None` if this was not sampled.
    pub since: Option<u64>,
}

/// The waits and holds of a snapshot whose both ends are known.
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
        for wait in &snapshot.waits {
            let Some(task) = wait.task else { continue };
            let to = match (wait.target, wait.resource) {
                (Some(target), _) => Node::Task(target),
                (None, Some(resource)) => Node::Resource(resource),
                (None, None) => continue,
            };
            loose.push((Node::Task(task), to, EdgeKind::Waits(wait.op), wait.place, Some(wait.since)));
        }
        for hold in &snapshot.holds {
            let Some(task) = hold.task else { continue };
            loose.push((
                Node::Resource(hold.resource),
                Node::Task(task),
                EdgeKind::Holds,
                hold.place,
                hold.since,
            ));
        }
        let mut nodes: Vec<Node> = loose.iter().flat_map(|e| [e.0, e.1]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let place_of = |node: Node| nodes.binary_search(&node).unwrap_or_default() as u32;
        let mut edges: Vec<Edge> = loose
            .into_iter()
            .map(|(from, to, kind, place, since)| Edge {
                from: place_of(from),
                to: place_of(to),
                kind,
                place,
                since,
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
