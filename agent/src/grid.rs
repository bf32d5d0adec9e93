//! The bucket grid of every histogram: four equal buckets per octave, from 2 ns up.
//!
//! Each octave `[2^k, 2^(k+1))` ns is cut into four buckets of the same width; the first bucket also holds all that are
//! shorter, the last one all that are longer. Every power of two is a bound, so that a classic histogram over powers of
//! two is an exact re-binning.
//!
//! The bucket of a duration is read off its floating-point form: the exponent and the two highest bits of the mantissa.
//! That takes a third of the instructions of buckets that grow by 2^(1/4), which are at most 19 % wide instead of 25 %.
//! Nothing is lost for native histograms: their bounds are powers of two of a second, which no grid of nanoseconds has.

/// Smallest bound, as a power of two: 2 ns.
const FIRST_OCTAVE: u32 = 1;
/// Largest bound, as a power of two: 2^46 ns, 19.5 hours.
const LAST_OCTAVE: u32 = 46;
/// Buckets per octave.
const PER_OCTAVE: u32 = 4;
/// How many buckets a histogram has, the one for everything longer included.
pub const BUCKETS: usize = ((LAST_OCTAVE - FIRST_OCTAVE) * PER_OCTAVE) as usize + 1;

/// Bits of a double below the two highest of its mantissa.
const SHIFT: u32 = 50;
/// The upper bits of 2^FIRST_OCTAVE as a double.
const FIRST: u32 = (1023 + FIRST_OCTAVE) * PER_OCTAVE;

/// The bucket of a duration in nanoseconds, which is not negative.
#[inline(always)]
pub fn bucket(nanos: f64) -> usize {
    let head = (nanos.to_bits() >> SHIFT) as u32;
    (head.saturating_sub(FIRST) as usize).min(BUCKETS - 1)
}

/// How many counters a histogram has that is being written: one per value of the lowest byte of the upper bits.
pub(crate) const COUNTERS: usize = 1 << 8;
/// The first counter below 2^FIRST_OCTAVE.
const FIRST_BELOW: usize = COUNTERS - 8 * PER_OCTAVE as usize;

/// The counter of a duration in nanoseconds: the lowest byte of the exponent and the two highest bits of the mantissa.
///
/// 2^FIRST_OCTAVE ns have counter 0, so nothing is subtracted and nothing clamped, and the sign is not looked at. The
/// byte holds 64 octaves: those from 2^-7 to 2^1 ns take the place of those from 2^57 ns (four years) up.
#[inline(always)]
pub(crate) fn counter(nanos: f64) -> usize {
    usize::from((nanos.to_bits() >> SHIFT) as u8)
}

/// The bucket that a counter counts for.
pub(crate) const fn bucket_of(counter: usize) -> usize {
    if counter >= FIRST_BELOW {
        0
    } else if counter >= BUCKETS {
        BUCKETS - 1
    } else {
        counter
    }
}

/// The upper bound of a bucket in nanoseconds; infinite for the last.
pub fn upper_bound(bucket: usize) -> f64 {
    if bucket >= BUCKETS - 1 {
        return f64::INFINITY;
    }
    let head = (bucket as u64 + 1) + u64::from(FIRST);
    f64::from_bits(head << SHIFT)
}

/// The bucket whose upper bound is 2^`octave` ns; `None` outside the grid.
pub fn bucket_below_octave(octave: u32) -> Option<usize> {
    (FIRST_OCTAVE + 1..=LAST_OCTAVE)
        .contains(&octave)
        .then(|| ((octave - FIRST_OCTAVE) * PER_OCTAVE) as usize - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_duration_lies_within_the_bounds_of_its_bucket(nanos in 0u64..1 << 50) {
            let b = bucket(nanos as f64);
            prop_assert!((nanos as f64) < upper_bound(b), "{nanos} is above bucket {b}");
            prop_assert!(b == 0 || nanos as f64 >= upper_bound(b - 1), "{nanos} is below bucket {b}");
        }
    }

    proptest! {
        #[test]
        fn counters_and_buckets_agree(ticks in 0u64..1 << 55, scale in 0.05f64..2.0) {
            let nanos = ticks as f64 * scale;
            prop_assert_eq!(bucket_of(counter(nanos)), bucket(nanos), "{} ns", nanos);
            // Counters of two cores may be a little apart: that is as short a time one way as the other.
            prop_assert_eq!(counter(-nanos), counter(nanos));
        }
    }

    #[test]
    fn the_first_counter_is_that_of_the_first_bound() {
        assert_eq!(FIRST % COUNTERS as u32, 0);
        for tick in [0.0, 0.01, 0.3, 1.0, 1.99] {
            assert_eq!(bucket_of(counter(tick)), 0, "{tick} ns");
        }
    }

    #[test]
    fn powers_of_two_are_bounds() {
        for octave in FIRST_OCTAVE + 1..=LAST_OCTAVE {
            let below = bucket_below_octave(octave).expect("on the grid");
            let power = 2f64.powi(octave as i32);
            assert_eq!(upper_bound(below), power);
            assert_eq!(bucket(power), below + 1);
            assert_eq!(bucket(power - 0.5), below);
        }
        assert_eq!(bucket(0.0), 0);
        assert_eq!(bucket(1e300), BUCKETS - 1);
        assert_eq!(bucket_below_octave(FIRST_OCTAVE), None);
    }
}
