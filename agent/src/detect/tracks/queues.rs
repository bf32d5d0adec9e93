//! Queues that are not empty and locks that are waited for, over the last minutes.

use crate::id::ResourceId;
use crate::snapshot::{Op, Resource, ResourceKind, Snapshot, TaskState};
use std::collections::{HashMap, HashSet, VecDeque};

/// From this many messages or waiters on a resource is tracked.
const BUSY: u64 = 4;
/// How many resources are tracked at most.
const MOST: usize = 1000;
/// How many points are kept of each.
const MAX_POINTS: usize = 240;

/// A resource at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::detect) struct Point {
    pub(in crate::detect) at: u64,
    /// Messages in the queue.
    pub(in crate::detect) depth: u64,
    /// Messages that went in since the start, and that came out.
    pub(in crate::detect) sent: u64,
    pub(in crate::detect) received: u64,
    /// Messages that receivers were too slow to get.
    pub(in crate::detect) missed: u64,
    /// Tasks that wait for it: to send into a queue, to take a lock.
    pub(in crate::detect) waiters: u64,
    /// Whether the one who has the lock awaits something that is no message.
    pub(in crate::detect) across: bool,
    /// Locks of its group taken since the start.
    pub(in crate::detect) acquired: u64,
}

/// Queues and locks in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::detect) struct Queues {
    tracks: HashMap<ResourceId, VecDeque<Point>>,
}

impl Queues {
    /// Takes in a look.
    pub(in crate::detect) fn push(&mut self, now: &Snapshot) {
        let waiters = waiters(now);
        let mut holders = None;
        let mut tracks: HashMap<ResourceId, VecDeque<Point>> = HashMap::new();
        for resource in &now.resources {
            let waiting = waiters.get(&resource.id).copied().unwrap_or(0);
            let depth = resource.depth.unwrap_or(0);
            if depth.max(waiting) < BUSY || tracks.len() >= MOST {
                continue;
            }
            let across = waiting >= BUSY && {
                let across = holders.get_or_insert_with(|| held_across_awaits(now));
                across.contains(&resource.id)
            };
            let mut points = self.tracks.remove(&resource.id).unwrap_or_default();
            points.push_back(point(now, resource, waiting, across));
            if points.len() > MAX_POINTS {
                points.pop_front();
            }
            tracks.insert(resource.id, points);
        }
        self.tracks = tracks;
    }

    /// The points of each resource that has been in use since `from` without a pause, and before.
    pub(in crate::detect) fn since(&self, from: u64) -> impl Iterator<Item = (ResourceId, Vec<Point>)> {
        let old = move |points: &&VecDeque<Point>| points.front().is_some_and(|first| first.at <= from);
        self.tracks.iter().filter(move |(_, points)| old(points)).map(move |(id, points)| {
            let start = points.partition_point(|point| point.at <= from).saturating_sub(1);
            (*id, points.range(start..).copied().collect())
        })
    }
}

/// How many tasks wait for each resource: to send, to lock, to take permits.
fn waiters(now: &Snapshot) -> HashMap<ResourceId, u64> {
    let mut waiters = HashMap::new();
    for wait in
        now.waits.iter().filter(|wait| matches!(wait.op, Op::Send | Op::Lock | Op::Write | Op::Acquire))
    {
        if let Some(resource) = wait.resource {
            *waiters.entry(resource).or_default() += 1;
        }
    }
    waiters
}

/// The locks whose holder waits for something else than a message: whoever waits for work under a lock only queues up
/// for it.
fn held_across_awaits(now: &Snapshot) -> HashSet<ResourceId> {
    let receives: HashSet<_> =
        now.waits.iter().filter(|wait| wait.op == Op::Recv).filter_map(|wait| wait.task).collect();
    let awaits =
        |id| now.task(id).is_some_and(|task| task.state == TaskState::Waiting) && !receives.contains(&id);
    now.holds.iter().filter(|hold| hold.task.is_some_and(awaits)).map(|hold| hold.resource).collect()
}

fn point(now: &Snapshot, resource: &Resource, waiters: u64, across: bool) -> Point {
    let group = now.group_of_resource(resource);
    Point {
        at: now.at,
        depth: resource.depth.unwrap_or(0),
        sent: resource.sent.unwrap_or(0),
        received: resource.received.unwrap_or(0),
        missed: resource.missed.unwrap_or(0),
        waiters,
        across,
        acquired: if group.kind == ResourceKind::Mpsc { 0 } else { group.acquired },
    }
}

/// The first point, and the last of each of `parts` equal parts of the time that these cover.
pub(in crate::detect) fn parts(points: &[Point], parts: u64) -> Vec<Point> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let at = |part: u64| {
        let time = first.at + (last.at - first.at) * part / parts;
        points[points.partition_point(|point| point.at <= time).saturating_sub(1)]
    };
    (0..=parts).map(at).collect()
}
