//! What is known of queues and pools over the last window, as the API shows it.

use crate::capacity::{Advice, PoolFacts, QueueFacts};
use serde::Serialize;

/// The queues of one place.
#[derive(Debug, Serialize)]
pub(crate) struct QueueingDto<'a> {
    window_seconds: f64,
    arrivals_per_second: f64,
    departures_per_second: f64,
    /// The variance of the number of arrivals over their mean: 1 for independent ones.
    arrivals_dispersion: Option<f64>,
    depth_mean: Option<f64>,
    wait_seconds: Option<f64>,
    little_ratio: Option<f64>,
    workers: Option<u32>,
    utilization: Option<f64>,
    service_seconds: Option<f64>,
    workers_blocked_ratio: Option<f64>,
    senders_waiting_mean: Option<f64>,
    prediction_error: Option<f64>,
    advice: Option<AdviceDto<'a>>,
}

/// What more workers would change.
#[derive(Debug, Serialize)]
struct AdviceDto<'a> {
    workers: u32,
    wait_seconds: f64,
    prediction_error: f64,
    judged_seconds: f64,
    text: &'a str,
}

/// The tasks of a pool that come and go.
#[derive(Debug, Serialize)]
pub(crate) struct FlowDto {
    window_seconds: f64,
    arrivals_per_second: f64,
    departures_per_second: f64,
    live_mean: f64,
    residence_seconds: Option<f64>,
    little_ratio: Option<f64>,
}

impl<'a> QueueingDto<'a> {
    pub(crate) fn new(facts: &'a QueueFacts) -> Self {
        Self {
            window_seconds: facts.window,
            arrivals_per_second: facts.arrivals,
            departures_per_second: facts.departures,
            arrivals_dispersion: facts.dispersion,
            depth_mean: facts.depth,
            wait_seconds: facts.wait,
            little_ratio: facts.little,
            workers: facts.workers,
            utilization: facts.utilization,
            service_seconds: facts.service,
            workers_blocked_ratio: facts.blocked,
            senders_waiting_mean: facts.senders_waiting,
            prediction_error: facts.error,
            advice: facts.advice.as_ref().map(AdviceDto::new),
        }
    }
}

impl<'a> AdviceDto<'a> {
    fn new(advice: &'a Advice) -> Self {
        Self {
            workers: advice.workers,
            wait_seconds: advice.wait,
            prediction_error: advice.error,
            judged_seconds: advice.judged,
            text: &advice.text,
        }
    }
}

impl FlowDto {
    pub(crate) fn new(facts: &PoolFacts) -> Self {
        Self {
            window_seconds: facts.window,
            arrivals_per_second: facts.arrivals,
            departures_per_second: facts.departures,
            live_mean: facts.live,
            residence_seconds: facts.residence,
            little_ratio: facts.little,
        }
    }
}
