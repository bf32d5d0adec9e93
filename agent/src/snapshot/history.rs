//! The last minutes in numbers: one point per look, for the curves of the live page.

use crate::id::PoolId;
use crate::snapshot::{Snapshot, TaskState};
use std::collections::VecDeque;

/// How many points are kept at most.
const MAX_POINTS: usize = 600;
/// How many numbers of pools are kept at most, over all points: 40 bytes each.
const MAX_POOLS: usize = 50_000;

/// A few minutes of numbers, oldest first. What it may hold is bounded, whatever the number of pools.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    points: VecDeque<Point>,
    pools: usize,
}

/// The numbers of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// When, in milliseconds since 1970.
    pub unix_ms: u64,
    /// Pools that had anything to show, in ascending order.
    pub pools: Vec<PoolPoint>,
}

/// The numbers of one pool at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolPoint {
    /// The pool.
    pub pool: PoolId,
    /// Tasks being polled.
    pub running: u32,
    /// Tasks woken and not polled since.
    pub runnable: u32,
    /// Tasks that wait.
    pub waiting: u32,
    /// Messages in all queues of the pool.
    pub queued: u64,
    /// Tasks that ended, from the start of the program on.
    pub finished: u64,
}

impl Point {
    /// The numbers of a snapshot.
    pub fn of(snapshot: &Snapshot) -> Point {
        let mut pools: Vec<PoolPoint> = (0..snapshot.pools.len())
            .map(|i| PoolPoint {
                pool: PoolId(i as u32),
                running: 0,
                runnable: 0,
                waiting: 0,
                queued: 0,
                finished: 0,
            })
            .collect();
        for group in &snapshot.task_groups {
            pools[group.pool.index()].finished += group.finished.total();
        }
        for task in &snapshot.tasks {
            let pool = &mut pools[snapshot.group_of(task).pool.index()];
            match task.state {
                TaskState::Running => pool.running += 1,
                TaskState::Runnable => pool.runnable += 1,
                TaskState::Waiting => pool.waiting += 1,
                TaskState::Unknown => {}
            }
        }
        for resource in &snapshot.resources {
            let pool = &mut pools[snapshot.group_of_resource(resource).pool.index()];
            pool.queued += resource.depth.unwrap_or(0);
        }
        pools.retain(|p| p.running + p.runnable + p.waiting > 0 || p.queued > 0 || p.finished > 0);
        Point { unix_ms: snapshot.unix_ms, pools }
    }

    /// The numbers of one pool; `None` if it had nothing to show.
    pub fn pool(&self, pool: PoolId) -> Option<&PoolPoint> {
        let i = self.pools.binary_search_by_key(&pool, |p| p.pool).ok()?;
        Some(&self.pools[i])
    }
}

impl History {
    /// Adds a point and lets go of the oldest ones that no longer fit.
    pub fn push(&mut self, point: Point) {
        self.pools += point.pools.len();
        self.points.push_back(point);
        while self.points.len() > MAX_POINTS || (self.pools > MAX_POOLS && self.points.len() > 1) {
            let Some(gone) = self.points.pop_front() else { break };
            self.pools -= gone.pools.len();
        }
    }

    /// All points, oldest first.
    pub fn points(&self) -> impl DoubleEndedIterator<Item = &Point> + ExactSizeIterator {
        self.points.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at: u64, pools: u32) -> Point {
        let pool =
            |i| PoolPoint { pool: PoolId(i), running: 1, runnable: 0, waiting: 0, queued: 0, finished: 0 };
        Point { unix_ms: at, pools: (0..pools).map(pool).collect() }
    }

    #[test]
    fn it_stays_bounded_whatever_the_number_of_pools() {
        let mut history = History::default();
        for at in 0..2_000 {
            history.push(point(at, 3));
        }
        assert_eq!(history.points().len(), MAX_POINTS);
        assert_eq!(history.points().next_back().map(|p| p.unix_ms), Some(1_999));
        for at in 2_000..2_100 {
            history.push(point(at, 10_000));
        }
        assert_eq!(history.points().len(), MAX_POOLS / 10_000);
        history.push(point(2_100, 1_000_000));
        assert_eq!(history.points().len(), 1, "the newest point is always there");
    }

    #[test]
    fn a_pool_without_anything_to_show_takes_no_room() {
        let snapshot = Snapshot {
            pools: vec![crate::snapshot::Pool { name: "idle".to_owned() }],
            ..Snapshot::default()
        };
        assert_eq!(Point::of(&snapshot).pool(PoolId(0)), None);
    }
}
