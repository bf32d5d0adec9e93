//! A histogram that has been read: counts on the grid, and what is derived from them.

use crate::grid;

/// Durations on the bucket grid of [`crate::grid`], with their sum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// One count per bucket; empty means that nothing was recorded.
    pub counts: Vec<u64>,
    /// Sum of all durations in nanoseconds.
    pub sum: u64,
}

impl Histogram {
    /// How many durations were recorded.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Adds another histogram's durations to this one.
    pub fn merge(&mut self, other: &Histogram) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.sum = self.sum.wrapping_add(other.sum);
    }

    /// What was recorded since `earlier`, a histogram of the same source.
    pub fn since(&self, earlier: &Histogram) -> Histogram {
        let counts = self
            .counts
            .iter()
            .enumerate()
            .map(|(i, n)| n.saturating_sub(earlier.counts.get(i).copied().unwrap_or(0)))
            .collect();
        Histogram { counts, sum: self.sum.saturating_sub(earlier.sum) }
    }

    /// How many durations are shorter than 2^`octave` ns: exact, since every power of two is a bound of the grid.
    pub fn at_most_octave(&self, octave: u32) -> u64 {
        let Some(last) = grid::bucket_below_octave(octave) else { return 0 };
        self.counts.iter().take(last + 1).sum()
    }

    /// The duration in seconds that a share `q` (0 to 1) of all durations does not exceed; `None` without any.
    ///
    /// The answer lies inside the right bucket (at most 25 % wide), by linear interpolation.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        let total = self.count();
        if total == 0 {
            return None;
        }
        let rank = (q.clamp(0.0, 1.0) * total as f64).max(1.0);
        let mut below = 0u64;
        for (bucket, &n) in self.counts.iter().enumerate() {
            if n > 0 && (below + n) as f64 >= rank {
                let low = if bucket == 0 { 0.0 } else { grid::upper_bound(bucket - 1) };
                let high = grid::upper_bound(bucket);
                let high = if high.is_finite() { high } else { low };
                return Some((low + (high - low) * (rank - below as f64) / n as f64) / 1e9);
            }
            below += n;
        }
        None
    }

    /// Upper bound in seconds of the longest duration recorded; `None` without any.
    pub fn max(&self) -> Option<f64> {
        let bucket = self.counts.iter().rposition(|n| *n > 0)?;
        let high = grid::upper_bound(bucket);
        Some(if high.is_finite() { high } else { grid::upper_bound(bucket - 1) } / 1e9)
    }

    /// Mean in seconds; `None` without any duration.
    pub fn mean(&self) -> Option<f64> {
        let total = self.count();
        (total > 0).then(|| self.sum as f64 / total as f64 / 1e9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(nanos: &[u64]) -> Histogram {
        let mut h = Histogram { counts: vec![0; grid::BUCKETS], sum: nanos.iter().sum() };
        for n in nanos {
            h.counts[grid::bucket(*n as f64)] += 1;
        }
        h
    }

    #[test]
    fn quantiles_lie_in_the_right_bucket() {
        let h = of(&[1_000; 99].iter().copied().chain([1_000_000]).collect::<Vec<_>>());
        let p50 = h.quantile(0.5).expect("not empty");
        assert!((0.8e-6..1.1e-6).contains(&p50), "{p50}");
        let p100 = h.quantile(1.0).expect("not empty");
        assert!((0.8e-3..1.2e-3).contains(&p100), "{p100}");
        assert_eq!(Histogram::default().quantile(0.5), None);
    }

    #[test]
    fn merging_and_subtracting_are_inverse() {
        let (a, b) = (of(&[70, 1_000, 5_000_000]), of(&[64, (1 << 20) - 1]));
        let mut both = a.clone();
        both.merge(&b);
        assert_eq!(both.count(), 5);
        assert_eq!(both.since(&a), b);
        assert_eq!(both.at_most_octave(20), 4);
    }
}
