//! What is known of queues and pools over the last window.

use super::{Advice, text};
use crate::id::{PoolId, ResourceGroupId};
use std::collections::BTreeMap;

/// What is known of all queues and pools in use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The queues that are created at one place, if anything went through them.
    pub queues: BTreeMap<ResourceGroupId, QueueFacts>,
    /// The pools in which tasks were spawned or ended.
    pub pools: BTreeMap<PoolId, PoolFacts>,
}

/// The queues of one place over a window. What is not known is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueueFacts {
    /// The length of the window in seconds.
    pub window: f64,
    /// Messages sent, in a second.
    pub arrivals: f64,
    /// Messages received, in a second.
    pub departures: f64,
    /// How bursty they arrive: the variance of their number over what it is for independent arrivals, which is 1.
    pub dispersion: Option<f64>,
    /// The mean number of messages in the queue.
    pub depth: Option<f64>,
    /// The mean time that a message is in the queue, in seconds.
    pub wait: Option<f64>,
    /// Little's law: the mean depth over arrivals times wait. 1 if nothing but chance is between the two measurements.
    pub little: Option<f64>,
    /// The tasks that receive; `None` if that is not known, or if their number changed in the window.
    pub workers: Option<u32>,
    /// The share of the time in which they did not wait for a message.
    pub utilization: Option<f64>,
    /// The mean time that a worker has a message, in seconds: until it asks for the next one.
    pub service: Option<f64>,
    /// The share of their busy time in which the workers waited for a lock, for permits, or for room in another queue.
    pub blocked: Option<f64>,
    /// The mean number of senders that wait for room.
    pub senders_waiting: Option<f64>,
    /// By how much the waits that were foretold in the last minutes were off, relative to those that came.
    pub error: Option<f64>,
    /// What more workers would change, if that can be said.
    pub advice: Option<Advice>,
}

/// The tasks of one pool over a window, as jobs that come and go.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PoolFacts {
    /// The length of the window in seconds.
    pub window: f64,
    /// Tasks spawned, in a second.
    pub arrivals: f64,
    /// Tasks that ended, in a second.
    pub departures: f64,
    /// The mean number of live tasks.
    pub live: f64,
    /// The mean lifetime of those that ended, in seconds.
    pub residence: Option<f64>,
    /// Little's law: the mean number of live tasks over departures times lifetime. More than 1 if tasks live on for longer
    /// than those that ended.
    pub little: Option<f64>,
}

/// The utilization up to which workers keep up: beyond it, any irregularity makes them fall behind.
const KEEPS_UP: f64 = 0.9;

/// A law that was off by more than this says nothing.
const TRUSTED: f64 = 0.25;

impl QueueFacts {
    /// The load that arrives, in workers that it keeps busy.
    pub(super) fn load(&self) -> Option<f64> {
        Some(self.arrivals * self.service?)
    }

    /// How many workers would keep up with so many messages in a second, in words; `None` if that is not known, if there
    /// are as many, or if they wait elsewhere: then more of them would wait there.
    pub fn enough_workers(&self, arrivals: f64) -> Option<String> {
        let (workers, service) = (self.workers?, self.service?);
        let enough = (arrivals * service / KEEPS_UP).ceil();
        let alone = self.blocked.is_some_and(|share| share < 1.0 - KEEPS_UP);
        (alone && enough > f64::from(workers)).then(|| {
            format!(
                "at {} messages/s and {} each it takes {enough:.0} workers to keep up, and there {}",
                text::rate(arrivals),
                text::duration(service),
                text::are(workers),
            )
        })
    }

    /// What the workers do, in words; `None` if that is not known.
    pub fn at_work(&self) -> Option<String> {
        let (workers, busy) = (self.workers?, self.utilization?);
        let each = self.service.map_or_else(String::new, |service| {
            format!(" with {} for each message", text::duration(service))
        });
        let blocked =
            self.blocked.filter(|share| *share >= 1.0 - KEEPS_UP).map_or_else(String::new, |share| {
                format!(
                    ", and wait elsewhere for locks, permits or room in {:.0} % of that time",
                    share * 100.0
                )
            });
        Some(format!("{} {:.0} % busy{each}{blocked}", text::workers_are(workers, "its "), busy * 100.0))
    }
}

impl PoolFacts {
    /// What its tasks did over the window, in words, with how far off Little's law was for them; `None` if that is not known,
    /// or if it was so far off that tasks do not come and go as these numbers say.
    pub fn in_words(&self) -> Option<String> {
        let (residence, little) = (self.residence?, self.little?);
        let error = (1.0 - 1.0 / little).abs();
        (error <= TRUSTED).then(|| {
            format!(
                "in the last {} tasks of its pool came at {}/s and lived {} each, which makes {:.1} at a time by Little's law; \
                 it was off by {:.0} %",
                text::span(self.window),
                text::rate(self.arrivals),
                text::duration(residence),
                self.departures * residence,
                error * 100.0,
            )
        })
    }
}
