//! `/debug/trace`: how long, and the file it becomes.

use crate::http::About;
use crate::http::dto::chrome;
use crate::http::query::Query;
use crate::http::reply::Reply;
use crate::profile::Timeline;
use crate::snapshot::Trace;
use hyper::header;
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
    let keep = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    let program: String = about.program.chars().take(64).map(keep).collect();
    let name = format!("{program}-{}.trace.json", about.unix_ms / 1000);
    Reply::new("application/json", body)
        .with(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
}
