//! What a scrape says about the whole program: runtimes, findings, coverage, losses.

use crate::detect::{Certainty, FindingKind, Record};
use crate::metrics::rows::RuntimeRow;
use crate::metrics::tally::OTHER;
use crate::snapshot::{AgentStats, Snapshot, TaskKind};

/// How many runtimes have series of their own.
pub(crate) const MAX_RUNTIMES: usize = 16;

/// Of what there is a share that is covered.
pub(crate) const COVERED: [&str; 2] = ["tasks", "resources"];

/// Runtimes, added up by name.
pub(crate) fn runtimes(snapshot: &Snapshot) -> Vec<RuntimeRow<'_>> {
    let mut rows: Vec<RuntimeRow<'_>> = Vec::new();
    for runtime in &snapshot.runtimes {
        let known = rows.iter().any(|r| r.name == runtime.name);
        let name = if known || rows.len() < MAX_RUNTIMES { runtime.name.as_str() } else { OTHER };
        let row = match rows.iter().position(|r| r.name == name) {
            Some(row) => row,
            None => {
                rows.push(RuntimeRow { name, workers: 0, busy: 0 });
                rows.len() - 1
            }
        };
        rows[row].workers += runtime.workers;
        rows[row].busy += runtime.busy;
    }
    rows
}

/// How sure a finding of this kind can be: each pair is exported even while there is none, since an alert cannot
/// see a series appear.
fn certainties(kind: FindingKind) -> &'static [Certainty] {
    use Certainty::{Proven, Suspected};
    match kind {
        FindingKind::LeakedTask | FindingKind::StarvedTask | FindingKind::PoolExhausted => {
            &[Proven, Suspected]
        }
        FindingKind::Deadlock
        | FindingKind::Futurelock
        | FindingKind::LostWaker
        | FindingKind::BlockingPoll
        | FindingKind::BusyLoop => &[Proven],
        FindingKind::QueueSaturated | FindingKind::QueueGrowing | FindingKind::LockConvoy => &[Suspected],
    }
}

/// Open findings by kind and certainty, zeros included.
pub(crate) fn open_findings(records: &[Record]) -> Vec<(FindingKind, Certainty, u64)> {
    let mut rows: Vec<(FindingKind, Certainty, u64)> = FindingKind::ALL
        .iter()
        .flat_map(|kind| certainties(*kind).iter().map(|certainty| (*kind, *certainty, 0)))
        .collect();
    for record in records.iter().filter(|r| r.resolved_unix_ms.is_none()) {
        let (kind, certainty) = (record.finding.kind, record.finding.evidence.certainty());
        match rows.iter_mut().find(|(k, c, _)| (*k, *c) == (kind, certainty)) {
            Some((_, _, open)) => *open += 1,
            None => rows.push((kind, certainty, 1)),
        }
    }
    rows
}

/// Findings since the start by kind, zeros included.
pub(crate) fn all_findings(seen: &[(FindingKind, u64)]) -> Vec<(FindingKind, u64)> {
    let of = |kind| seen.iter().filter(|(k, _)| *k == kind).map(|(_, n)| n).sum();
    FindingKind::ALL.iter().map(|kind| (*kind, of(*kind))).collect()
}

/// Which share of the tasks and of the resources is recorded in full. Where there is none, there is no share.
pub(crate) fn coverage(snapshot: &Snapshot) -> Vec<(&'static str, f64)> {
    let spawned = |t: &&crate::snapshot::Task| {
        snapshot.task_groups.get(t.group.index()).is_some_and(|g| g.kind == TaskKind::Task)
    };
    let seen = snapshot.tasks.iter().filter(spawned).count() as u64;
    let covered = snapshot.tasks.iter().filter(spawned).filter(|t| t.covered).count();
    // The runtimes' own counts include the tasks that were spawned without the drop-ins.
    let alive = snapshot.runtimes.iter().map(|r| r.alive_tasks).sum::<u64>().max(seen);
    let resources = snapshot.resources.iter().filter(|r| r.covered).count();
    let shares = [(covered, alive), (resources, snapshot.resources.len() as u64)];
    COVERED
        .into_iter()
        .zip(shares)
        .filter(|(_, (_, all))| *all > 0)
        .map(|(what, (covered, all))| (what, covered as f64 / all as f64))
        .collect()
}

/// What the agent did not record, added up by kind.
pub(crate) fn dropped(agent: &AgentStats) -> Vec<(&'static str, u64)> {
    let mut rows: Vec<(&'static str, u64)> = Vec::new();
    for (kind, n) in &agent.dropped {
        match rows.iter_mut().find(|(k, _)| k == kind) {
            Some((_, sum)) => *sum += n,
            None => rows.push((kind, *n)),
        }
    }
    rows
}
