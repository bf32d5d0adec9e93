//! What each route answers, as functions of what the source says and of the checked parameters.

mod agent;
mod fields;
mod file;
mod findings;
mod flamegraph;
mod graph;
mod list;
mod metrics;
mod page;
mod pools;
mod resources;
mod tasks;
mod trace;
mod usage;

pub(crate) use agent::{coverage, lock_order, summary};
pub(crate) use fields::{POOL_FIELDS, RESOURCE_FIELDS, TASK_FIELDS};
pub(crate) use findings::findings;
pub(crate) use flamegraph::{rendered, request};
pub(crate) use graph::graph;
pub(crate) use metrics::metrics;
pub(crate) use page::page;
pub(crate) use pools::pools;
pub(crate) use resources::{resource, resources};
pub(crate) use tasks::{task, tasks};
pub(crate) use trace::{kept, trace_kept, trace_length, traced};
