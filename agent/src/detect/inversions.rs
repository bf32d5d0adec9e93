//! Locks that are taken in one order here and in another there: what can deadlock, though it may never have.
//!
//! This is no finding: nothing has happened. It is told to tests, and of a running program if that was asked for.

use super::text;
use crate::id::ResourceGroupId;
use crate::registry::orders::{Order, Pair};
use crate::snapshot::{Place, Snapshot};
use std::collections::{BTreeMap, BTreeSet};

/// Places where locks are taken while others are held, in a circle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Inversion {
    /// Each takes what the next one holds, and the last one what the first one holds.
    pub steps: Vec<OrderStep>,
}

/// A lock that is taken while another one is held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OrderStep {
    /// What is held.
    pub held: ResourceGroupId,
    /// Where it was taken.
    pub held_at: Place,
    /// What is taken.
    pub taken: ResourceGroupId,
    /// Where.
    pub taken_at: Place,
}

impl OrderStep {
    /// What is taken where while what is held, in words.
    pub(crate) fn text(&self, snapshot: &Snapshot) -> String {
        let name = |group: ResourceGroupId| match snapshot.resource_groups.get(group.index()) {
            Some(group) => text::resource_of(group),
            None => "a lock".to_owned(),
        };
        let Self { held, held_at, taken, taken_at } = *self;
        format!("{} at {taken_at}, while {} is held since {held_at}", name(taken), name(held))
    }
}

/// The orders that do not agree, the shortest first; none if all do.
///
/// They do not if there is a circle of pairs that tasks can be in the middle of at the same time: without a lock that
/// is held around all of them.
pub(crate) fn inversions(seen: &[(Pair, Order)]) -> Vec<Inversion> {
    let pairs: BTreeMap<Pair, &Order> = seen.iter().map(|(pair, order)| (*pair, order)).collect();
    let mut circles: BTreeMap<BTreeSet<Pair>, Vec<Pair>> = BTreeMap::new();
    for circle in pairs.keys().filter_map(|pair| way_back(&pairs, *pair)) {
        circles.entry(circle.iter().copied().collect()).or_insert(circle);
    }
    let step = |pair: &Pair| {
        let order = pairs.get(pair)?;
        Some(OrderStep {
            held: ResourceGroupId(pair.0),
            held_at: order.held.into(),
            taken: ResourceGroupId(pair.1),
            taken_at: order.taken.into(),
        })
    };
    let circles = circles.into_values().map(|circle| circle.iter().filter_map(step).collect());
    let mut inversions: Vec<Inversion> = circles.map(|steps| Inversion { steps }).collect();
    inversions.sort_by_key(|inversion| inversion.steps.len());
    inversions
}

/// The shortest circle that begins with this pair, unless a gate is around all of it.
fn way_back(pairs: &BTreeMap<Pair, &Order>, first: Pair) -> Option<Vec<Pair>> {
    let mut open = vec![vec![first]];
    let mut seen = BTreeSet::from([first.1]);
    while !open.is_empty() {
        let mut next = Vec::new();
        for way in open {
            let end = way.last()?.1;
            if end == first.0 {
                if !is_gated(pairs, &way) {
                    return Some(way);
                }
                continue;
            }
            for (pair, _) in pairs.range((end, 0)..=(end, u32::MAX)) {
                if pair.1 == first.0 || seen.insert(pair.1) {
                    next.push(way.iter().copied().chain([*pair]).collect());
                }
            }
        }
        open = next;
    }
    None
}

/// Whether two of the pairs are only ever taken behind the same lock.
fn is_gated(pairs: &BTreeMap<Pair, &Order>, way: &[Pair]) -> bool {
    let gates = |pair: &Pair| pairs.get(pair).map_or(&[][..], |order| &order.gates);
    way.iter().enumerate().any(|(at, one)| {
        way[at + 1..].iter().any(|other| gates(one).iter().any(|gate| gates(other).contains(gate)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::Location;

    #[track_caller]
    fn order(gates: &[u32]) -> Order {
        Order { held: Location::caller(), taken: Location::caller(), gates: gates.to_vec() }
    }

    fn found(seen: &[(Pair, &[u32])]) -> Vec<usize> {
        let seen: Vec<(Pair, Order)> = seen.iter().map(|(pair, gates)| (*pair, order(gates))).collect();
        inversions(&seen).iter().map(|inversion| inversion.steps.len()).collect()
    }

    #[test]
    fn two_orders_of_two_locks_are_an_inversion() {
        assert_eq!(found(&[((1, 2), &[]), ((2, 1), &[])]), [2], "told once");
        assert!(found(&[((1, 2), &[]), ((1, 3), &[]), ((2, 3), &[])]).is_empty(), "one order");
    }

    #[test]
    fn a_circle_of_three_is_one_too() {
        assert_eq!(found(&[((1, 2), &[]), ((2, 3), &[]), ((3, 1), &[])]), [3]);
        assert_eq!(found(&[((1, 2), &[]), ((2, 3), &[]), ((3, 1), &[]), ((2, 1), &[])]), [2, 3]);
    }

    #[test]
    fn a_gate_around_both_keeps_them_apart() {
        assert!(found(&[((1, 2), &[9]), ((2, 1), &[9])]).is_empty());
        assert_eq!(found(&[((1, 2), &[9]), ((2, 1), &[8])]), [2], "two gates are none");
        assert_eq!(found(&[((1, 2), &[9]), ((2, 1), &[])]), [2], "one of them is open");
    }
}
