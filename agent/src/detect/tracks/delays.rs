//! How much slower the program gets on than it would if processors were free.
//!
//! On a machine that is busy with something else a queue grows that would not grow, and a task waits for long that would
//! be run at once. That is no fault of the program's: so what must last before it is called a fault lasts as many times
//! longer as the threads are slower.

use crate::snapshot::Snapshot;
use std::collections::{BTreeMap, VecDeque};

/// How many looks are remembered at most.
const MAX_POINTS: usize = 240;
/// What is less than this many times slower, in percent, is the usual.
const USUAL: u64 = 120;
/// What is lately, in nanoseconds.
const LATELY: u64 = 2_000_000_000;
/// More than this many times slower than usual, in percent, is not made up for.
const MOST: u64 = 600;

/// The time between two looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    /// Its end.
    at: u64,
    /// How long it was.
    nanos: u64,
    /// For how long threads waited for a processor, all together: what one message takes may be spread over all of them.
    delayed: u64,
}

/// How long threads had to wait for a processor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::detect) struct Delays {
    at: u64,
    /// For how long each thread has waited since it began, at the last look.
    threads: BTreeMap<u64, u64>,
    points: VecDeque<Point>,
}

impl Delays {
    /// Takes in a look.
    pub(in crate::detect) fn push(&mut self, now: &Snapshot) {
        let threads: BTreeMap<u64, u64> =
            now.threads.iter().filter_map(|thread| Some((thread.number, thread.delayed?))).collect();
        let more = |(number, delayed): (&u64, &u64)| Some(delayed.saturating_sub(*self.threads.get(number)?));
        let known = threads.keys().any(|number| self.threads.contains_key(number));
        let delayed: u64 = threads.iter().filter_map(more).sum();
        let nanos = now.at.saturating_sub(self.at);
        if known {
            self.points.push_back(Point { at: now.at, nanos, delayed: delayed.min(nanos) });
            if self.points.len() > MAX_POINTS {
                self.points.pop_front();
            }
        }
        (self.at, self.threads) = (now.at, threads);
    }

    /// How many times slower than with free processors the program got on since `patience` ago, in percent.
    pub(in crate::detect) fn slowness(&self, patience: u64) -> u64 {
        let from = self.at.saturating_sub(patience);
        let (mut nanos, mut delayed) = (0, 0);
        for point in self.points.iter().rev().take_while(|point| point.at > from) {
            nanos += point.nanos;
            delayed += point.delayed;
        }
        match nanos {
            0 => 100,
            _ => (nanos * 100).checked_div(nanos - delayed).map_or(MOST, |percent| percent.min(MOST)),
        }
    }

    /// Whether threads have lately waited for a processor for no longer than they always do.
    pub(in crate::detect) fn are_usual(&self) -> bool {
        self.slowness(LATELY) < USUAL
    }
}

/// The patience that fits a program that is so many times slower.
pub(in crate::detect) fn stretch(patience: u64, slowness: u64) -> u64 {
    if slowness < USUAL { patience } else { patience.saturating_mul(slowness) / 100 }
}
