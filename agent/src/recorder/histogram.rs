//! A histogram that one thread writes and any thread reads.

use super::shard::bump;
use crate::primitive::atomic::{AtomicU64, Ordering::Relaxed};
use crate::{clock, grid};

/// Counts on the grid, and the sum of all durations in ticks.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Histogram {
    counts: [AtomicU64; grid::BUCKETS],
    sum: AtomicU64,
}

impl Histogram {
    /// Records a duration in ticks. Only the owner of the shard may call this.
    #[inline(always)]
    pub(crate) fn record(&self, ticks: u64) {
        bump(&self.counts[grid::bucket(clock::nanos_f64(ticks))], 1);
        bump(&self.sum, ticks);
    }

    /// Adds what was recorded to `counts`, and to `sum` in nanoseconds.
    pub(crate) fn add_to(&self, counts: &mut Vec<u64>, sum: &mut u64) {
        if self.counts.iter().all(|c| c.load(Relaxed) == 0) {
            return;
        }
        counts.resize(grid::BUCKETS, 0);
        for (total, count) in counts.iter_mut().zip(&self.counts) {
            *total += count.load(Relaxed);
        }
        *sum = sum.wrapping_add(clock::nanos(self.sum.load(Relaxed)));
    }
}
