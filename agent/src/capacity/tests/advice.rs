//! What is foretold, against what comes.

use super::station::{Dice, Station};
use crate::capacity::{Advice, QueueFacts};
use crate::snapshot::{Op, TaskState};

fn exponential(dice: &mut Dice) -> f64 {
    dice.exponential(0.03)
}

fn busy(workers: usize, share: f64) -> Station {
    Station::new(workers, share * workers as f64 / 0.03, 900, exponential)
}

/// The pieces of advice of a run, with the facts that they came with.
fn advised(station: &Station) -> Vec<(QueueFacts, Advice)> {
    station.run().into_iter().filter_map(|(facts, _)| Some((facts.clone(), facts.advice?))).collect()
}

#[test]
fn more_workers_do_what_the_advice_says() {
    let all = advised(&busy(8, 0.85));
    let (facts, advice) = all.last().expect("advice");
    assert!((9..=12).contains(&advice.workers), "{advice:?}");
    let wait = facts.wait.expect("known");
    assert!(advice.wait <= wait / 2.0, "{advice:?}");
    assert!(advice.error > 0.0 && advice.error < 0.5, "{advice:?}");
    let start = format!("at {:.0} messages/s and ", facts.arrivals);
    assert!(advice.text.starts_with(&start), "{}", advice.text);
    assert!(
        advice
            .text
            .contains(&format!("8 workers are {:.0} % busy", facts.utilization.expect("known") * 100.0)),
        "{}",
        advice.text
    );
    assert!(advice.text.contains(&format!("; with {} it would wait ", advice.workers)), "{}", advice.text);
    assert!(
        advice
            .text
            .ends_with(&format!("(predictions of the last 5 min were off by {:.0} %)", advice.error * 100.0)),
        "{}",
        advice.text
    );

    // The same jobs, with as many workers as were advised: the mean over the run is what was foretold on average.
    let mut more = busy(8, 0.85);
    more.workers = advice.workers as usize;
    let mean = |waits: Vec<f64>| waits.iter().sum::<f64>() / waits.len() as f64;
    let then = mean(more.run().into_iter().filter_map(|(facts, _)| facts.wait).collect());
    let foretold =
        mean(all.iter().filter(|(_, a)| a.workers == advice.workers).map(|(_, a)| a.wait).collect());
    assert!((then - foretold).abs() < 0.35 * then, "{foretold} foretold, {then} came");
}

#[test]
fn nothing_is_said_before_it_was_tried() {
    let run = busy(8, 0.85).run();
    let first = run.iter().position(|(facts, _)| facts.advice.is_some()).expect("advice");
    // A window to measure, one to judge, and as many again.
    assert!(first >= 12, "{first}");
    assert!(
        run[..first].iter().all(|(facts, _)| facts.error.is_none() || facts.error > Some(0.5)),
        "{first}"
    );
}

#[test]
fn nothing_is_said_of_workers_that_are_not_the_matter() {
    assert_eq!(advised(&busy(8, 0.5)), [], "they have time");
    assert_eq!(advised(&busy(2, 1.1)), [], "no wait is foretold of a queue that only grows");
    let elsewhere = Station { elsewhere: Some(Op::Acquire), ..busy(8, 0.85) };
    assert_eq!(advised(&elsewhere), [], "they wait for permits");
    let delayed = Station { at_work: TaskState::Runnable, ..busy(8, 0.85) };
    assert_eq!(advised(&delayed), [], "they wait for a processor");
}

#[test]
fn processors_are_an_end_to_more_workers() {
    let running = |processors| Station { at_work: TaskState::Running, processors, ..busy(8, 0.85) };
    assert!(!advised(&running(16)).is_empty());
    assert_eq!(advised(&running(8)), [], "a ninth worker would have no processor");
}

#[test]
fn a_load_that_swings_is_not_foretold() {
    let mut station = busy(4, 0.6);
    // Ten seconds of every fifty, three times as many come.
    let swings = |job: &(u64, u64)| {
        let times = if job.0 / 1_000_000_000 % 53 < 12 { 3 } else { 1 };
        std::iter::repeat_n(*job, times)
    };
    station.jobs = station.jobs.iter().flat_map(swings).collect();
    for (facts, _) in station.run() {
        assert!(facts.advice.is_none() || facts.error.is_some_and(|error| error <= 0.5), "{facts:?}");
    }
}
