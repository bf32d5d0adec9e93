//! `/api/v1/summary` and `/api/v1/coverage`.

use crate::detect::Record;
use crate::http::About;
use crate::http::dto::{CoverageDto, SummaryDto};
use crate::http::reply::{Answer, Reply};
use crate::snapshot::Snapshot;
use std::net::SocketAddr;

/// The program and the agent in a few numbers.
pub(crate) fn summary(snapshot: &Snapshot, about: &About, findings: &[Record], addr: SocketAddr) -> Answer {
    Ok(Reply::json(&SummaryDto::new(snapshot, about, findings, addr)))
}

/// What is seen and what is not.
pub(crate) fn coverage(snapshot: &Snapshot, about: &About) -> Answer {
    Ok(Reply::json(&CoverageDto::new(snapshot, about)))
}
