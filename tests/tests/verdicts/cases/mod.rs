//! The programs.

mod actors;
mod arcs;
mod futures;
mod healthy;
mod healthy_load;
mod locks;
mod polls;
mod pools;
mod queues;
mod stopping;
mod table;

pub(crate) use table::{CASES, Case};
