//! Reads the slots and shards into a snapshot, without stopping anyone.

mod endpoints;
mod guards;
mod kernel;
mod resource_groups;
mod resources;
mod shares;
mod suspects;
mod tasks;
mod threads;
mod totals;
mod tracer;
mod waits;
mod which;
mod whole;

pub(crate) use tasks::live_tasks;
pub use tracer::Tracer;

/// How much to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Everything.
    Full,
    /// No histograms: for looks that happen several times a second.
    Light,
}
