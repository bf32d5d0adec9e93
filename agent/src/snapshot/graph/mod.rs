//! Who waits for whom: tasks and resources as nodes, waits and holds as edges.
//!
//! A wait points from the task to what it waits for (the resource, or the task that is joined); a hold points from
//! the resource to the task that holds it. So a closed path is a set of tasks that waits for itself. Whether it can
//! still be helped from outside is for a detector to judge; this module only finds the paths.

mod cycles;
mod model;

#[cfg(test)]
mod tests;

pub(crate) use cycles::circles;
pub use model::{Edge, EdgeKind, Graph, Node};
