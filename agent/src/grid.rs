//! The bucket grid of every histogram: base-2 exponential, four buckets per octave, from 2^6 ns up.
//!
//! Bucket 0 holds durations up to 64 ns; bucket `i` those in `(2^(6+(i-1)/4), 2^(6+i/4)]` ns; the last one, all
//! that are longer. Bounds are inclusive at the top, as a Prometheus `le` is, and every power of two is a bound, so
//! that a classic histogram over powers of two is an exact re-binning.

/// Smallest bound, as a power of two: 2^6 ns.
const FIRST_OCTAVE: u32 = 6;
/// Largest bound, as a power of two: 2^46 ns, 19.5 hours.
const LAST_OCTAVE: u32 = 46;
/// Buckets per octave.
const PER_OCTAVE: u32 = 4;
/// How many buckets a histogram has, the one for everything longer included.
pub const BUCKETS: usize = ((LAST_OCTAVE - FIRST_OCTAVE) * PER_OCTAVE) as usize + 2;

/// 2^(63 + q/4) for q = 1, 2, 3: the bounds inside an octave, on a number shifted to its full width.
const QUARTERS: [u64; 3] = [0x9837_F051_8DB8_A96F, 0xB504_F333_F9DE_6484, 0xD744_FCCA_D69D_6AF4];

/// The bucket of a duration in nanoseconds.
#[inline(always)]
pub fn bucket(nanos: u64) -> usize {
    // One less, so that a bound belongs to the bucket below it.
    let n = nanos.saturating_sub(1).max((1 << FIRST_OCTAVE) - 1);
    let zeros = n.leading_zeros();
    let full = n << zeros;
    let octave = 63 - zeros;
    // All durations up to 2^6 became 63 above, which is octave 5 with a full mantissa: index 0 after the shift.
    let quarter = (full >= QUARTERS[0]) as u32 + (full >= QUARTERS[1]) as u32 + (full >= QUARTERS[2]) as u32;
    let index = (octave * PER_OCTAVE + quarter) - (FIRST_OCTAVE * PER_OCTAVE - 1);
    (index as usize).min(BUCKETS - 1)
}

/// The inclusive upper bound of a bucket in nanoseconds; infinite for the last.
pub fn upper_bound(bucket: usize) -> f64 {
    if bucket >= BUCKETS - 1 {
        return f64::INFINITY;
    }
    2f64.powf(f64::from(FIRST_OCTAVE) + bucket as f64 / f64::from(PER_OCTAVE))
}

/// The bucket whose upper bound is 2^`octave` ns; `None` outside the grid.
pub fn bucket_below_octave(octave: u32) -> Option<usize> {
    (FIRST_OCTAVE..=LAST_OCTAVE).contains(&octave).then(|| ((octave - FIRST_OCTAVE) * PER_OCTAVE) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_duration_lies_within_the_bounds_of_its_bucket(nanos in 0u64..1 << 50) {
            let b = bucket(nanos);
            prop_assert!(nanos as f64 <= upper_bound(b) * (1.0 + 1e-12), "{nanos} is above bucket {b}");
            prop_assert!(b == 0 || nanos as f64 > upper_bound(b - 1) * (1.0 - 1e-12), "{nanos} is below bucket {b}");
        }
    }

    #[test]
    fn powers_of_two_are_bounds() {
        for octave in FIRST_OCTAVE..=LAST_OCTAVE {
            let below = bucket_below_octave(octave).expect("on the grid");
            assert_eq!(upper_bound(below), 2f64.powi(octave as i32));
            assert_eq!(bucket(1 << octave), below);
            assert_eq!(bucket((1 << octave) + 1), below + 1);
        }
        assert_eq!(bucket(0), 0);
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
        assert_eq!(bucket_below_octave(5), None);
    }
}
