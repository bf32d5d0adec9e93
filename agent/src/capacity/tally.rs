//! What has happened to the queues of one place since they are watched: sums that only grow, and their differences.

use super::QueueFacts;
use crate::snapshot::Sum;

/// So few messages say nothing about how long one takes.
const MIN_MESSAGES: u64 = 20;
/// So few timed messages say nothing about how long one waits.
const MIN_TIMED: u64 = 16;
/// So few looks say nothing about what is seen at them.
const MIN_LOOKS: u64 = 5;

/// The sums at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tally {
    /// When.
    pub(super) at: u64,
    /// Messages sent and received.
    pub(super) sent: u64,
    pub(super) received: u64,
    /// Messages in the queue times nanoseconds; `None` if the depth is not known.
    pub(super) depth: Option<f64>,
    /// The squares of what arrived between two looks, each over the nanoseconds between.
    pub(super) squares: f64,
    /// Looks, and those of them at which there was not exactly one queue.
    pub(super) looks: u64,
    pub(super) many: u64,
    /// Times of messages in the queue.
    pub(super) dwell: Sum,
    /// Nanoseconds in which workers waited for messages; `None` if not all workers are known.
    pub(super) idle: Option<u64>,
    /// Workers at this moment, and how often their number or what they wait for has changed.
    pub(super) workers: u32,
    pub(super) changes: u64,
    /// Closer looks, which show what workers do.
    pub(super) closer: u64,
    /// Senders seen at them to wait for room.
    pub(super) senders: u64,
    /// Workers seen at them with a message, and how many of these were on a processor, waited for one, or waited for a
    /// lock, permits, or room elsewhere.
    pub(super) busy: u64,
    pub(super) running: u64,
    pub(super) runnable: u64,
    pub(super) blocked: u64,
    /// Closer looks at which a worker was a worker of another queue too.
    pub(super) shared: u64,
}

/// What happened between two moments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    first: Tally,
    last: Tally,
}

impl Window {
    /// What happened between these; `None` if no time passed.
    pub(super) fn between(first: Tally, last: Tally) -> Option<Self> {
        (last.at > first.at).then_some(Self { first, last })
    }

    fn of(&self, field: impl Fn(&Tally) -> u64) -> u64 {
        field(&self.last).saturating_sub(field(&self.first))
    }

    fn nanos(&self) -> f64 {
        (self.last.at - self.first.at) as f64
    }

    /// How many of `part` there were for each of `whole`; `None` if there were too few.
    fn share(&self, part: impl Fn(&Tally) -> u64, whole: impl Fn(&Tally) -> u64) -> Option<f64> {
        let whole = self.of(whole);
        (whole >= MIN_LOOKS).then(|| self.of(part) as f64 / whole as f64)
    }

    /// The facts, without what they foretell.
    pub(super) fn facts(&self) -> QueueFacts {
        let seconds = self.nanos() / 1e9;
        let (arrivals, departures) =
            (self.of(|t| t.sent) as f64 / seconds, self.of(|t| t.received) as f64 / seconds);
        let depth = self.depth();
        let wait = self.wait();
        let little = depth
            .zip(wait)
            .map(|(depth, wait)| depth / (departures * wait))
            .filter(|ratio| ratio.is_finite());
        let workers = self.workers();
        let idle = workers.and_then(|workers| self.idle(workers));
        QueueFacts {
            window: seconds,
            arrivals,
            departures,
            dispersion: self.dispersion(),
            depth,
            wait,
            little,
            workers,
            utilization: idle.map(|idle| 1.0 - idle),
            service: workers.zip(idle).and_then(|(workers, idle)| self.service(workers, idle)),
            blocked: workers.and_then(|_| self.share(|t| t.blocked, |t| t.busy)),
            senders_waiting: self.share(|t| t.senders, |t| t.closer),
            error: None,
            advice: None,
        }
    }

    fn depth(&self) -> Option<f64> {
        let enough = self.of(|t| t.looks) >= MIN_LOOKS;
        Some((self.last.depth? - self.first.depth?) / self.nanos()).filter(|_| enough)
    }

    fn wait(&self) -> Option<f64> {
        let dwell = self.last.dwell.since(self.first.dwell);
        dwell.mean().filter(|_| dwell.count >= MIN_TIMED)
    }

    /// The workers, if all are known and they were the same number all the time.
    fn workers(&self) -> Option<u32> {
        let known = self.last.idle.is_some() && self.last.workers > 0;
        (known && self.of(|t| t.changes) == 0).then_some(self.last.workers)
    }

    /// The share of the time in which workers waited for messages.
    fn idle(&self, workers: u32) -> Option<f64> {
        let idle = self.last.idle?.checked_sub(self.first.idle?)? as f64;
        let share = idle / (f64::from(workers) * self.nanos());
        // More than all of the time, beyond what clocks differ by: somebody else waits there too.
        (share < 1.02).then(|| share.min(1.0))
    }

    fn service(&self, workers: u32, idle: f64) -> Option<f64> {
        let received = self.of(|t| t.received);
        let alone = self.of(|t| t.shared) == 0;
        let busy = f64::from(workers) * self.nanos() / 1e9 * (1.0 - idle);
        (alone && received >= MIN_MESSAGES).then(|| busy / received as f64)
    }

    /// The variance of arrivals between two looks over their mean, as if all looks were equally far apart.
    fn dispersion(&self) -> Option<f64> {
        let (looks, sent) = (self.of(|t| t.looks), self.of(|t| t.sent) as f64);
        if looks < 2 * MIN_LOOKS || sent < MIN_MESSAGES as f64 {
            return None;
        }
        let rate = sent / self.nanos();
        let squares = self.last.squares - self.first.squares;
        Some(((squares / rate - sent) / (looks as f64 - 1.0)).max(0.0))
    }

    /// Whether there was one queue all the time, whose senders never waited.
    pub(super) fn is_open(&self) -> bool {
        self.of(|t| t.many) == 0 && self.of(|t| t.senders) == 0 && self.of(|t| t.closer) >= MIN_LOOKS
    }

    /// The shares of their busy time in which workers waited for a processor, and in which they had one.
    pub(super) fn processors(&self) -> Option<(f64, f64)> {
        Some((self.share(|t| t.runnable, |t| t.busy)?, self.share(|t| t.running, |t| t.busy)?))
    }
}
