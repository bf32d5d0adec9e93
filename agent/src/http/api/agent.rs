//! `/api/v1/summary`, `/api/v1/lock_order` and `/api/v1/coverage`.

use crate::detect::Record;
use crate::http::dto::{CoverageDto, LockOrderDto, SummaryDto};
use crate::http::reply::{Answer, Reply};
use crate::http::{About, LockOrders};
use crate::snapshot::Snapshot;
use std::net::SocketAddr;

/// The program and the agent in a few numbers.
pub(crate) fn summary(snapshot: &Snapshot, about: &About, findings: &[Record], addr: SocketAddr) -> Answer {
    Ok(Reply::json(&SummaryDto::new(snapshot, about, findings, addr)))
}

/// In which order locks are taken.
pub(crate) fn lock_order(orders: Option<&LockOrders>) -> Answer {
    Ok(Reply::json(&LockOrderDto::new(orders)))
}

/// What is seen and what is not.
pub(crate) fn coverage(snapshot: &Snapshot, about: &About) -> Answer {
    Ok(Reply::json(&CoverageDto::new(snapshot, about)))
}
