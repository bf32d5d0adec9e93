//! Locks and semaphores that refuse one task again and again, and whom they serve meanwhile.

use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Refused, Snapshot};
use std::collections::{HashMap, HashSet};

/// From this many tries in a row on a resource is tracked.
const TRIES: u64 = 10;
/// How many resources are tracked at most.
const MOST: usize = 1000;

/// A row of refused tries, from the look on that showed it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::detect) struct Refusals {
    pub(in crate::detect) row: Refused,
    /// The last look at which the task had the resource or waited for it; 0 if there was none.
    pub(in crate::detect) own: u64,
    /// The last look at which there were more tries than at the one before.
    pub(in crate::detect) tried: u64,
    /// At how many looks somebody was seen to have been served since the look before.
    pub(in crate::detect) served: u64,
    /// The last of them.
    pub(in crate::detect) served_at: u64,
    /// When the youngest hold of another began.
    youngest: u64,
}

/// Rows of refused tries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::detect) struct Rows {
    rows: HashMap<ResourceId, Refusals>,
}

impl Rows {
    /// Takes in a look.
    pub(in crate::detect) fn push(&mut self, now: &Snapshot) {
        let long = now.resources.iter().filter_map(|resource| {
            let row = resource.refused.filter(|row| row.tries >= TRIES)?;
            Some((resource.id, row))
        });
        let long: HashMap<ResourceId, Refused> = long.take(MOST).collect();
        if long.is_empty() {
            self.rows.clear();
            return;
        }
        let (youngest, own) = holders(now, &long);
        let fresh = |row: Refused| Refusals {
            row,
            own: 0,
            tried: now.at,
            served: 0,
            served_at: 0,
            youngest: row.since,
        };
        let before = std::mem::take(&mut self.rows);
        for (id, row) in long {
            let known = before.get(&id).copied();
            let same = |known: &Refusals| (known.row.task, known.row.since) == (row.task, row.since);
            let mut track = known.filter(same).unwrap_or_else(|| fresh(row));
            if own.contains(&id) {
                // It has it in another way, or waits for it: from here on it counts anew.
                track = Refusals { own: now.at, ..fresh(row) };
            }
            if row.tries > track.row.tries {
                track.tried = now.at;
            }
            track.row = row;
            if let Some(begun) = youngest.get(&id).filter(|begun| **begun > track.youngest) {
                (track.youngest, track.served, track.served_at) = (*begun, track.served + 1, now.at);
            }
            self.rows.insert(id, track);
        }
    }

    /// All of them.
    pub(in crate::detect) fn all(&self) -> impl Iterator<Item = (ResourceId, &Refusals)> {
        self.rows.iter().map(|(id, row)| (*id, row))
    }
}

/// When others than the one who tries took each of these resources last, and which of them that one has or waits for.
fn holders(
    now: &Snapshot,
    rows: &HashMap<ResourceId, Refused>,
) -> (HashMap<ResourceId, u64>, HashSet<ResourceId>) {
    let (mut youngest, mut own) = (HashMap::new(), HashSet::new());
    let tries = |task: Option<TaskId>, row: &Refused| task == Some(row.task);
    for hold in &now.holds {
        let Some(row) = rows.get(&hold.resource) else { continue };
        if tries(hold.task, row) {
            own.insert(hold.resource);
        } else if let Some(since) = hold.since {
            let last = youngest.entry(hold.resource).or_insert(0);
            *last = since.max(*last);
        }
    }
    for wait in &now.waits {
        let Some(resource) = wait.resource else { continue };
        if rows.get(&resource).is_some_and(|row| tries(wait.task, row)) {
            own.insert(resource);
        }
    }
    (youngest, own)
}
