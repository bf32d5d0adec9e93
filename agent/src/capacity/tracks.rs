//! What is remembered of queues and pools from look to look, bounded.

use super::Facts;
use super::crews::{Watched, crews};
use super::flows::Flows;
use super::foresight::WINDOW;
use super::track::{MOST_WORKERS, Sight, Track};
use crate::id::{ResourceGroupId, TaskId};
use crate::snapshot::{ResourceKind, Snapshot, Totals};
use std::collections::{BTreeMap, HashSet};

/// How many places of queues are watched at most: about six kilobytes each.
const MOST: usize = 256;
/// Closer looks in a step, if there are as many looks.
const CLOSER: u64 = 10;

/// What is remembered of queues and pools.
#[derive(Clone, Debug)]
pub struct Capacity {
    /// The length of a step, in nanoseconds.
    step: u64,
    processors: f64,
    /// When the last step was closed, and when the last closer look was; 0 before the first.
    closed: u64,
    closer: u64,
    tracks: BTreeMap<ResourceGroupId, Track>,
    /// Messages sent by the end of the last step, by group.
    sent: Vec<u64>,
    flows: Flows,
}

impl Capacity {
    /// Nothing is known yet. `step` is the length of a step in nanoseconds, a window is six of them; the program has this
    /// many processors.
    pub fn new(step: u64, processors: usize) -> Self {
        Self {
            step: step.max(1),
            processors: processors as f64,
            closed: 0,
            closer: 0,
            tracks: BTreeMap::new(),
            sent: Vec::new(),
            flows: Flows::default(),
        }
    }

    /// Takes in a look. Whether a step has to be [closed](Self::close) now.
    pub fn push(&mut self, now: &Snapshot) -> bool {
        self.flows.look(now);
        let close = now.at >= self.closed + self.step;
        if !self.tracks.is_empty() {
            let sights = self.sights(now);
            for ((group, track), sight) in self.tracks.iter_mut().zip(&sights) {
                track.look(now, *group, sight);
            }
            if close || now.at >= self.closer + self.step / CLOSER {
                self.closer = now.at;
                self.look_closer(now, &sights);
            }
        }
        close
    }

    /// Closes a step: `totals` are read right after the snapshot that was pushed last.
    pub fn close(&mut self, now: &Snapshot, totals: &Totals) -> Facts {
        let (processors, step) = (self.processors, self.step as f64 / 1e9);
        let facts = |(group, track): (&ResourceGroupId, &mut Track)| {
            Some((*group, track.close(*group, &totals.resources, processors, step)?))
        };
        let queues = self.tracks.iter_mut().filter_map(facts).collect();
        self.tracks.retain(|_, track| !track.is_idle());
        self.take_on(now);
        self.closed = now.at;
        Facts { queues, pools: self.flows.close(now, totals) }
    }

    /// Begins to watch the queues into which something was sent during the step.
    fn take_on(&mut self, now: &Snapshot) {
        self.sent.resize(now.resource_groups.len(), 0);
        for (number, (group, then)) in now.resource_groups.iter().zip(&mut self.sent).enumerate() {
            let more = std::mem::replace(then, group.sent) < group.sent;
            let id = ResourceGroupId(number as u32);
            if more && group.kind == ResourceKind::Mpsc && self.tracks.len() < MOST {
                self.tracks.entry(id).or_insert_with(|| Track::new(now, id));
            }
        }
    }

    /// What the look shows of each place of queues that is watched.
    fn sights(&self, now: &Snapshot) -> Vec<Sight> {
        let mut places = vec![None; now.resource_groups.len()];
        for (place, group) in self.tracks.keys().enumerate() {
            places[group.index()] = Some(place);
        }
        let mut sights = vec![Sight { depth: Some(0), ..Sight::default() }; self.tracks.len()];
        for resource in &now.resources {
            let Some(place) = places[resource.group.index()] else { continue };
            let sight = &mut sights[place];
            sight.live += 1;
            sight.depth = sight.depth.zip(resource.depth).map(|(sum, depth)| sum + depth);
            if sight.queues.len() < MOST_WORKERS {
                sight.queues.push(resource.id);
                sight.receivers.extend(resource.last_receiver);
            }
        }
        sights
    }

    fn look_closer(&mut self, now: &Snapshot, sights: &[Sight]) {
        let mut watched = Watched::default();
        let mut shared: HashSet<TaskId> = HashSet::new();
        for (number, (track, sight)) in self.tracks.values().zip(sights).enumerate() {
            watched.queues.extend(sight.queues.iter().map(|queue| (*queue, number)));
            watched.turns.extend(track.turns.iter().map(|turn| (*turn, number)));
            for worker in track.workers() {
                if watched.workers.insert(worker, number).is_some() {
                    shared.insert(worker);
                }
            }
        }
        let crews = crews(now, watched, self.tracks.len());
        let memory = self.step.saturating_mul(WINDOW);
        for ((track, sight), crew) in self.tracks.values_mut().zip(sights).zip(&crews) {
            let shares = track.workers().any(|worker| shared.contains(&worker));
            track.look_closer(now, sight, crew, shares, memory);
        }
    }
}
