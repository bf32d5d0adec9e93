//! What the program was doing at one moment, as plain data.
//!
//! A [`Snapshot`] borrows nothing, can be cloned, compared and written by hand in a test. Everything that judges
//! (findings, profiles, metrics) is a pure function of snapshots.

mod blank;
mod endpoint;
mod grants;
pub mod graph;
mod histogram;
mod history;
mod joins;
mod lookup;
mod model;
mod read;
mod share;
mod sieve;
mod spurious;
mod task_list;
mod totals;
mod trace;
mod wakes;
mod words;

pub use endpoint::{Endpoint, Known, Owners, Side};
pub(crate) use grants::{QUEUE_SLACK, Unseen};
pub use histogram::Histogram;
pub use history::{History, Point, PoolPoint};
pub use model::*;
pub(crate) use read::live_tasks;
pub use read::{Detail, Tracer};
pub use share::Share;
#[cfg(test)]
pub(crate) use sieve::{dice, restrict};
pub use spurious::{Spurious, SpuriousPolls};
pub use task_list::TaskList;
pub use totals::{ResourceTotals, Sum, Totals};
pub use trace::{Awaited, Trace, TraceEvent, TraceKind};
pub use wakes::{Wakes, Waking};
