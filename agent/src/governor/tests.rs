//! The governor, by hand-written readings.

use super::{Governor, Price, Reading};

const PRICE: Price = Price { stamp: 20.0, poll: 30.0, note: 50.0 };

/// A process that polls at a constant rate; each poll takes `cpu` nanoseconds.
fn after(polls: u64, cpu: u64, one_in: u64) -> Reading {
    Reading { process_cpu: polls * cpu, polls, stamps: 3 * polls / one_in, ..Reading::default() }
}

#[test]
fn shares_are_counts_times_prices() {
    let now = Reading {
        process_cpu: 1_000_000,
        agent_cpu: 2_000,
        spawns: 10,
        polls: 100,
        messages: 10,
        holds: 10,
        stamps: 300,
        notes: 40,
    };
    let shares = PRICE.shares(&Reading::default(), &now).expect("time has passed");
    let fixed = (100.0 + 10.0 * 3.8 + 10.0 * 0.8 + 10.0 * 0.7) * 30.0 / 1e6;
    assert!((shares.overhead.fixed - fixed).abs() < 1e-12);
    assert!((shares.stamps - 0.006).abs() < 1e-12);
    assert!((shares.notes - 0.002).abs() < 1e-12);
    assert!((shares.overhead.optional - 0.010).abs() < 1e-12);
}

#[test]
fn no_share_is_known_without_time() {
    assert_eq!(PRICE.shares(&after(5, 10, 1), &after(5, 10, 1)), None);
    let mut governor = Governor::new(PRICE, 0.01, 8);
    governor.update(after(0, 0, 1));
    governor.update(after(10, 1_000, 1));
    assert_eq!(governor.overhead(), None, "too little happened");
}

#[test]
fn cheap_polls_are_timed_less_often_until_the_budget_holds() {
    let mut governor = Governor::new(PRICE, 0.01, 8);
    let mut now = after(0, 0, 1);
    governor.update(now);
    // Polls of 1 us: all of them timed would cost 6 %.
    for _ in 0..20 {
        let polls = 1_000_000;
        now.process_cpu += polls * 1_000;
        now.polls += polls;
        now.stamps += 3 * polls / (1 << governor.level());
        governor.update(now);
    }
    assert_eq!(governor.level(), 4, "60 ns of 1000, over 16, is less than half a percent");
    let fixed = governor.overhead().expect("known").fixed;
    assert!((fixed - 0.03).abs() < 1e-9, "the fixed part is not lowered: {fixed}");
}

#[test]
fn long_polls_are_all_timed_again() {
    let mut governor = Governor::new(PRICE, 0.01, 8);
    let mut now = Reading::default();
    governor.update(now);
    for (polls, cpu) in [(1_000_000, 1_000_000_000); 6].into_iter().chain([(1_000, 1_000_000_000); 6]) {
        now.process_cpu += cpu;
        now.polls += polls;
        now.stamps += 3 * polls / (1 << governor.level());
        governor.update(now);
    }
    assert_eq!(governor.level(), 0);
}

#[test]
fn the_level_has_an_end() {
    let mut governor = Governor::new(PRICE, 1e-9, 3);
    let mut now = Reading::default();
    for _ in 0..10 {
        governor.update(now);
        now.process_cpu += 1_000_000_000;
        now.stamps += 1_000_000;
    }
    assert_eq!(governor.level(), 3);
}

#[test]
fn events_that_cost_too_much_are_followed_by_a_rest() {
    let mut governor = Governor::new(PRICE, 0.01, 8);
    let mut now = Reading::default();
    governor.update(now);
    for (notes, rest) in [(50_000, 0.0), (400_000, 3.0), (0, 0.0)] {
        now.process_cpu += 1_000_000_000;
        now.notes += notes;
        governor.update(now);
        assert!((governor.rest() - rest).abs() < 1e-9, "{notes}: {}", governor.rest());
    }
}
