//! When to record less, and when to record more again.

use super::{Price, Reading};
use crate::metrics::Overhead;

/// The CPU time that the process must have had between two readings, in nanoseconds: less says nothing.
const WINDOW: u64 = 50_000_000;

/// Decides how many polls are timed: one of two to the power of the level.
#[derive(Clone, Debug)]
pub(crate) struct Governor {
    price: Price,
    /// The share of the process's CPU time that the readings of the clock may cost.
    budget: f64,
    highest: u32,
    level: u32,
    before: Option<Reading>,
    overhead: Option<Overhead>,
    notes: f64,
}

impl Governor {
    /// `budget` is the share that all optional work may cost; the agent's looks have the other half of it.
    pub(crate) fn new(price: Price, budget: f64, highest: u32) -> Self {
        Self { price, budget: budget / 2.0, highest, level: 0, before: None, overhead: None, notes: 0.0 }
    }

    /// Takes a reading in. Nothing changes until the process has worked for a while since the last one.
    pub(crate) fn update(&mut self, now: Reading) {
        self.notes = 0.0;
        let Some(before) = self.before else {
            self.before = Some(now);
            return;
        };
        if now.process_cpu < before.process_cpu.saturating_add(WINDOW) {
            return;
        }
        self.before = Some(now);
        let Some(shares) = self.price.shares(&before, &now) else { return };
        self.overhead = Some(shares.overhead);
        self.notes = shares.notes;
        // A level halves the cost. Twice the room is asked for before going back, so that it does not swing.
        if shares.stamps > self.budget {
            self.level = (self.level + 1).min(self.highest);
        } else if shares.stamps * 4.0 < self.budget {
            self.level = self.level.saturating_sub(1);
        }
    }

    /// The level now.
    pub(crate) fn level(&self) -> u32 {
        self.level
    }

    /// For how many times as long as events were noted since the last reading none should be, so that they cost no more
    /// than the budget on the whole; 0 if they do not anyway.
    pub(crate) fn rest(&self) -> f64 {
        (self.notes / self.budget.max(1e-6) - 1.0).max(0.0)
    }

    /// The agent's shares at the last time that the process had worked enough; `None` before.
    pub(crate) fn overhead(&self) -> Option<Overhead> {
        self.overhead
    }
}
