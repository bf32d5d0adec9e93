//! The sums of all histograms, added up over the shards.

use crate::clock;
use crate::recorder;
use crate::snapshot::{Sum, Totals};

impl Totals {
    /// Reads what all shards have recorded. A group that has recorded nothing yet may be missing at the end of a list.
    pub fn read() -> Totals {
        let mut totals = Totals::default();
        for shard in recorder::shards() {
            shard.tasks.for_each(|number, block| {
                let lifetime = at(&mut totals.lifetimes, number);
                add(lifetime, block.lifetime.count(), block.lifetime.total());
                if let Some(often) = block.often() {
                    add(lifetime, often.lifetime.count(), often.lifetime.total());
                }
            });
            shard.resources.for_each(|number, block| {
                let total = at(&mut totals.resources, number);
                total.waited = total.waited.saturating_add(clock::positive(block.wait.total()));
                add(&mut total.dwell, block.dwell.count(), block.dwell.total());
            });
        }
        totals
    }
}

/// The entry of a group.
fn at<T: Clone + Default>(list: &mut Vec<T>, number: u32) -> &mut T {
    let place = number as usize;
    if list.len() <= place {
        list.resize(place + 1, T::default());
    }
    &mut list[place]
}

fn add(sum: &mut Sum, count: u64, ticks: u64) {
    sum.count += count;
    sum.nanos = sum.nanos.saturating_add(clock::positive(ticks));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_grow_as_groups_come() {
        let mut totals = Totals::default();
        *at(&mut totals.lifetimes, 2) = Sum { count: 4, nanos: 8_000_000_000 };
        assert_eq!(totals.lifetimes.len(), 3);
        assert_eq!(totals.lifetimes[0].mean(), None);
        let earlier = Sum { count: 2, nanos: 1_000_000_000 };
        assert_eq!(totals.lifetimes[2].since(earlier).mean(), Some(3.5));
    }
}
