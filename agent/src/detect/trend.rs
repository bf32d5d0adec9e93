//! The numbers of the last minutes: live counts of groups of tasks, and the tracks of what is out of the ordinary.

use super::tracks::{Delays, Polls, Queues, Rows, Spins, Stands};
use crate::capacity::Facts;
use crate::id::TaskGroupId;
use crate::snapshot::Snapshot;
use std::collections::VecDeque;
use std::sync::Arc;

/// How many points are kept: enough steps for the longest window that a verdict asks for.
const MAX_POINTS: usize = 240;

/// A group at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupPoint {
    /// Tasks alive.
    pub live: u64,
    /// Tasks spawned since the start.
    pub spawned: u64,
    /// Tasks ended since the start.
    pub ended: u64,
}

/// The numbers of the last minutes, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trend {
    points: VecDeque<(u64, Vec<GroupPoint>)>,
    /// The least time between two points, in nanoseconds.
    step: u64,
    pub(super) delays: Delays,
    pub(super) polls: Polls,
    pub(super) spins: Spins,
    pub(super) queues: Queues,
    pub(super) refusals: Rows,
    pub(super) standing: Stands,
    /// What is known of queues and pools, as of a few seconds ago.
    pub(super) capacity: Arc<Facts>,
}

impl Trend {
    /// An empty trend that reaches back `window` nanoseconds.
    pub fn new(window: u64) -> Self {
        Self { step: window.div_ceil(MAX_POINTS as u64 - 1), ..Self::default() }
    }

    /// Takes over what is known of queues and pools.
    pub fn learn(&mut self, facts: Arc<Facts>) {
        self.capacity = facts;
    }

    /// Adds what a snapshot shows. Counts are added only if the last ones are older than a step.
    pub fn push(&mut self, snapshot: &Snapshot) {
        self.delays.push(snapshot);
        self.polls.push(snapshot, self.delays.are_usual());
        self.spins.push(snapshot);
        self.refusals.push(snapshot);
        self.standing.push(snapshot);
        if self.points.back().is_some_and(|(at, _)| snapshot.at < at + self.step) {
            return;
        }
        self.queues.push(snapshot);
        let mut groups: Vec<GroupPoint> = snapshot
            .task_groups
            .iter()
            .map(|group| GroupPoint { live: 0, spawned: group.spawned, ended: group.finished.total() })
            .collect();
        for task in &snapshot.tasks {
            if let Some(group) = groups.get_mut(task.group.index()) {
                group.live += 1;
            }
        }
        self.points.push_back((snapshot.at, groups));
        if self.points.len() > MAX_POINTS {
            self.points.pop_front();
        }
    }

    /// A group at the end of each of `parts` equal parts of the time from `from` to now, and at `from` itself; `None` if
    /// the trend does not reach back that far. A group that did not exist yet is all zero.
    pub fn parts(&self, group: TaskGroupId, from: u64, parts: u64) -> Option<Vec<GroupPoint>> {
        let (now, oldest) = (self.points.back()?.0, self.points.front()?.0);
        if oldest > from || now <= from {
            return None;
        }
        let at = |time: u64| {
            let after = self.points.partition_point(|(at, _)| *at <= time);
            let (_, groups) = self.points.get(after.checked_sub(1)?)?;
            Some(groups.get(group.index()).copied().unwrap_or_default())
        };
        (0..=parts).map(|part| at(from + (now - from) * part / parts)).collect()
    }
}
