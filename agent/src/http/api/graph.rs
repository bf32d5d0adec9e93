//! `/api/v1/graph`.

use crate::http::dto::{EdgeDto, GraphDto, NodeDto, dot, seconds, shown};
use crate::http::query::Query;
use crate::http::reply::{Answer, Reply};
use crate::snapshot::Snapshot;
use crate::snapshot::graph::{Edge, EdgeKind, Graph, Node};

/// Edges of an answer that asks for no number.
const DEFAULT_LIMIT: u64 = 1000;

/// The type of a graph for Graphviz.
const DOT: &str = "text/vnd.graphviz; charset=utf-8";

/// Who waits for whom.
pub(crate) fn graph(snapshot: &Snapshot, query: &Query) -> Answer {
    let limit = query.number("limit").unwrap_or(DEFAULT_LIMIT);
    let document = document(snapshot, usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(match query.get("format") {
        Some("dot") => Reply::new(DOT, dot(&document)),
        _ => Reply::json(&document),
    })
}

fn document(snapshot: &Snapshot, limit: usize) -> GraphDto {
    let graph = Graph::of(snapshot);
    let cycles = graph.cycles();
    // The number of the cycle of each node.
    let mut cycle_of: Vec<Option<usize>> = vec![None; graph.nodes.len()];
    for (number, cycle) in cycles.iter().enumerate() {
        for node in cycle {
            cycle_of[*node as usize] = Some(number);
        }
    }
    let in_cycle = |e: &Edge| {
        e.binds && cycle_of[e.from as usize].is_some() && cycle_of[e.from as usize] == cycle_of[e.to as usize]
    };
    let mut edges: Vec<&Edge> = graph.edges.iter().collect();
    let edges_total = edges.len();
    edges.sort_by_key(|e| (!in_cycle(e), e.since.unwrap_or(u64::MAX)));
    edges.truncate(limit);
    let mut nodes: Vec<u32> =
        edges.iter().flat_map(|e| [e.from, e.to]).chain(cycles.iter().flatten().copied()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let id = |node: u32| name(graph.nodes[node as usize]);
    GraphDto {
        nodes: nodes.iter().map(|n| node(snapshot, graph.nodes[*n as usize])).collect(),
        edges: edges
            .iter()
            .map(|e| EdgeDto {
                from: id(e.from),
                to: id(e.to),
                kind: if matches!(e.kind, EdgeKind::Waits(_)) { "waits" } else { "holds" },
                op: match e.kind {
                    EdgeKind::Waits(op) | EdgeKind::Has(op) | EdgeKind::Handed(op) => Some(op.word()),
                    EdgeKind::Holds => None,
                },
                at: shown(e.place),
                for_seconds: e.since.map(|since| seconds(snapshot.at.saturating_sub(since))),
                in_cycle: in_cycle(e),
            })
            .collect(),
        cycles: cycles.iter().map(|cycle| cycle.iter().map(|n| id(*n)).collect()).collect(),
        edges_total,
    }
}

fn name(node: Node) -> String {
    match node {
        Node::Task(id) => id.to_string(),
        Node::Resource(id) => id.to_string(),
    }
}

fn node(snapshot: &Snapshot, node: Node) -> NodeDto {
    let (r#type, what) = match node {
        Node::Task(id) => ("task", snapshot.task(id).map(|t| snapshot.task_name(t).to_owned())),
        Node::Resource(id) => {
            let named = |r| {
                let group = snapshot.group_of_resource(r);
                format!("{} {}", group.kind.word(), group.name)
            };
            ("resource", snapshot.resource(id).map(named))
        }
    };
    let id = name(node);
    let label = what.map_or_else(|| format!("{id} (gone)"), |what| format!("{what} {id}"));
    NodeDto { id, r#type, label }
}
