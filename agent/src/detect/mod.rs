//! Verdicts: pure functions from snapshots to findings.
//!
//! A detector is one file and one row of [`DETECTORS`]. It sees a [`Look`]: the program now, who was stuck at the
//! look before and is so still, the [`Trend`] of the minutes before, and the patience of the user. What it says is judged
//! again at every look; the [`Ledger`] makes a history of it.

mod answers;
mod blocking_poll;
mod blocking_threads;
mod busy_loop;
mod circle;
mod deadlock;
mod detector;
mod ends;
mod finding;
mod futurelock;
mod growth;
mod in_progress;
mod index;
mod inversions;
mod leaked_task;
mod ledger;
mod lock_convoy;
mod lost_waker;
mod memo;
mod net;
mod never_served;
mod passed_over;
mod pool_exhausted;
mod queue_growing;
mod queue_saturated;
mod runs;
mod starved_task;
mod stuck;
pub(crate) mod text;
mod tracks;
mod trend;

#[cfg(test)]
mod tests;

pub use detector::{DETECTORS, Detector, Look, detect};
pub(crate) use detector::{judge, prove};
pub use finding::{Certainty, Evidence, Finding, FindingKind, Record, Severity};
pub(crate) use growth::measured;
pub(crate) use in_progress::InProgress;
pub(crate) use inversions::{Inversion, OrderStep, inversions};
pub use ledger::Ledger;
pub(crate) use ledger::Scope;
pub use stuck::Stuck;
pub use trend::{GroupPoint, Trend};
