//! In which order locks are taken.

use crate::detect::{Inversion, OrderStep};
use crate::http::LockOrders;
use crate::http::dto::Shown;
use crate::id::ResourceGroupId;
use crate::snapshot::{Place, Snapshot};
use serde::Serialize;

/// In which order locks are taken.
#[derive(Debug, Serialize)]
pub(crate) struct LockOrderDto<'a> {
    watched: bool,
    /// Pairs that were seen; unknown if they are not watched.
    pairs: Option<usize>,
    inversions: Vec<InversionDto<'a>>,
}

/// Orders that do not agree.
#[derive(Debug, Serialize)]
struct InversionDto<'a> {
    certainty: &'static str,
    steps: Vec<StepDto<'a>>,
}

/// A lock that is taken while another one is held.
#[derive(Debug, Serialize)]
struct StepDto<'a> {
    held: Option<LocksDto<'a>>,
    held_at: Shown<Place>,
    taken: Option<LocksDto<'a>>,
    taken_at: Shown<Place>,
}

/// All that are made at one place.
#[derive(Debug, Serialize)]
struct LocksDto<'a> {
    kind: &'static str,
    name: &'a str,
    pool: &'a str,
    created_at: Shown<Place>,
}

impl<'a> LockOrderDto<'a> {
    /// What was seen; `None` if that is not watched.
    pub(crate) fn new(orders: Option<&'a LockOrders>) -> Self {
        let inversion = |(names, inversion): (&'a Snapshot, &Inversion)| InversionDto {
            certainty: "potential",
            steps: inversion.steps.iter().map(|step| StepDto::new(names, step)).collect(),
        };
        let all = orders.into_iter().flat_map(|orders| orders.inversions.iter().map(|i| (&orders.names, i)));
        Self {
            watched: orders.is_some(),
            pairs: orders.map(|orders| orders.pairs),
            inversions: all.map(inversion).collect(),
        }
    }
}

impl<'a> StepDto<'a> {
    fn new(snapshot: &'a Snapshot, step: &OrderStep) -> Self {
        let locks = |group: ResourceGroupId| {
            let group = snapshot.resource_groups.get(group.index())?;
            Some(LocksDto {
                kind: group.kind.word(),
                name: &group.name,
                pool: snapshot.pool_name(group.pool),
                created_at: Shown(group.place),
            })
        };
        Self {
            held: locks(step.held),
            held_at: Shown(step.held_at),
            taken: locks(step.taken),
            taken_at: Shown(step.taken_at),
        }
    }
}
