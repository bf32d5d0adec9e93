//! `/debug/trace`: how long, or which of those that were kept, and the file it becomes.

use super::file::{download, plain};
use crate::http::dto::chrome;
use crate::http::query::Query;
use crate::http::reply::{Answer, JSON, Reply};
use crate::http::{About, Kept};
use crate::profile::Timeline;
use crate::snapshot::Trace;
use std::time::Duration;

/// Length of a trace that asks for none.
const DEFAULT_SECONDS: u64 = 5;

/// How long the trace is to be.
pub(crate) fn trace_length(query: &Query) -> Duration {
    Duration::from_secs(query.number("seconds").unwrap_or(DEFAULT_SECONDS))
}

/// Which of the traces that were kept is asked for: that of a finding, or `None` for the last one. No answer if one is to
/// be taken now.
pub(crate) fn trace_kept(query: &Query) -> Option<Result<Option<u64>, Reply>> {
    let named = query.get("finding");
    named.or(query.get("last"))?;
    if query.get("seconds").is_some() || named.is_some() && query.get("last").is_some() {
        return Some(Err(Reply::bad_request("only one of seconds, finding and last may be given")));
    }
    let id = |name: &str| name.strip_prefix('f').and_then(|number| number.parse().ok());
    let bad = |name| {
        Reply::bad_request(&format!("finding is {name:?}, allowed is the id of a finding, such as f1"))
    };
    Some(named.map(|name| id(name).ok_or_else(|| bad(name))).transpose())
}

/// The download of a trace that was kept; 404 if there is none.
pub(crate) fn kept(kept: Option<&Kept>, about: &About) -> Answer {
    let Some(Kept { findings, trace }) = kept else {
        return Err(Reply::not_found("no trace was kept, or it had to make room for later ones"));
    };
    let names: Vec<String> = findings.iter().map(|id| format!("f{id}")).collect();
    let label = names.first().map_or_else(|| "last".to_owned(), |name| plain(name));
    let body = chrome(trace, &Timeline::of(trace), &about.program, about.pid, &names);
    let name = format!("{}-{label}.trace.json", plain(&about.program));
    Ok(download(Reply::new(JSON, body), &name))
}

/// The download; without a trace, its headers alone.
pub(crate) fn traced(trace: Option<&Trace>, about: &About) -> Reply {
    let document = |trace| chrome(trace, &Timeline::of(trace), &about.program, about.pid, &[]);
    let body = trace.map_or_else(Vec::new, document);
    let name = format!("{}-{}.trace.json", plain(&about.program), about.unix_ms / 1000);
    download(Reply::new(JSON, body), &name)
}
