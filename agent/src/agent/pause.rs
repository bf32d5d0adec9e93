//! The time between two looks: it follows from what a look takes.

use crate::{recorder, snapshot};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// The least time between two looks.
const LOOK: Duration = Duration::from_millis(200);
/// The most time between two looks, however dear they are.
const SLOWEST: Duration = Duration::from_secs(600);
/// After how long a pause is shortened if there are fewer tasks to look at than there were.
const RECHECK: Duration = Duration::from_secs(5);
/// The time between two ticks for polls that are not timed.
const TICK: Duration = Duration::from_millis(100);

/// The time from one look to the next. It follows from what the look took, so that looks keep to their share of a
/// processor; and it gets shorter if most of the tasks that made it dear are gone.
#[derive(Debug)]
pub(super) struct Pause {
    pub(super) length: Duration,
    tasks: usize,
}

impl Default for Pause {
    fn default() -> Self {
        Self { length: LOOK, tasks: 0 }
    }
}

impl Pause {
    /// The pause after a look at so many tasks that took this much of a processor.
    pub(super) fn after(cost: Duration, tasks: usize, share: f64) -> Self {
        Self { length: LOOK.max(cost.div_f64(share)).min(SLOWEST), tasks }
    }

    /// Sleeps; false if the watcher is to stop.
    pub(super) fn passes(&self, stopped: &Receiver<()>) -> bool {
        let (mut slept, mut length) = (Duration::ZERO, self.length);
        while slept < length {
            let nap = (length - slept).min(RECHECK);
            if !naps(stopped, nap) {
                return false;
            }
            slept += nap;
            if slept < length && self.tasks > 0 {
                let left = snapshot::live_tasks() as f64 / self.tasks as f64;
                length = LOOK.max(self.length.mul_f64(left.min(1.0)));
            }
        }
        true
    }
}

/// Sleeps for that long; false if the watcher is to stop. Meanwhile it ticks for the polls that are not timed.
fn naps(stopped: &Receiver<()>, mut pause: Duration) -> bool {
    loop {
        let nap = if recorder::is_full() { pause } else { pause.min(TICK) };
        if stopped.recv_timeout(nap) != Err(RecvTimeoutError::Timeout) {
            return false;
        }
        recorder::tick();
        pause = pause.saturating_sub(nap);
        if pause.is_zero() {
            return true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn looks_keep_to_their_share_of_a_processor() {
        let after = |millis| Pause::after(Duration::from_micros(millis), 1, 0.005).length;
        assert_eq!(after(100), LOOK, "cheap looks are as often as they may");
        assert_eq!(after(10_000), Duration::from_secs(2));
        assert_eq!(after(500_000), Duration::from_secs(100));
        assert_eq!(after(60_000_000), SLOWEST);
    }

    #[test]
    fn a_pause_ends_with_the_watcher() {
        let (stop, stopped) = channel::<()>();
        drop(stop);
        assert!(!Pause::after(Duration::from_secs(1), 1, 0.005).passes(&stopped));
    }
}
