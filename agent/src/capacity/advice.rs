//! What more workers would change, in one sentence that says how good such sentences have been.

use super::foresight::Foresight;
use super::tally::Window;
use super::{QueueFacts, erlang, text};

/// Below this utilization nobody asks.
const BUSY: f64 = 0.7;
/// A shorter wait is nothing to mend, in seconds.
const WORTH: f64 = 0.001;
/// A model that was off by more than this on average says nothing.
const MOST_ERROR: f64 = 0.5;
/// Workers that wait elsewhere, or for a processor, for more than this share of their busy time do not get faster by
/// company.
const MOST_HELD_UP: f64 = 0.1;

/// What more workers would change.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// So many workers would halve the wait.
    pub workers: u32,
    /// The mean wait that a message would then have, in seconds.
    pub wait: f64,
    /// The mean relative error of the waits that were foretold in the same way, and the seconds in which these were.
    pub error: f64,
    /// See `error`.
    pub judged: f64,
    /// All of it in a sentence.
    pub text: String,
}

/// How many workers would halve the wait, if the facts and what was foretold before allow to say so. `step` is the length
/// of a step in seconds.
pub(super) fn advise(
    facts: &QueueFacts,
    window: &Window,
    foresight: &Foresight,
    processors: f64,
    step: f64,
) -> Option<Advice> {
    let (workers, wait, service) = (facts.workers?, facts.wait?, facts.service?);
    let utilization = facts.utilization.filter(|share| *share >= BUSY)?;
    let (error, judged) = foresight.error().filter(|(error, _)| *error <= MOST_ERROR)?;
    let (delayed, running) = window.processors()?;
    let held_up = facts.blocked? > MOST_HELD_UP || delayed > MOST_HELD_UP;
    if !window.is_open() || wait < WORTH || held_up {
        return None;
    }
    let now = foresight.wait(facts, workers)?;
    let most = (4 * workers + 4).min(erlang::MOST_SERVERS);
    let (more, then) = (workers + 1..=most)
        .filter_map(|more| Some((more, foresight.wait(facts, more)?)))
        .find(|(_, then)| *then <= now / 2.0)?;
    // All at work at once must find a processor, or they wait for one instead.
    if running * f64::from(more) > processors {
        return None;
    }
    let judged = judged as f64 * step;
    let text = format!(
        "at {} messages/s and {} each, {} {:.0} % busy and a message waits {}; with {more} it would \
         wait {} (predictions of the last {} were off by {:.0} %)",
        text::rate(facts.arrivals),
        text::duration(service),
        text::workers_are(workers, ""),
        utilization * 100.0,
        text::duration(wait),
        text::duration(then * wait / now),
        text::span(judged),
        error * 100.0,
    );
    Some(Advice { workers: more, wait: then * wait / now, error, judged, text })
}
