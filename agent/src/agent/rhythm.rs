//! The time between two looks: it follows from what a look takes.
//!
//! A look at all tasks costs as much as there are tasks. If that makes looks rare, there are glances between them, which look
//! for what is certain alone and cost much less. Looks and glances share what they may cost.

use crate::{recorder, snapshot};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// The least time between two looks.
const LOOK: Duration = Duration::from_millis(200);
/// The most time between two looks, however dear they are.
const SLOWEST: Duration = Duration::from_secs(600);
/// The least time between two glances, but for one that confirms what the one before showed. Looks that come more often
/// than this need none.
const GLANCE: Duration = Duration::from_secs(2);
/// Looks at fewer tasks have no glances between them: it is not the tasks that make them dear.
const MANY: usize = 10_000;
/// The most, and the least, of their common share that glances take.
const GLANCES: (f64, f64) = (0.75, 0.1);
/// After how long a pause is shortened if there are fewer tasks to look at than there were.
const RECHECK: Duration = Duration::from_secs(5);
/// The time between two ticks for polls that are not timed.
const TICK: Duration = Duration::from_millis(100);

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A look at all there is.
    Look,
    /// One at those who may be stuck.
    Glance,
}

/// The glances between looks.
#[derive(Clone, Copy, Debug, Default)]
struct Glances {
    length: Duration,
    left: Duration,
    cost: Duration,
    /// What glances cost since the last whole pause.
    debt: Duration,
}

/// When looks and glances come, so that they keep to their share of a processor. A pause gets shorter if most of the tasks
/// that made looks dear are gone.
#[derive(Debug)]
pub(super) struct Rhythm {
    share: f64,
    /// The part of it that glances may cost, for now.
    for_glances: f64,
    length: Duration,
    left: Duration,
    tasks: usize,
    glances: Option<Glances>,
}

impl Rhythm {
    /// For looks that may cost this share of a processor.
    pub(super) fn new(share: f64) -> Self {
        Self { share, for_glances: share * GLANCES.0, length: LOOK, left: LOOK, tasks: 0, glances: None }
    }

    /// The time between two looks.
    pub(super) fn looks(&self) -> Duration {
        self.length
    }

    /// The time between two glances, and what one costs.
    pub(super) fn glances(&self) -> Option<(Duration, Duration)> {
        self.glances.map(|glances| (glances.length, glances.cost))
    }

    /// Takes in what a look at so many tasks cost.
    pub(super) fn looked(&mut self, cost: Duration, tasks: usize) {
        let alone = cost.div_f64(self.share);
        self.glances = match self.glances {
            _ if alone <= GLANCE || tasks < MANY => None,
            glances => glances.or_else(|| Some(Glances::default())),
        };
        let (most, least) = (self.share * GLANCES.0, self.share * GLANCES.1);
        let taken = self.glances.map_or(0.0, |glances| match glances.length {
            // There was none yet.
            Duration::ZERO => most,
            length => glances.cost.div_duration_f64(length),
        });
        self.length = cost.div_f64(self.share - taken.min(most)).clamp(LOOK, SLOWEST);
        // Looks that would have to be rarer take more.
        self.for_glances = (self.share - cost.div_duration_f64(self.length)).clamp(least, most);
        (self.left, self.tasks) = (self.length, tasks);
    }

    /// Takes in what a glance cost; after a suspicion the next one, which may confirm it, comes at once.
    pub(super) fn glanced(&mut self, cost: Duration, suspicion: bool) {
        let Some(glances) = &mut self.glances else { return };
        let pause = |cost: Duration| cost.div_f64(self.for_glances).clamp(GLANCE, SLOWEST);
        let in_debt = !glances.debt.is_zero();
        (glances.cost, glances.length) = (cost, pause(cost));
        glances.debt += cost;
        glances.left = if suspicion && !in_debt { LOOK } else { pause(std::mem::take(&mut glances.debt)) };
    }

