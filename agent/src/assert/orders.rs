//! What a test says of locks that are taken in one order here and in another there.

use crate::detect::inversions;
use crate::registry::orders::{Order, Pair};
use crate::snapshot::Snapshot;

/// What is wrong with the orders that were seen; `None` if they agree.
pub(super) fn inversion(snapshot: &Snapshot, seen: &[(Pair, Order)]) -> Option<String> {
    let shortest = inversions(seen).into_iter().next()?;
    let steps: String = shortest.steps.iter().map(|step| format!("\n  {}", step.text(snapshot))).collect();
    Some(format!("locks are taken in orders that can deadlock:{steps}"))
}
