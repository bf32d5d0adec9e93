//! A histogram that one thread writes and any thread reads. It takes memory in parts, as values come.

use super::shard::bump;
use super::zeroed::{allocate, publish};
use crate::primitive::atomic::{AtomicPtr, AtomicU64, Ordering::Acquire, Ordering::Relaxed};
use crate::registry::Room;
use crate::{clock, grid};

/// Counters in a part: four octaves.
const PART: usize = 16;
/// Parts of a histogram.
const PARTS: usize = grid::COUNTERS / PART;

/// Counts of durations that are not far from each other, and their sum in ticks.
#[derive(Debug)]
#[repr(C)]
struct Part {
    counts: [AtomicU64; PART],
    sum: AtomicU64,
}

type Parts = [AtomicPtr<Part>; PARTS];

/// Counts on the grid, and the sums of the durations in ticks. Without a duration it is one pointer.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Histogram(AtomicPtr<Parts>);

impl Histogram {
    /// Records a duration in ticks that stands for `weight` of them, if its part is there already. Only the owner of the shard
    /// may call this.
    ///
    /// Counters of two cores may differ by a few ticks, and a duration may then come out as a few ticks below zero: it
    /// is counted as that short, and taken off the sum.
    #[inline(always)]
    pub(super) fn record(&self, ticks: u64, weight: u64) -> bool {
        let counter = grid::counter(nanos(ticks, clock::scale()));
        // SAFETY: null, or zeroed memory of the right layout, which is never freed.
        let Some(parts) = (unsafe { self.0.load(Relaxed).as_ref() }) else { return false };
        // SAFETY: as above.
        let Some(part) = (unsafe { parts[counter / PART].load(Relaxed).as_ref() }) else { return false };
        bump(&part.counts[counter % PART], weight);
        bump(&part.sum, ticks.wrapping_mul(weight));
        true
    }

    /// The same, and its part is made if there is room for that; without `room` the cap does not hold.
    pub(super) fn record_anew(&self, ticks: u64, weight: u64, room: Option<Room>) -> bool {
        let part = grid::counter(nanos(ticks, clock::scale())) / PART;
        let made =
            publish(&self.0, || allocate(room)).and_then(|parts| publish(&parts[part], || allocate(room)));
        made.is_some() && self.record(ticks, weight)
    }

    /// The parts that there are, by their first counter.
    fn parts(&self) -> impl Iterator<Item = (usize, &Part)> {
        // SAFETY: null, or zeroed memory of the right layout, which is never freed.
        let parts = unsafe { self.0.load(Acquire).as_ref() };
        let present = |(number, part): (usize, &AtomicPtr<Part>)| {
            // SAFETY: as above.
            Some((number * PART, unsafe { part.load(Acquire).as_ref() }?))
        };
        parts.into_iter().flatten().enumerate().filter_map(present)
    }

    /// How many durations were recorded.
    pub(crate) fn count(&self) -> u64 {
        self.parts().flat_map(|(_, part)| &part.counts).map(|count| count.load(Relaxed)).sum()
    }

    /// The sum of all durations in ticks.
    pub(crate) fn total(&self) -> u64 {
        self.parts().fold(0, |sum, (_, part)| part.sum.load(Relaxed).wrapping_add(sum))
    }

    /// Adds what was recorded to `counts`, and to `sum` in nanoseconds.
    pub(crate) fn add_to(&self, counts: &mut Vec<u64>, sum: &mut u64) {
        for (first, part) in self.parts() {
            add(&part.counts, first, counts);
        }
        *sum = sum.wrapping_add(clock::positive(self.total()));
    }
}

/// A histogram that is all there from the beginning: to record in it takes no look at what there is.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct WholeHistogram {
    counts: [AtomicU64; grid::COUNTERS],
    sum: AtomicU64,
    /// Nanoseconds per tick, as the bits of a double: here, it is one operand away from every place that records.
    scale: AtomicU64,
}

