//! The agent's share of the process's CPU time, from counts and prices.

use crate::metrics::Overhead;

/// What has happened since the start of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// CPU time of the process in nanoseconds.
    pub process_cpu: u64,
    /// CPU time of the agent's own threads in nanoseconds.
    pub agent_cpu: u64,
    /// Tasks spawned.
    pub spawns: u64,
    /// Polls.
    pub polls: u64,
    /// Messages sent and received, counted once.
    pub messages: u64,
    /// Locks and permits taken.
    pub holds: u64,
    /// Readings of the clock in polls, spawns and wakes.
    pub stamps: u64,
    /// Events that were noted for traces.
    pub notes: u64,
}

/// What an event costs, in nanoseconds, without the readings of the clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Price {
    /// To read the clock.
    pub stamp: f64,
    /// A poll with the wake that asked for it.
    pub poll: f64,
    /// To note an event for a trace.
    pub note: f64,
}

/// What other events cost, in polls: as many times the instructions, by the count of the benchmark `pairs`.
const SPAWN: f64 = 3.8;
const MESSAGE: f64 = 0.8;
const HOLD: f64 = 0.7;

/// Shares of the time between two readings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shares {
    pub overhead: Overhead,
    /// The part of the optional share that the readings of the clock are.
    pub stamps: f64,
    /// The part of it that the noting of events is.
    pub notes: f64,
}

impl Price {
    /// The agent's shares of the CPU time between two readings; `None` if the process had no CPU time.
    pub(crate) fn shares(&self, before: &Reading, now: &Reading) -> Option<Shares> {
        let cpu = now.process_cpu.checked_sub(before.process_cpu).filter(|cpu| *cpu > 0)? as f64;
        let count =
            |of: fn(&Reading) -> u64, times: f64| of(now).saturating_sub(of(before)) as f64 * times / cpu;
        let fixed = count(|r| r.polls, self.poll)
            + count(|r| r.spawns, self.poll * SPAWN)
            + count(|r| r.messages, self.poll * MESSAGE)
            + count(|r| r.holds, self.poll * HOLD);
        let stamps = count(|r| r.stamps, self.stamp);
        let notes = count(|r| r.notes, self.note);
        let threads = count(|r| r.agent_cpu, 1.0);
        // Prices are estimates: their sum is never shown as more than there is.
        let overhead = Overhead { fixed: fixed.min(1.0), optional: (stamps + notes + threads).min(1.0) };
        Some(Shares { overhead, stamps, notes })
    }
}
