//! How many series a row costs: counted in what the catalogue makes of a row that has everything.

use crate::detect::{Certainty, FindingKind};
use crate::metrics::catalog::CATALOG;
use crate::metrics::facts::{COVERED, MAX_RUNTIMES};
use crate::metrics::input::Overhead;
use crate::metrics::pressure::Pressure;
use crate::metrics::rows::{PoolRow, ResourceRow, RuntimeRow, TaskRow};
use crate::metrics::samples::Samples;
use crate::metrics::tally::{OTHER, Tally};
use crate::snapshot::{AgentStats, ResourceKind, TaskState};
use std::borrow::Cow;

/// The kinds of resources that have series.
const EXPORTED: [ResourceKind; 6] = [
    ResourceKind::Mutex,
    ResourceKind::RwLock,
    ResourceKind::Semaphore,
    ResourceKind::Mpsc,
    ResourceKind::Broadcast,
    ResourceKind::OnceCell,
];

/// The most series that rows have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Costs {
    pub(crate) pool: usize,
    pub(crate) task: usize,
    resources: [usize; EXPORTED.len()],
    /// Of what is exported whatever the program does.
    always: usize,
}

impl Costs {
    /// Those of a program whose agent counts this.
    pub(crate) fn new(agent: &AgentStats) -> Self {
        let none = series(&Tally::bare(agent));
        let row = |fill: &dyn Fn(&mut Tally<'_>)| {
            let mut tally = Tally::bare(agent);
            fill(&mut tally);
            series(&tally) - none
        };
        Costs {
            pool: row(&|tally| tally.pools.push(full_pool())),
            task: row(&|tally| tally.tasks.push(full_task())),
            resources: EXPORTED.map(|kind| row(&|tally| tally.resources.push(full_resource(kind)))),
            always: none + row(&fill_always),
        }
    }

    /// Of one of this kind.
    pub(crate) fn resource(&self, kind: ResourceKind) -> usize {
        EXPORTED.iter().position(|exported| *exported == kind).map_or(0, |place| self.resources[place])
    }

    /// Of what is exported whatever the program does, and of all rows `other`.
    pub(crate) fn least(&self) -> usize {
        self.always + self.pool + self.task + self.resources.iter().sum::<usize>()
    }
}

/// How many series an answer of these rows has.
pub(crate) fn series(tally: &Tally<'_>) -> usize {
    let of_metric = |metric: &crate::metrics::Metric| {
        let mut samples = Samples::default();
        (metric.collect)(tally, &mut samples);
        metric.kind.series() * samples.0.len()
    };
    CATALOG.iter().map(of_metric).sum()
}

fn full_pool() -> PoolRow<'static> {
    PoolRow {
        has_tasks: true,
        states: [1; TaskState::ALL.len()],
        pressure: Some(Pressure::default()),
        ..PoolRow::new(OTHER)
    }
}

fn full_task() -> TaskRow<'static> {
    TaskRow { pool: OTHER, name: Cow::Borrowed(OTHER), spawned: 0, completed: 0, cancelled: 0, panicked: 0 }
}

fn full_resource(kind: ResourceKind) -> ResourceRow<'static> {
    let known = Some(1);
    let row = ResourceRow::new(kind, OTHER, OTHER);
    ResourceRow { depth: known, capacity: known, permits: known, permits_out: known, ..row }
}

/// What there is once, or a limited number of times.
fn fill_always(tally: &mut Tally<'_>) {
    // Those beyond the most are one row.
    let runtimes = 0..=MAX_RUNTIMES;
    tally.runtimes.extend(runtimes.map(|_| RuntimeRow { name: OTHER, workers: 0, busy: 0 }));
    for kind in FindingKind::ALL {
        tally
            .findings
            .extend([Certainty::Proven, Certainty::Suspected].map(|certainty| (*kind, certainty, 0)));
        tally.findings_total.push((*kind, 0));
    }
    tally.coverage.extend(COVERED.map(|what| (what, 1.0)));
    tally.dropped.extend(tally.agent.dropped.iter().copied());
    tally.agent_cpu = Some(0);
    tally.overhead = Some(Overhead { fixed: 0.0, optional: 0.0 });
}
