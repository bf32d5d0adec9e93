//! Pressure: the share of time in which tasks of a pool could not go on because of others.
//!
//! As the kernel's pressure-stall information counts it for CPU and memory: `some` is the time in which at least one
//! task of the pool waited for a lock, a permit or room in a queue; `full` is the time in which at least one did and
//! none of the pool was running or runnable. Tasks that wait for work, a time or input are not counted at all.

use crate::id::PoolId;
use crate::snapshot::{Snapshot, TaskState};

/// The time that the averages reach back, in nanoseconds.
const WINDOW: f64 = 10e9;

/// The averages of one pool, each from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pressure {
    /// At least one task was held up.
    pub some: f64,
    /// At least one was, and nobody worked.
    pub full: f64,
}

/// The averages of all pools.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pressures {
    pools: Vec<Pressure>,
    at: Option<u64>,
}

impl Pressures {
    /// Takes in what a snapshot shows, for the time since the one before. Linear in tasks and waits.
    pub fn push(&mut self, snapshot: &Snapshot) {
        let before = self.at.replace(snapshot.at);
        self.pools.resize(snapshot.pools.len(), Pressure::default());
        let Some(passed) = before.map(|before| snapshot.at.saturating_sub(before)) else { return };
        let (held_up, works) = states(snapshot);
        let weight = 1.0 - (-(passed as f64) / WINDOW).exp();
        for (pool, (held_up, works)) in self.pools.iter_mut().zip(held_up.into_iter().zip(works)) {
            let toward =
                |average: &mut f64, is: bool| *average += (f64::from(u8::from(is)) - *average) * weight;
            toward(&mut pool.some, held_up);
            toward(&mut pool.full, held_up && !works);
        }
    }

    /// The averages of a pool; zero for one that has not been seen yet.
    pub fn of(&self, pool: PoolId) -> Pressure {
        self.pools.get(pool.index()).copied().unwrap_or_default()
    }
}

/// By pool: whether a task is held up, and whether one works.
fn states(snapshot: &Snapshot) -> (Vec<bool>, Vec<bool>) {
    let mut held_up = vec![false; snapshot.pools.len()];
    let mut works = vec![false; snapshot.pools.len()];
    for wait in snapshot.waits.iter().filter(|wait| wait.current && wait.op.contends()) {
        if let Some(task) = wait.task.and_then(|task| snapshot.task(task)) {
            held_up[snapshot.group_of(task).pool.index()] = true;
        }
    }
    for task in &snapshot.tasks {
        if matches!(task.state, TaskState::Running | TaskState::Runnable) {
            works[snapshot.group_of(task).pool.index()] = true;
        }
    }
    (held_up, works)
}
