//! A queue and its workers, simulated: jobs come, wait, are served in the order in which they came, and leave.

use crate::capacity::{Capacity, Facts, QueueFacts};
use crate::id::{PoolId, ResourceGroupId, ResourceId, TaskGroupId, TaskId};
use crate::snapshot::*;

/// Nanoseconds of a second.
pub(super) const SECOND: u64 = 1_000_000_000;
/// Nanoseconds between two looks.
const LOOK: u64 = SECOND / 5;
/// The length of a step.
pub(super) const STEP: u64 = 10 * SECOND;
/// When the program began.
const START: u64 = 100 * SECOND;
/// One message of so many is timed.
const TIMED: usize = 16;

/// Numbers from 0 to 1 that are the same in each run.
#[derive(Clone, Debug)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// An exponential time with this mean.
    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -self.roll().ln() * mean
    }
}

/// How workers wait for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turns {
    /// Each by itself.
    Free,
    /// One waits for a message and has a lock that the others wait for.
    Locked,
}

/// A queue and its workers.
#[derive(Clone, Debug)]
pub(super) struct Station {
    pub(super) workers: usize,
    pub(super) processors: usize,
    pub(super) turns: Turns,
    /// What workers with a message do, as the agent sees it.
    pub(super) at_work: TaskState,
    /// What they wait for meanwhile, if anything.
    pub(super) elsewhere: Option<Op>,
    /// When each job comes, and how long a worker has it, in nanoseconds; in the order in which they come.
    pub(super) jobs: Vec<(u64, u64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Served {
    arrival: u64,
    start: u64,
    end: u64,
    worker: usize,
}

/// What has happened up to the last look.
#[derive(Clone, Debug, Default)]
struct Past {
    arrived: usize,
    begun: usize,
    /// When each worker was done last.
    ends: Vec<u64>,
    waited: u64,
    dwell: Sum,
}

impl Past {
    /// Goes on to `at`.
    fn advance(&mut self, served: &[Served], at: u64) {
        self.arrived += served[self.arrived..].partition_point(|job| job.arrival <= at);
        for job in served[self.begun..].iter().take_while(|job| job.start <= at) {
            self.waited += job.start - self.ends[job.worker];
            self.ends[job.worker] = job.end;
            if self.begun.is_multiple_of(TIMED) {
                self.dwell.count += 1;
                self.dwell.nanos += job.start - job.arrival;
            }
            self.begun += 1;
        }
    }
}

impl Station {
    /// Independent arrivals, so many in a second, over these seconds; `service` says how long each job takes, in seconds.
    pub(super) fn new(
        workers: usize,
        rate: f64,
        seconds: u64,
        mut service: impl FnMut(&mut Dice) -> f64,
    ) -> Self {
        let mut dice = Dice(7);
        let (mut at, mut jobs) = (0.0, Vec::new());
        while at < seconds as f64 {
            at += dice.exponential(1.0 / rate);
            jobs.push(((at * 1e9) as u64, (service(&mut dice) * 1e9) as u64));
        }
        Self {
            workers,
            processors: 64,
            turns: Turns::Free,
            at_work: TaskState::Waiting,
            elsewhere: None,
            jobs,
        }
    }

    /// The facts at the end of each step, with the waits that there really were in the window, on average.
    pub(super) fn run(&self) -> Vec<(QueueFacts, f64)> {
        let mut capacity = Capacity::new(STEP, self.processors);
        let served = self.serve();
        let end = served.last().map_or(0, |job| job.arrival);
        let mut all = Vec::new();
        let mut past = Past { ends: vec![0; self.workers], ..Past::default() };
        for at in (0..=end).step_by(LOOK as usize) {
            past.advance(&served, at);
            let (snapshot, totals) = self.look(&served, &past, at);
            if capacity.push(&snapshot) {
                let facts: Facts = capacity.close(&snapshot, &totals);
                all.extend(facts.queues.get(&ResourceGroupId(0)).map(|facts| {
                    let from = at.saturating_sub((facts.window * 1e9) as u64);
                    let waits = served.iter().filter(|job| (from..at).contains(&job.start));
                    let (sum, n) =
                        waits.fold((0, 0_u32), |(sum, n), job| (sum + job.start - job.arrival, n + 1));
                    (facts.clone(), sum as f64 / f64::from(n) / 1e9)
                }));
            }
        }
        all
    }

    fn serve(&self) -> Vec<Served> {
        let mut free = vec![0_u64; self.workers];
        let serve = |(arrival, service): &(u64, u64)| {
            let worker = (0..self.workers).min_by_key(|worker| free[*worker]).expect("a worker");
            let start = free[worker].max(*arrival);
            free[worker] = start + service;
            Served { arrival: *arrival, start, end: free[worker], worker }
        };
        self.jobs.iter().map(serve).collect()
    }

    fn look(&self, served: &[Served], past: &Past, at: u64) -> (Snapshot, Totals) {
        let Past { arrived, begun, ends, waited, dwell } = past;
        let (arrived, begun, waited, dwell) = (*arrived, *begun, *waited, *dwell);
        let mut snapshot = program(self.workers, self.turns == Turns::Locked);
        snapshot.at = START + at;
        let (group, queue) = (&mut snapshot.resource_groups[0], &mut snapshot.resources[0]);
        (group.sent, group.received) = (arrived as u64, begun as u64);
        queue.depth = Some((arrived - begun) as u64);
        queue.last_receiver = begun.checked_sub(1).map(|last| snapshot.tasks[served[last].worker].id);
        let mut first = true;
        for (worker, end) in ends.iter().enumerate() {
            let task = snapshot.tasks[worker].id;
            let since = START + end;
            if *end > at {
                snapshot.tasks[worker].state = self.at_work;
                if let Some(op) = self.elsewhere {
                    snapshot.waits.push(wait(task, 9, op, since));
                }
            } else if self.turns == Turns::Free || first {
                snapshot.waits.push(wait(task, 0, Op::Recv, since));
                if self.turns == Turns::Locked {
                    snapshot.holds.push(hold(task, 1));
                }
                first = false;
            } else {
                snapshot.waits.push(wait(task, 1, Op::Lock, since));
            }
        }
        let queue = ResourceTotals { waited: waited * u64::from(self.turns == Turns::Free), dwell };
        let lock = ResourceTotals { waited: waited - queue.waited, dwell: Sum::default() };
        (snapshot, Totals { lifetimes: Vec::new(), resources: vec![queue, lock] })
    }
}

/// A program with a queue, these workers, and perhaps a lock for their turns.
fn program(workers: usize, lock: bool) -> Snapshot {
    let mut snapshot = Snapshot::default();
    snapshot.pools.push(Pool { name: "pool".to_owned() });
    snapshot.task_groups.push(task_group());
    for worker in 0..workers {
        snapshot.tasks.push(task(worker as u32));
    }
    resource(&mut snapshot, ResourceKind::Mpsc);
    if lock {
        resource(&mut snapshot, ResourceKind::Mutex);
    }
    snapshot
}

pub(super) fn task_group() -> TaskGroup {
    TaskGroup::new(PoolId(0), TaskKind::Task, "worker", Place { file: "src/app.rs", line: 1, column: 5 })
}

fn task(number: u32) -> Task {
    Task::new(TaskId::new(number, 1), TaskGroupId(0))
}

fn resource(snapshot: &mut Snapshot, kind: ResourceKind) {
    let number = snapshot.resources.len() as u32;
    let place = Place { file: "src/app.rs", line: 2 + number, column: 5 };
    let group = ResourceGroup::new(PoolId(0), kind, "jobs", place);
    snapshot.resource_groups.push(ResourceGroup { created: 1, ..group });
    snapshot.resources.push(Resource::new(ResourceId::new(number, 1), ResourceGroupId(number)));
}

fn wait(task: TaskId, resource: u32, op: Op, since: u64) -> Wait {
    let (task, resource) = (Some(task), Some(ResourceId::new(resource, 1)));
    Wait { task, resource, since, ..Wait::new(op, Place::default()) }
}

fn hold(task: TaskId, resource: u32) -> Hold {
    Hold { task: Some(task), ..Hold::new(ResourceId::new(resource, 1), Op::Lock, Place::default()) }
}
