//! Locks that are taken in one order here and in another there.

use super::report;
use crate::registry::orders::{Order, Pair};
use crate::snapshot::Snapshot;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::Location;

/// What is wrong with the orders that were seen; `None` if they agree.
///
/// They do not if there is a circle of pairs that tasks can be in the middle of at the same time: without a lock that
/// is held around all of them.
pub(super) fn inversion(snapshot: &Snapshot, seen: &[(Pair, Order)]) -> Option<String> {
    let pairs: BTreeMap<Pair, &Order> = seen.iter().map(|(pair, order)| (*pair, order)).collect();
    let circle = pairs.keys().filter_map(|pair| way_back(&pairs, *pair)).min_by_key(Vec::len)?;
    let mut text = "locks are taken in orders that can deadlock:".to_owned();
    for pair in &circle {
        if let Some(order) = pairs.get(pair) {
            let place =
                |place: &Location<'_>| format!("{}:{}:{}", place.file(), place.line(), place.column());
            let held = order.held.map_or_else(|| "an unknown place".to_owned(), place);
            text += &format!(
                "\n  {} at {}, while {} is held since {held}",
                name(snapshot, pair.1),
                place(order.taken),
                name(snapshot, pair.0),
            );
        }
    }
    Some(text)
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
            for pair in pairs.keys().filter(|pair| pair.0 == end) {
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

fn name(snapshot: &Snapshot, group: u32) -> String {
    match snapshot.resource_groups.get(group as usize) {
        Some(group) => report::resource_of(group),
        None => "a lock".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn order(gates: &[u32]) -> Order {
        Order { held: None, taken: Location::caller(), gates: gates.to_vec() }
    }

    fn found(seen: &[(Pair, &[u32])]) -> bool {
        let seen: Vec<(Pair, Order)> = seen.iter().map(|(pair, gates)| (*pair, order(gates))).collect();
        inversion(&Snapshot::default(), &seen).is_some()
    }

    #[test]
    fn two_orders_of_two_locks_are_an_inversion() {
        assert!(found(&[((1, 2), &[]), ((2, 1), &[])]));
        assert!(!found(&[((1, 2), &[]), ((1, 3), &[]), ((2, 3), &[])]), "one order");
    }

    #[test]
    fn a_circle_of_three_is_one_too() {
        assert!(found(&[((1, 2), &[]), ((2, 3), &[]), ((3, 1), &[])]));
    }

    #[test]
    fn a_gate_around_both_keeps_them_apart() {
        assert!(!found(&[((1, 2), &[9]), ((2, 1), &[9])]));
        assert!(found(&[((1, 2), &[9]), ((2, 1), &[8])]), "two gates are none");
        assert!(found(&[((1, 2), &[9]), ((2, 1), &[])]), "one of them is open");
    }
}