impl WholeHistogram {
    /// Records a duration in ticks. Only the owner of the shard may call this.
    #[inline(always)]
    pub(crate) fn record(&self, ticks: u64) {
        bump(&self.counts[grid::counter(nanos(ticks, self.scale.load(Relaxed)))], 1);
        bump(&self.sum, ticks);
    }

    /// Sets the rate of the clock, as the bits of a double.
    pub(super) fn set_scale(&self, bits: u64) {
        self.scale.store(bits, Relaxed);
    }

    /// How many durations were recorded.
    pub(crate) fn count(&self) -> u64 {
        self.counts.iter().map(|count| count.load(Relaxed)).sum()
    }

    /// The sum of all durations in ticks.
    pub(crate) fn total(&self) -> u64 {
        self.sum.load(Relaxed)
    }

    /// Adds what was recorded to `counts`, and to `sum` in nanoseconds.
    pub(crate) fn add_to(&self, counts: &mut Vec<u64>, sum: &mut u64) {
        add(&self.counts, 0, counts);
        *sum = sum.wrapping_add(clock::positive(self.total()));
    }
}

/// A duration in nanoseconds; `scale` is the bits of a double.
#[inline(always)]
fn nanos(ticks: u64, scale: u64) -> f64 {
    // Signed: one instruction, and no duration comes near the sign.
    (ticks as i64) as f64 * f64::from_bits(scale)
}

/// Adds counters, of which the first has number `first`, to their buckets.
fn add(counters: &[AtomicU64], first: usize, buckets: &mut Vec<u64>) {
    for (counter, count) in (first..).zip(counters) {
        let count = count.load(Relaxed);
        if count > 0 {
            buckets.resize(grid::BUCKETS, 0);
            buckets[grid::bucket_of(counter)] += count;
        }
    }
}

#[cfg(all(test, not(taskscope_loom)))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::ptr;

    type Read = (Vec<u64>, u64);

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_was_recorded_is_read(durations in prop::collection::vec((0u32..50, 0u64..1 << 20, 1u64..5), 0..200)) {
            let parts = Histogram(AtomicPtr::new(ptr::null_mut()));
            // SAFETY: all zero bytes are valid atomics.
            let whole: WholeHistogram = unsafe { std::mem::zeroed() };
            whole.set_scale(clock::scale());
            let (mut expected, mut total) = (vec![0; grid::BUCKETS], 0);
            for (octave, low, weight) in durations.iter().copied() {
                let ticks = 1 << octave | low;
                prop_assert!(parts.record(ticks, weight) || parts.record_anew(ticks, weight, None));
                (0..weight).for_each(|_| whole.record(ticks));
                expected[grid::bucket(nanos(ticks, clock::scale()))] += weight;
                total += ticks * weight;
            }
            if durations.is_empty() {
                expected.clear();
            }
            let (mut of_parts, mut of_whole) = (Read::default(), Read::default());
            parts.add_to(&mut of_parts.0, &mut of_parts.1);
            whole.add_to(&mut of_whole.0, &mut of_whole.1);
            prop_assert_eq!(parts.count(), expected.iter().sum::<u64>());
            prop_assert_eq!((parts.count(), parts.total()), (whole.count(), total));
            prop_assert_eq!(&of_parts, &(expected, clock::positive(total)));
            prop_assert_eq!(of_parts, of_whole);
        }
    }

    #[test]
    fn a_part_comes_with_its_first_duration() {
        let histogram = Histogram(AtomicPtr::new(ptr::null_mut()));
        let present = || histogram.parts().count();
        assert_eq!(present(), 0);
        for (ticks, parts) in [(1000, 1), (1001, 1), (1 << 40, 2), (1 << 40, 2)] {
            assert!(histogram.record(ticks, 1) || histogram.record_anew(ticks, 1, None));
            assert_eq!(present(), parts, "{ticks}");
        }
    }
}
