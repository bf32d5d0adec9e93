//! How long messages will wait: foretold at each step for a window from then on, and judged when that is over.
//!
//! The model is that of Allen and Cunneen: the wait of M/M/c, times a factor for how irregular arrivals and service are,
//! (ca² + cs²) / 2 by their coefficients of variation. Service times are known by their mean only, so the factor is not
//! put together from its parts: it is what the waits of the last minutes were over those of M/M/c. It then holds all that
//! makes these waits different, bursts and batches included, and is near 1 for independent arrivals and exponential
//! service.

use super::{QueueFacts, erlang};
use std::collections::VecDeque;

/// Steps after which a foretold wait is judged: the window is over.
pub(super) const WINDOW: u64 = 6;
/// Steps that are remembered: five windows.
const MEMORY: usize = 5 * WINDOW as usize;
/// So many windows must have been judged, those that overlap included, before their error is told.
const MIN_JUDGED: usize = WINDOW as usize;
/// Above this utilization the wait is what the length of the queue was at the beginning, and no model tells it.
const SATURATED: f64 = 0.985;

/// What was foretold of one queue, and how well.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Foresight {
    step: u64,
    /// Waits that are foretold, by the step at which they are judged.
    open: VecDeque<(u64, f64)>,
    /// Errors of those that were judged, relative to the waits that came.
    errors: VecDeque<f64>,
    /// Waits of the last windows, measured and by the model without the factor.
    waits: VecDeque<(f64, f64)>,
}

/// The wait by the model without the factor, in seconds, with this number of workers.
fn modelled(facts: &QueueFacts, workers: u32) -> Option<f64> {
    Some(erlang::wait(workers, facts.load()?)? * facts.service?)
}

impl Foresight {
    /// Takes in the facts of the window that ends now: judges what was foretold of it, and foretells the next one.
    /// `open` says whether the model applies at all.
    pub(super) fn step(&mut self, facts: &QueueFacts, open: bool) {
        self.step += 1;
        while let Some((_, foretold)) = self.open.front().copied().filter(|(step, _)| *step <= self.step) {
            self.open.pop_front();
            if let Some(wait) = facts.wait.filter(|wait| open && *wait > 0.0) {
                keep(&mut self.errors, (foretold - wait).abs() / wait);
            }
        }
        let calm = open && facts.utilization.is_some_and(|share| share < SATURATED);
        let (Some(wait), Some(workers), true) = (facts.wait, facts.workers, calm) else { return };
        let Some(model) = modelled(facts, workers).filter(|model| *model > 0.0) else { return };
        keep(&mut self.waits, (wait, model));
        if let Some(foretold) = self.wait(facts, workers) {
            self.open.push_back((self.step + WINDOW, foretold));
        }
    }

    /// The wait that these facts make likely with this number of workers, in seconds.
    pub(super) fn wait(&self, facts: &QueueFacts, workers: u32) -> Option<f64> {
        let (measured, model) =
            self.waits.iter().fold((0.0, 0.0), |sum, wait| (sum.0 + wait.0, sum.1 + wait.1));
        (model > 0.0)
            .then_some(measured / model)
            .zip(modelled(facts, workers))
            .map(|(factor, model)| factor * model)
    }

    /// The mean error of what was foretold, and over how many steps; `None` if too little was judged.
    pub(super) fn error(&self) -> Option<(f64, usize)> {
        let judged = self.errors.len();
        (judged >= MIN_JUDGED).then(|| (self.errors.iter().sum::<f64>() / judged as f64, judged))
    }
}

/// Adds to a list that remembers the last steps.
fn keep<T>(list: &mut VecDeque<T>, value: T) {
    list.push_back(value);
    if list.len() > MEMORY {
        list.pop_front();
    }
}
