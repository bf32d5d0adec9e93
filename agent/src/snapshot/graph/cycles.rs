//! Closed paths of the graph.

use crate::snapshot::graph::{Edge, Graph};

impl Graph {
    /// The groups of nodes in which each can reach each other along edges that bind, a node that reaches itself included.
    /// Every cycle lies inside one of them. Nodes ascend within a group, and groups by their first node.
    pub fn cycles(&self) -> Vec<Vec<u32>> {
        let binds = |edge: &&Edge| edge.binds;
        circles(self.nodes.len() as u32, |node| {
            self.edges_from(node).iter().filter(binds).map(|edge| edge.to)
        })
    }
}

/// The same of any graph of so many nodes, of which `next` says where their edges lead.
pub(crate) fn circles<I: Iterator<Item = u32>>(nodes: u32, next: impl Fn(u32) -> I) -> Vec<Vec<u32>> {
    let mut groups = Components::of(nodes, &next);
    groups.retain(|group| match group[..] {
        [alone] => next(alone).any(|to| to == alone),
        _ => true,
    });
    for group in &mut groups {
        group.sort_unstable();
    }
    groups.sort_unstable();
    groups
}

/// Tarjan's strongly connected components, with a stack of its own instead of recursion: a chain of waits can be as
/// long as there are tasks.
struct Components<F> {
    next: F,
    /// Order of discovery, from 1; 0 is "not yet".
    order: Vec<u32>,
    /// The earliest node of the stack that is reachable.
    low: Vec<u32>,
    on_stack: Vec<bool>,
    stack: Vec<u32>,
    found: Vec<Vec<u32>>,
    counter: u32,
}

impl<I: Iterator<Item = u32>, F: Fn(u32) -> I> Components<F> {
    fn of(nodes: u32, next: F) -> Vec<Vec<u32>> {
        let n = nodes as usize;
        let mut this = Components {
            next,
            order: vec![0; n],
            low: vec![0; n],
            on_stack: vec![false; n],
            stack: Vec::new(),
            found: Vec::new(),
            counter: 0,
        };
        for root in 0..nodes {
            if this.order[root as usize] == 0 {
                this.explore(root);
            }
        }
        this.found
    }

    fn explore(&mut self, root: u32) {
        let mut path = vec![(root, self.enter(root))];
        while let Some((node, edges)) = path.last_mut() {
            let node = *node;
            if let Some(next) = edges.next() {
                if self.order[next as usize] == 0 {
                    let entered = self.enter(next);
                    path.push((next, entered));
                } else if self.on_stack[next as usize] {
                    self.lower(node, self.order[next as usize]);
                }
                continue;
            }
            path.pop();
            if let Some((parent, _)) = path.last() {
                self.lower(*parent, self.low[node as usize]);
            }
            if self.low[node as usize] == self.order[node as usize] {
                self.close(node);
            }
        }
    }

    fn enter(&mut self, node: u32) -> I {
        self.counter += 1;
        self.order[node as usize] = self.counter;
        self.low[node as usize] = self.counter;
        self.on_stack[node as usize] = true;
        self.stack.push(node);
        (self.next)(node)
    }

    fn lower(&mut self, node: u32, to: u32) {
        let low = &mut self.low[node as usize];
        *low = (*low).min(to);
    }

    /// Everything above `node` on the stack, and itself, is one component.
    fn close(&mut self, node: u32) {
        let start = self.stack.iter().rposition(|n| *n == node).unwrap_or_default();
        let group: Vec<u32> = self.stack.drain(start..).collect();
        for member in &group {
            self.on_stack[*member as usize] = false;
        }
        self.found.push(group);
    }
}
