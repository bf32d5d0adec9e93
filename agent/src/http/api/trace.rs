//! `/debug/trace`: how long, and the file it becomes.

use super::file::{download, plain};
use crate::http::About;
use crate::http::dto::chrome;
use crate::http::query::Query;
use crate::http::reply::{JSON, Reply};
use crate::profile::Timeline;
use crate::snapshot::Trace;
use std::time::Duration;

/// Length of a trace that asks for none.
const DEFAULT_SECONDS: u64 = 5;

/// How long the trace is to be.
pub(crate) fn trace_length(query: &Query) -> Duration {
    Duration::from_secs(query.number("seconds").unwrap_or(DEFAULT_SECONDS))
}

/// The download; without a trace, its headers alone.
pub(crate) fn traced(trace: Option<&Trace>, about: &About) -> Reply {
    let body =
        trace.map_or_else(Vec::new, |trace| chrome(trace, &Timeline::of(trace), &about.program, about.pid));
    let name = format!("{}-{}.trace.json", plain(&about.program), about.unix_ms / 1000);
    download(Reply::new(JSON, body), &name)
}
