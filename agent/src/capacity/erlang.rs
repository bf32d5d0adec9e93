//! The queue of many servers in which nothing is known but means: Erlang's formulas.

/// The most servers that are reckoned with.
pub(super) const MOST_SERVERS: u32 = 4096;

/// The probability that an arrival finds all servers busy, in a queue of Poisson arrivals and exponential service
/// (M/M/c). `load` is the arrival rate times the mean service time. `None` if the servers do not keep up with it.
pub(super) fn all_busy(servers: u32, load: f64) -> Option<f64> {
    let possible = (1..=MOST_SERVERS).contains(&servers) && load >= 0.0 && load < f64::from(servers);
    if !possible {
        return None;
    }
    // Erlang B, the probability of a loss without a queue, by its recursion over the servers: nothing overflows.
    let loss = (1..=servers).fold(1.0, |loss, n| load * loss / (f64::from(n) + load * loss));
    let utilization = load / f64::from(servers);
    Some(loss / (1.0 - utilization * (1.0 - loss)))
}

/// The mean time that an arrival waits for a server in that queue, in units of the service time.
pub(super) fn wait(servers: u32, load: f64) -> Option<f64> {
    Some(all_busy(servers, load)? / (f64::from(servers) - load))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Published values of Erlang's C formula.
    #[test]
    fn known_values() {
        for (servers, load, busy) in [
            (1, 0.5, 0.5),
            (1, 0.9, 0.9),
            (2, 1.0, 1.0 / 3.0),
            (3, 2.0, 4.0 / 9.0),
            (4, 3.0, 0.509_433_96),
            (10, 8.0, 0.409_180_15),
        ] {
            let found = all_busy(servers, load).expect("it keeps up");
            assert!((found - busy).abs() < 1e-6, "C({servers}, {load}) = {found}");
        }
        // M/M/1: the load over what is left.
        assert!((wait(1, 0.8).expect("it keeps up") - 4.0).abs() < 1e-12);
    }

    #[test]
    fn what_does_not_keep_up_has_no_wait() {
        for (servers, load) in
            [(1, 1.0), (3, 3.5), (0, 0.0), (2, f64::NAN), (2, -1.0), (MOST_SERVERS + 1, 1.0)]
        {
            assert_eq!(wait(servers, load), None, "{servers} {load}");
        }
        assert_eq!(wait(4, 0.0), Some(0.0));
    }

    proptest! {
        #[test]
        fn it_is_a_probability_and_more_servers_wait_less(servers in 1_u32..200, share in 0.01_f64..0.99) {
            let load = share * f64::from(servers);
            let busy = all_busy(servers, load).expect("it keeps up");
            prop_assert!((0.0..=1.0).contains(&busy));
            // Never more than the share of the time in which one server alone would be busy.
            prop_assert!(busy <= share + 1e-12);
            prop_assert!(wait(servers + 1, load) < wait(servers, load));
            prop_assert!(wait(servers, load * 1.01).is_none_or(|more| Some(more) > wait(servers, load)));
        }
    }
}
