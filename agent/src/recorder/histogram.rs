//! A histogram that one thread writes and any thread reads.

use super::shard::bump;
use crate::primitive::atomic::{AtomicU64, Ordering::Relaxed};
use crate::{clock, grid};

/// Counts on the grid, and the sum of all durations in ticks.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Histogram {
    counts: [AtomicU64; grid::COUNTERS],
    sum: AtomicU64,
    /// Nanoseconds per tick, as the bits of a double: here, it is one operand away from every place that records.
    scale: AtomicU64,
}

impl Histogram {
    /// Records a duration in ticks. Only the owner of the shard may call this.
    ///
    /// Counters of two cores may differ by a few ticks, and a duration may then come out as a few ticks below zero: it
    /// is counted as that short, and taken off the sum.
    #[inline(always)]
    pub(crate) fn record(&self, ticks: u64) {
        self.record_for(ticks, 1);
    }

    /// Records a duration that stands for `weight` of them.
    #[inline(always)]
    pub(crate) fn record_for(&self, ticks: u64, weight: u64) {
        // Signed: one instruction, and no duration comes near the sign.
        let nanos = (ticks as i64) as f64 * f64::from_bits(self.scale.load(Relaxed));
        bump(&self.counts[grid::counter(nanos)], weight);
        bump(&self.sum, ticks.wrapping_mul(weight));
    }

    /// How many durations were recorded.
    pub(crate) fn count(&self) -> u64 {
        self.counts.iter().map(|count| count.load(Relaxed)).sum()
    }

    /// The sum of all durations in ticks.
    pub(crate) fn total(&self) -> u64 {
        self.sum.load(Relaxed)
    }

    /// Sets the rate of the clock, as the bits of a double.
    pub(crate) fn set_scale(&self, bits: u64) {
        self.scale.store(bits, Relaxed);
    }

    /// Adds what was recorded to `counts`, and to `sum` in nanoseconds.
    pub(crate) fn add_to(&self, counts: &mut Vec<u64>, sum: &mut u64) {
        if self.counts.iter().all(|c| c.load(Relaxed) == 0) {
            return;
        }
        counts.resize(grid::BUCKETS, 0);
        for (counter, count) in self.counts.iter().enumerate() {
            counts[grid::bucket_of(counter)] += count.load(Relaxed);
        }
        *sum = sum.wrapping_add(clock::positive(self.total()));
    }
}
