//! The documents of the API: the names and types of their fields, and how a snapshot becomes them.
//!
//! No other type of the crate is serialized. What is not known is `null`, never 0. A list inside of an entry is cut
//! after [`MOST_LISTED`] of its oldest members; a total beside it says how many there are.

mod coverage;
mod finding;
mod graph;
mod lock_order;
mod pool;
mod queueing;
mod resource;
mod scalar;
mod summary;
mod task;
mod trace;
mod view;

pub(crate) use coverage::CoverageDto;
pub(crate) use finding::{FindingDto, FindingsDto};
pub(crate) use graph::{EdgeDto, GraphDto, NodeDto, dot};
pub(crate) use lock_order::LockOrderDto;
pub(crate) use pool::{
    FinishedDto, HistoryDto, LockDto, PoolDto, PoolTasksDto, PoolsDto, QueueDto, WakesDto,
};
pub(crate) use queueing::{FlowDto, QueueingDto};
pub(crate) use resource::{ResourceDto, ResourcesDto, permits_available, state};
pub(crate) use scalar::{MOST_LISTED, QuantilesDto, Shown, seconds, shown};
pub(crate) use summary::SummaryDto;
pub(crate) use task::{TaskDto, TasksDto, busy, scheduled, waiting};
pub(crate) use trace::chrome;
pub(crate) use view::View;