    /// Sleeps until there is something to do; `None` if the watcher is to stop.
    pub(super) fn passes(&mut self, stopped: &Receiver<()>) -> Option<Next> {
        while !self.left.is_zero() {
            let glance = self.glances.map(|glances| glances.left);
            if glance.is_some_and(|left| left.is_zero()) {
                return Some(Next::Glance);
            }
            let nap = self.left.min(glance.unwrap_or(RECHECK)).min(RECHECK);
            if !naps(stopped, nap) {
                return None;
            }
            self.left -= nap;
            if let Some(glances) = &mut self.glances {
                glances.left -= nap;
            }
            if self.tasks > 0 {
                let slept = self.length.saturating_sub(self.left);
                let alive = (snapshot::live_tasks() as f64 / self.tasks as f64).min(1.0);
                self.left = self.left.min(LOOK.max(self.length.mul_f64(alive)).saturating_sub(slept));
            }
        }
        Some(Next::Look)
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

    const fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn looks_keep_to_their_share_of_a_processor() {
        let after = |micros| {
            let mut rhythm = Rhythm::new(0.005);
            rhythm.looked(Duration::from_micros(micros), MANY);
            rhythm
        };
        assert_eq!(after(100).looks(), LOOK, "cheap looks are as often as they may");
        assert_eq!(after(10_000).looks(), millis(2_000));
        assert!(after(10_000).glances().is_none(), "there is no need for any");
        assert_eq!(after(100_000).looks(), millis(80_000), "glances take the most of it");
        assert_eq!(after(60_000_000).looks(), SLOWEST);
        let mut small = Rhythm::new(0.005);
        small.looked(millis(100), MANY - 1);
        assert_eq!((small.looks(), small.glances()), (millis(20_000), None));
    }

    /// What is done in this time, and when, if a look and a glance cost so much.
    fn acts(seconds: u64, look: Duration, glance: Duration, suspects: &[usize]) -> Vec<(Duration, Next)> {
        let mut rhythm = Rhythm::new(0.005);
        let (mut at, mut acts, mut glances) = (Duration::ZERO, Vec::new(), 0);
        while at.as_secs() < seconds {
            let glance_left = rhythm.glances.map_or(Duration::MAX, |glances| glances.left);
            let nap = rhythm.left.min(glance_left);
            at += nap;
            rhythm.left -= nap;
            if let Some(glances) = &mut rhythm.glances {
                glances.left -= nap;
            }
            if rhythm.left.is_zero() {
                rhythm.looked(look, MANY);
                acts.push((at, Next::Look));
            } else {
                glances += 1;
                rhythm.glanced(glance, suspects.contains(&glances));
                acts.push((at, Next::Glance));
            }
        }
        acts
    }

    #[test]
    fn glances_come_between_rare_looks_and_keep_to_the_share_with_them() {
        for (look, glance) in [(15, 1), (60, 3), (700, 30), (2_000, 200)] {
            let acts = acts(20_000, millis(look), millis(glance), &[]);
            let count = |what| acts.iter().filter(|(_, next)| *next == what).count() as u64;
            let cost = count(Next::Look) * look + count(Next::Glance) * glance;
            assert!(cost <= 105_000 && cost > 60_000, "{look} {glance}: {cost} ms of 100 s");
            assert!(count(Next::Glance) > count(Next::Look));
        }
        let acts = acts(1_000, millis(700), millis(30), &[]);
        let glances: Vec<Duration> =
            acts.iter().filter(|act| act.1 == Next::Glance).map(|act| act.0).collect();
        assert!(glances.windows(2).all(|pair| pair[1] - pair[0] <= millis(8_000)), "{glances:?}");
    }

    #[test]
    fn a_suspicion_is_looked_at_again_at_once_and_paid_for_later() {
        let times = |suspects: &[usize]| -> Vec<Duration> {
            let acts = acts(60, millis(700), millis(30), suspects);
            acts.into_iter().filter(|act| act.1 == Next::Glance).map(|act| act.0).collect()
        };
        let (usual, hurried) = (times(&[]), times(&[3]));
        assert_eq!(hurried[2], usual[2]);
        assert_eq!(hurried[3], usual[2] + LOOK);
        assert_eq!(hurried[4], hurried[3] + millis(16_000));
        // Whatever seems to be wrong at each of them, every other one waits.
        let always = times(&(0..100).collect::<Vec<_>>());
        assert!(always.len() <= usual.len() + 2, "{always:?} {usual:?}");
    }

    #[test]
    fn a_pause_ends_with_the_watcher() {
        let (stop, stopped) = channel::<()>();
        drop(stop);
        assert_eq!(Rhythm::new(0.005).passes(&stopped), None);
    }
}
