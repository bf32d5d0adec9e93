//! `/api/v1/findings`.

use crate::detect::Record;
use crate::http::Stack;
use crate::http::api::tasks::allows;
use crate::http::dto::{FindingDto, FindingsDto};
use crate::http::query::Query;
use crate::http::reply::{Answer, Reply};
use crate::snapshot::Snapshot;

/// Findings, oldest first; for those in `traced` a trace was kept, and `stacks` is asked for those that are shown.
pub(crate) fn findings(
    snapshot: &Snapshot,
    records: &[Record],
    traced: &[u64],
    stacks: impl Fn(&[&Record]) -> Vec<Stack>,
    query: &Query,
) -> Answer {
    let pools: Vec<&str> = query.all("pool").collect();
    let kinds: Vec<&str> = query.all("kind").collect();
    let states: Vec<&str> = query.all("state").collect();
    let state = |record: &Record| if record.resolved_unix_ms.is_some() { "resolved" } else { "active" };
    let mut kept: Vec<&Record> = records
        .iter()
        .filter(|r| {
            allows(&pools, &r.finding.pool)
                && allows(&kinds, r.finding.kind.word())
                && allows(&states, state(r))
        })
        .collect();
    kept.sort_by_key(|r| (r.since_unix_ms, r.id));
    let shown = kept.iter().zip(stacks(&kept));
    Ok(Reply::json(&FindingsDto {
        findings: shown.map(|(record, stack)| FindingDto::new(snapshot, record, traced, stack)).collect(),
    }))
}
