//! A pool as the API shows it.

use crate::http::dto::{FlowDto, QuantilesDto, QueueingDto, Shown};
use crate::snapshot::{Place, Wakes};
use serde::Serialize;

/// Pools.
#[derive(Debug, Serialize)]
pub(crate) struct PoolsDto<'a> {
    pub(crate) pools: Vec<PoolDto<'a>>,
    pub(crate) total: u64,
    pub(crate) next: Option<String>,
}

/// A pool.
#[derive(Debug, Serialize)]
pub(crate) struct PoolDto<'a> {
    pub(crate) name: &'a str,
    pub(crate) tasks: PoolTasksDto,
    pub(crate) spawned: u64,
    pub(crate) finished: FinishedDto,
    pub(crate) poll_seconds: QuantilesDto,
    pub(crate) schedule_delay_seconds: QuantilesDto,
    pub(crate) lifetime_seconds: QuantilesDto,
    /// Of its live tasks, those wakes of which it is known who made them.
    pub(crate) wakes: WakesDto,
    /// Of its live tasks, those that are known.
    pub(crate) spurious_polls: u64,
    /// Over the last window; unknown if no task came or went.
    pub(crate) queueing: Option<FlowDto>,
    pub(crate) queues: Vec<QueueDto<'a>>,
    pub(crate) locks: Vec<LockDto<'a>>,
    /// Only if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) history: Option<HistoryDto>,
}

/// The live tasks of a pool by state.
#[derive(Debug, Default, Serialize)]
pub(crate) struct PoolTasksDto {
    pub(crate) running: u64,
    pub(crate) runnable: u64,
    pub(crate) waiting: u64,
    pub(crate) unknown: u64,
}

/// Who wakes the live tasks of a pool.
#[derive(Debug, Default, Serialize)]
pub(crate) struct WakesDto {
    pub(crate) seen: u64,
    #[serde(rename = "self")]
    pub(crate) own: u64,
    pub(crate) tasks: u64,
    pub(crate) runtime: u64,
    pub(crate) outside: u64,
}

impl WakesDto {
    /// Adds those of one more task.
    pub(crate) fn add(&mut self, wakes: &Wakes) {
        self.seen += wakes.seen();
        self.own += wakes.own;
        self.tasks += wakes.tasks;
        self.runtime += wakes.runtime;
        self.outside += wakes.outside;
    }
}

/// The ended tasks of a pool.
#[derive(Debug, Default, Serialize)]
pub(crate) struct FinishedDto {
    pub(crate) completed: u64,
    pub(crate) cancelled: u64,
    pub(crate) panicked: u64,
}

/// The queues of a pool that are created at one place.
#[derive(Debug, Serialize)]
pub(crate) struct QueueDto<'a> {
    pub(crate) kind: &'static str,
    pub(crate) name: &'a str,
    pub(crate) created_at: Shown<Place>,
    pub(crate) live: u64,
    pub(crate) depth: Option<u64>,
    pub(crate) capacity: Option<u64>,
    pub(crate) sent: u64,
    pub(crate) received: Option<u64>,
    pub(crate) missed: Option<u64>,
    pub(crate) senders_waiting: u64,
    pub(crate) receivers_waiting: u64,
    pub(crate) oldest_wait_seconds: Option<f64>,
    pub(crate) dwell_seconds: QuantilesDto,
    pub(crate) send_wait_seconds: QuantilesDto,
    /// Over the last window; unknown if nothing went through it.
    pub(crate) queueing: Option<QueueingDto<'a>>,
}

/// The locks and semaphores of a pool that are created at one place.
#[derive(Debug, Serialize)]
pub(crate) struct LockDto<'a> {
    pub(crate) kind: &'static str,
    pub(crate) name: &'a str,
    pub(crate) created_at: Shown<Place>,
    pub(crate) live: u64,
    pub(crate) holders: u64,
    pub(crate) waiters: u64,
    pub(crate) permits: Option<u64>,
    pub(crate) permits_available: Option<u64>,
    pub(crate) acquired: u64,
    pub(crate) oldest_wait_seconds: Option<f64>,
    pub(crate) wait_seconds: QuantilesDto,
    pub(crate) hold_seconds: QuantilesDto,
}

/// The numbers of a pool over time: one entry per moment in each list.
#[derive(Debug, Default, Serialize)]
pub(crate) struct HistoryDto {
    pub(crate) unix_ms: Vec<u64>,
    pub(crate) running: Vec<u32>,
    pub(crate) runnable: Vec<u32>,
    pub(crate) waiting: Vec<u32>,
    pub(crate) queued: Vec<u64>,
    pub(crate) finished: Vec<u64>,
}
