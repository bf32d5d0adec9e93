//! Tasks of each pool that come and go.

use super::PoolFacts;
use super::foresight::WINDOW;
use crate::id::PoolId;
use crate::snapshot::{Snapshot, Sum, TaskKind, Totals};
use std::collections::{BTreeMap, VecDeque};

/// How many pools are watched at most.
const MOST: usize = 1000;
/// So few tasks say nothing about how long one lives.
const MIN_ENDED: u64 = 10;

/// The sums of one pool at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Flow {
    at: u64,
    spawned: u64,
    ended: u64,
    lifetime: Sum,
    /// Live tasks times nanoseconds.
    live: f64,
}

/// All pools.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Flows {
    at: Option<u64>,
    /// By pool: live tasks at the last look, and live tasks times nanoseconds so far.
    live: Vec<(u64, f64)>,
    /// The sums at the end of each step, of the pools in which something happens.
    pools: BTreeMap<PoolId, VecDeque<Flow>>,
    /// Tasks spawned and ended at the end of the last step, by pool.
    then: Vec<(u64, u64)>,
}

/// Whether these tasks are jobs: the others are there as long as the program or the thread.
fn is_job(kind: TaskKind) -> bool {
    matches!(kind, TaskKind::Task | TaskKind::Local | TaskKind::Blocking)
}

impl Flows {
    /// Takes in a look.
    pub(super) fn look(&mut self, now: &Snapshot) {
        let nanos = self.at.map_or(0, |at| now.at.saturating_sub(at)) as f64;
        self.at = Some(now.at);
        self.live.resize(now.pools.len(), (0, 0.0));
        let mut live = vec![0_u64; now.pools.len()];
        for group in now.task_groups.iter().filter(|group| is_job(group.kind)) {
            live[group.pool.index()] += group.spawned.saturating_sub(group.finished.total());
        }
        for ((before, sum), now) in self.live.iter_mut().zip(live) {
            *sum += (*before + now) as f64 / 2.0 * nanos;
            *before = now;
        }
    }

    /// Closes a step, right after a look.
    pub(super) fn close(&mut self, now: &Snapshot, totals: &Totals) -> BTreeMap<PoolId, PoolFacts> {
        let mut flows = vec![Flow { at: now.at, ..Flow::default() }; now.pools.len()];
        for (number, group) in now.task_groups.iter().enumerate().filter(|(_, group)| is_job(group.kind)) {
            let flow = &mut flows[group.pool.index()];
            let lifetime = totals.lifetimes.get(number).copied().unwrap_or_default();
            flow.spawned += group.spawned;
            flow.ended += group.finished.total();
            flow.lifetime.count += lifetime.count;
            flow.lifetime.nanos += lifetime.nanos;
        }
        self.then.resize(flows.len(), (0, 0));
        for (number, (mut flow, (_, live))) in flows.into_iter().zip(&self.live).enumerate() {
            flow.live = *live;
            let then = std::mem::replace(&mut self.then[number], (flow.spawned, flow.ended));
            let (id, moved) = (PoolId(number as u32), then != (flow.spawned, flow.ended));
            if !self.pools.contains_key(&id) && (!moved || self.pools.len() >= MOST) {
                continue;
            }
            let steps = self.pools.entry(id).or_default();
            steps.push_back(flow);
            if steps.len() > WINDOW as usize + 1 {
                steps.pop_front();
            }
        }
        let lasts = |steps: &VecDeque<Flow>| {
            let moved = |flow: &Flow| (flow.spawned, flow.ended);
            let full = steps.len() > WINDOW as usize;
            !(full && steps.front().map(moved) == steps.back().map(moved))
        };
        self.pools.retain(|_, steps| lasts(steps));
        let facts =
            |(id, steps): (&PoolId, &VecDeque<Flow>)| Some((*id, facts(steps.front()?, steps.back()?)?));
        self.pools.iter().filter_map(facts).collect()
    }
}

fn facts(first: &Flow, last: &Flow) -> Option<PoolFacts> {
    let nanos = last.at.checked_sub(first.at).filter(|nanos| *nanos > 0)? as f64;
    let per_second = |then: u64, now: u64| now.saturating_sub(then) as f64 * 1e9 / nanos;
    let ended = last.lifetime.since(first.lifetime);
    let (live, departures) = ((last.live - first.live) / nanos, per_second(first.ended, last.ended));
    let residence = ended.mean().filter(|_| ended.count >= MIN_ENDED);
    Some(PoolFacts {
        window: nanos / 1e9,
        arrivals: per_second(first.spawned, last.spawned),
        departures,
        live,
        residence,
        little: residence.map(|time| live / (departures * time)).filter(|ratio| ratio.is_finite()),
    })
}
