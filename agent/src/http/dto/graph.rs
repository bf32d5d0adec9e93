//! The wait-for graph as JSON and in the language of Graphviz.

use crate::http::dto::Shown;
use crate::snapshot::Place;
use serde::Serialize;
use std::fmt::Write;

/// The graph.
#[derive(Debug, Serialize)]
pub(crate) struct GraphDto {
    pub(crate) nodes: Vec<NodeDto>,
    pub(crate) edges: Vec<EdgeDto>,
    /// Ids of the nodes of each group in which every node waits, over others, for every other.
    pub(crate) cycles: Vec<Vec<String>>,
    /// Edges that there are; more than are shown if a limit cut them.
    pub(crate) edges_total: usize,
}

/// A task or a resource.
#[derive(Debug, Serialize)]
pub(crate) struct NodeDto {
    pub(crate) id: String,
    pub(crate) r#type: &'static str,
    pub(crate) label: String,
}

/// A wait or a hold, who was handed what it asked for, or who has the other end of a channel.
#[derive(Debug, Serialize)]
pub(crate) struct EdgeDto {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) kind: &'static str,
    pub(crate) op: Option<&'static str>,
    pub(crate) at: Option<Shown<Place>>,
    pub(crate) for_seconds: Option<f64>,
    /// Whether both ends are in the same cycle.
    #[serde(skip)]
    pub(crate) in_cycle: bool,
}

impl EdgeDto {
    pub(crate) fn op_word(&self) -> &'static str {
        self.op.unwrap_or(self.kind)
    }
}

/// The graph in the language of Graphviz; edges of cycles are red.
pub(crate) fn dot(graph: &GraphDto) -> String {
    let mut text = String::from("digraph waits {\n  rankdir=LR;\n  node [fontname=\"monospace\"];\n");
    for node in &graph.nodes {
        let shape = if node.r#type == "task" { "box" } else { "ellipse" };
        let _ = writeln!(text, "  {} [label={}, shape={shape}];", quote(&node.id), quote(&node.label));
    }
    for edge in &graph.edges {
        let lasted = edge.for_seconds.map(|seconds| format!(" {seconds:.1}s")).unwrap_or_default();
        let place = edge.at.as_ref().filter(|at| at.0.is_known());
        let place = place.map(|at| format!("\n{}", at.0)).unwrap_or_default();
        let label = format!("{}{lasted}{place}", edge.op_word());
        let style = if edge.kind == "holds" { "dashed" } else { "solid" };
        let color = if edge.in_cycle { ", color=red, fontcolor=red" } else { "" };
        let _ = writeln!(
            text,
            "  {} -> {} [label={}, style={style}{color}];",
            quote(&edge.from),
            quote(&edge.to),
            quote(&label)
        );
    }
    text.push_str("}\n");
    text
}

/// A quoted string of Graphviz: only quotation marks and backslashes mean something in it.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_quotes() {
        assert_eq!(quote("a\"; b -> c\\"), r#""a\"; b -> c\\""#);
        assert_eq!(quote("x\ny\u{7}"), "\"x\\ny \"");
    }
}
