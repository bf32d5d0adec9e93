//! What is measured, against what the simulation did.

use super::station::{Dice, Station, Turns};
use crate::capacity::{QueueFacts, erlang};
use crate::snapshot::TaskState;
use proptest::prelude::*;

/// Whether two numbers differ by no more than this share of the second.
fn near(found: Option<f64>, wanted: f64, share: f64) -> bool {
    found.is_some_and(|found| (found - wanted).abs() <= wanted * share)
}

fn last(station: &Station) -> (QueueFacts, f64) {
    station.run().pop().expect("a step")
}

fn exponential(mean: f64) -> impl FnMut(&mut Dice) -> f64 {
    move |dice| dice.exponential(mean)
}

#[test]
fn rates_times_and_utilization_are_those_of_the_program() {
    for turns in [Turns::Free, Turns::Locked] {
        let station = Station { turns, ..Station::new(8, 240.0, 130, exponential(0.025)) };
        let (facts, waited) = last(&station);
        assert!((facts.window - 60.0).abs() < 1e-9, "{facts:?}");
        assert!(
            near(Some(facts.arrivals), 240.0, 0.03) && near(Some(facts.departures), 240.0, 0.03),
            "{facts:?}"
        );
        assert_eq!(facts.workers, Some(8), "{turns:?}");
        assert!(near(facts.service, 0.025, 0.03), "{turns:?}: {facts:?}");
        assert!(near(facts.utilization, 240.0 * 0.025 / 8.0, 0.03), "{turns:?}: {facts:?}");
        assert!(near(facts.wait, waited, 0.15), "{waited}: {facts:?}");
        assert!(near(facts.little, 1.0, 0.2), "{facts:?}");
        assert!(near(facts.dispersion, 1.0, 0.25), "{facts:?}");
        assert_eq!((facts.blocked, facts.senders_waiting), (Some(0.0), Some(0.0)));
    }
}

#[test]
fn the_wait_of_independent_arrivals_is_the_one_of_the_formula() {
    // Over a long time, so that chance does not matter much: half an hour of a queue that is 85 % busy.
    let waits: Vec<f64> =
        Station::new(4, 170.0, 1800, exponential(0.02)).run().iter().filter_map(|(f, _)| f.wait).collect();
    let mean = waits.iter().sum::<f64>() / waits.len() as f64;
    let formula = erlang::wait(4, 170.0 * 0.02).expect("it keeps up") * 0.02;
    assert!(near(Some(mean), formula, 0.1), "{mean} for {formula}");
}

#[test]
fn bursts_show_in_the_dispersion() {
    let mut station = Station::new(8, 24.0, 130, exponential(0.01));
    // Ten at a time instead of one.
    station.jobs = station.jobs.iter().flat_map(|job| [*job; 10]).collect();
    let (facts, _) = last(&station);
    assert!(near(facts.dispersion, 10.0, 0.25), "{facts:?}");
    assert!(near(Some(facts.arrivals), 240.0, 0.1), "{facts:?}");
}

#[test]
fn workers_that_change_in_number_are_not_told() {
    // Two of the four come and go: what they were busy with is not known.
    let mut station = Station::new(2, 40.0, 55, exponential(0.02));
    let (early, _) = last(&station);
    assert_eq!(early.workers, Some(2));
    station.workers = 70;
    station.jobs = Station::new(70, 3000.0, 60, exponential(0.02)).jobs;
    let (many, _) = last(&station);
    assert_eq!((many.workers, many.utilization, many.service), (None, None, None), "more than are watched");
    assert!(many.wait.is_some() && many.depth.is_some(), "what does not depend on workers is known");
}

#[test]
fn a_queue_that_few_messages_go_through_says_little() {
    let (facts, _) = last(&Station::new(2, 0.1, 130, exponential(0.02)));
    assert_eq!(
        (facts.wait, facts.service, facts.dispersion, facts.little),
        (None, None, None, None),
        "{facts:?}"
    );
    assert!(facts.utilization.is_some_and(|share| share < 0.01), "{facts:?}");
}

#[test]
fn a_queue_that_nobody_uses_is_forgotten() {
    let mut station = Station::new(2, 40.0, 30, exponential(0.02));
    station.jobs.push((200_000_000_000, 1));
    let steps: Vec<f64> = station.run().iter().map(|(facts, _)| facts.arrivals).collect();
    assert_eq!(steps.last(), Some(&0.0), "the window after the last message is the last that is told");
    assert!(steps.len() < 12, "{steps:?}");
}

#[test]
fn workers_at_work_are_seen() {
    let station = Station { at_work: TaskState::Runnable, ..Station::new(2, 70.0, 130, exponential(0.02)) };
    let (facts, _) = last(&station);
    assert!(near(facts.utilization, 0.7, 0.05), "{facts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Little's law holds whatever comes and however long it takes, as long as the queue does not only grow.
    #[test]
    fn littles_law(workers in 1_usize..12, load in 0.3_f64..0.9, burst in 1_usize..6, fixed in any::<bool>()) {
        let service = 0.02;
        let rate = load * workers as f64 / service / burst as f64;
        let time = move |dice: &mut Dice| if fixed { service } else { dice.exponential(service) };
        let mut station = Station::new(workers, rate, 130, time);
        station.jobs = station.jobs.iter().flat_map(|job| std::iter::repeat_n(*job, burst)).collect();
        let (facts, waited) = last(&station);
        prop_assert_eq!(facts.workers, Some(workers as u32));
        prop_assert!(near(facts.service, service, 0.12), "{:?}", facts);
        // What is measured at looks and for one message in 16 must be near what the simulation knows of all.
        let depth = facts.departures * waited;
        if depth > 0.3 {
            prop_assert!(near(facts.depth, depth, 0.4), "{} for {:?}", depth, facts);
        }
    }
}
