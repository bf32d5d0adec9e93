//! The thread that looks at the program several times a second, judges what it sees, and keeps the history.

use super::board::{Board, Glances, Pace};
use super::flight::FlightRecorder;
use super::orders::Told;
use super::rhythm::{Next, Rhythm};
use super::stacks;
use crate::capacity::Capacity;
use crate::clock;
use crate::detect::{Finding, Record, Scope, Severity, Stuck, Trend, judge, measured, prove};
use crate::error::Error;
use crate::governor::{Governor, Price, Reading};
use crate::snapshot::{Detail, Point, Snapshot, Totals};
use crate::{recorder, sampler, task};
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Name of the thread.
const THREAD: &str = "taskscope-watch";
/// How much more of a processor looks may cost if the agent was compiled without optimization: verdicts would come as
/// much later.
const UNOPTIMIZED: f64 = if cfg!(debug_assertions) { 8.0 } else { 1.0 };
/// The time between two looks at what the agent costs, in nanoseconds.
const ACCOUNT: u64 = 2_000_000_000;
/// How many wakes are looked at after each look.
const WAKES: u32 = 256;
/// The longest window that a verdict asks for, in patiences, while the program is as slow as is made up for.
const WINDOWS: u64 = 16;
/// The steps of queueing facts in a patience: two patiences are a window of them.
const STEPS: u64 = 3;

/// The running watcher; dropping it stops the thread.
#[derive(Debug)]
pub(super) struct Watcher {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    pub(super) fn start(board: Arc<Board>) -> Result<Watcher, Error> {
        let (stop, stopped) = channel::<()>();
        // Here, so that events are recorded when the agent has started, if they are to be all the time.
        let flight = FlightRecorder::new(board.config.flight_recorder);
        let watch = move || {
            let mut state = State::new(board, flight);
            let mut rhythm = Rhythm::new(share(&state.board));
            // The sender is only ever dropped.
            while let Some(next) = rhythm.passes(&stopped) {
                let start = clock::thread_cpu();
                // A detector that panics must not end the others, nor the program.
                if catch_unwind(AssertUnwindSafe(|| state.act(next))).is_err() {
                    let flight = FlightRecorder::new(state.board.config.flight_recorder);
                    state = State::new(state.board, flight);
                    tracing::error!("taskscope: a look at the program panicked; the next one starts afresh");
                }
                let cost = Duration::from_nanos(clock::thread_cpu().saturating_sub(start));
                state.keep_time(&mut rhythm, next, cost);
                // Not a part of the look's price: what is rare and dear would make all looks rare.
                if let Some(now) = state.before.as_ref().filter(|_| next == Next::Look) {
                    stacks::take(now, &state.board);
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name(THREAD.to_owned())
            .spawn(watch)
            .map_err(|error| Error::thread(THREAD, error))?;
        Ok(Watcher { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What one look passes on to the next.
struct State {
    board: Arc<Board>,
    before: Option<Snapshot>,
    /// What the last glance saw, if there are glances between looks.
    glimpse: Option<Snapshot>,
    /// Those who seemed to be stuck at the last glance, and whether there were others than at the one before.
    suspected: Stuck,
    suspicion: bool,
    trend: Trend,
    capacity: Capacity,
    patience: u64,
    governor: Governor,
    flight: FlightRecorder,
    told: Told,
    accounted_at: u64,
    stamps: Stamps,
}

impl State {
    fn new(board: Arc<Board>, flight: FlightRecorder) -> Self {
        let patience = board.patience();
        let cost = task::measure();
        let price = Price { stamp: cost.stamp, poll: cost.poll, note: cost.note };
        State {
            before: None,
            glimpse: None,
            suspected: Stuck::default(),
            suspicion: false,
            trend: Trend::new(patience.saturating_mul(WINDOWS)),
            capacity: Capacity::new(patience / STEPS, processors()),
            patience,
            governor: Governor::new(price, board.config.budget, recorder::MAX_LEVEL),
            flight,
            told: Told::default(),
            accounted_at: 0,
            stamps: Stamps::default(),
            board,
        }
    }

    fn act(&mut self, next: Next) {
        match next {
            Next::Look => self.look(),
            Next::Glance => self.glance(),
        }
    }

    /// Says what that cost, and how often it will be done at that price.
    fn keep_time(&mut self, rhythm: &mut Rhythm, done: Next, cost: Duration) {
        let tasks = |now: &Option<Snapshot>| now.as_ref().map_or(0, |now| now.tasks.len());
        match done {
            Next::Look => {
                rhythm.looked(cost, tasks(&self.before));
                if rhythm.glances().is_none() {
                    (self.glimpse, self.suspected) = (None, Stuck::default());
                }
                self.board.set_pace(Pace { every: rhythm.looks(), cost });
            }
            Next::Glance => rhythm.glanced(cost, self.suspicion),
        }
        let rows = tasks(&self.glimpse);
        let glances = rhythm.glances().filter(|_| self.glimpse.is_some());
        self.board.set_glances(glances.map(|(every, cost)| Glances { every, cost, rows }));
    }

    /// Looks for what is certain among those who may be stuck.
    fn glance(&mut self) {
        recorder::refine_clock();
        let now = Snapshot::read_suspects();
        let (findings, stuck) = prove(self.glimpse.as_ref(), &now, &self.trend);
        // The first one has nothing to compare with, and tells nothing of what the looks before it found.
        if self.glimpse.is_some() {
            self.tell(Scope::Proofs, findings, &now, &stuck);
        }
        self.suspicion = stuck.tasks().any(|task| !self.suspected.contains(task));
        (self.suspected, self.glimpse) = (stuck, Some(now));
        self.board.forget_old();
    }

    /// Takes down what a look found, and logs what is new.
    fn tell(&mut self, scope: Scope, findings: Vec<Finding>, now: &Snapshot, stuck: &Stuck) {
        let patience = self.patience;
        let (fresh, crowded) = self.board.ledger(|ledger| {
            let had_room = ledger.left_out() == 0;
            (ledger.update_some(scope, findings, now, patience), had_room && ledger.left_out() > 0)
        });
        self.flight.look(now, stuck, &fresh, &self.board);
        fresh.iter().for_each(log);
        if crowded {
            tracing::warn!("taskscope: there are more findings than are listed; the others wait for room");
        }
    }

    fn look(&mut self) {
        recorder::refine_clock();
        let mut now = Snapshot::read(Detail::Light);
        self.trend.push(&now);
        now.read_lifetimes(&measured(&now, &self.trend, self.patience));
        if self.capacity.push(&now) {
            let facts = Arc::new(self.capacity.close(&now, &Totals::read()));
            self.trend.learn(facts.clone());
            self.board.set_capacity(facts);
        }
        let (findings, stuck) = judge(self.before.as_ref(), &now, &self.trend, self.patience);
        // What is certain is known better by the glances, if there are any: they come more often.
        let scope = if self.glimpse.is_some() { Scope::Others } else { Scope::All };
        self.tell(scope, findings, &now, &stuck);
        if self.board.config.lock_order {
            self.told.update();
        }
        self.board.note(Point::of(&now));
        self.board.press(&now);
        if let Some(before) = &self.before {
            self.board.compare(before, &now);
        }
        self.account(&now);
        self.board.forget_old();
        self.before = Some(now);
        recorder::wakes::look_at(WAKES);
    }

    /// Adds up what the agent has cost, and records as much as the budget allows.
    fn account(&mut self, now: &Snapshot) {
        if now.at < self.accounted_at + ACCOUNT {
            return;
        }
        self.accounted_at = now.at;
        if let Some(reading) = reading(now, &mut self.stamps) {
            self.governor.update(reading);
            recorder::set_level(self.governor.level());
            self.board.set_overhead(self.governor.overhead());
        }
        self.flight.account(now.at, self.governor.rest());
    }
}

/// The share of a processor that looks may cost: half of the budget.
fn share(board: &Board) -> f64 {
    (board.config.budget / 2.0 * UNOPTIMIZED).max(1e-4)
}

/// How many processors the program may use; one if that is not known.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// Readings of the clock so far: how many there are depends on how many polls are timed at the time.
#[derive(Clone, Copy, Debug, Default)]
struct Stamps {
    total: u64,
    polls: u64,
    wakes: u64,
}

impl Stamps {
    /// Two for a poll, and one for the wake that asked for it, of those that were timed since the last call.
    fn count(&mut self) -> u64 {
        let (polls, wakes) = recorder::polls();
        let new = 2 * polls.saturating_sub(self.polls) + wakes.saturating_sub(self.wakes);
        (self.polls, self.wakes) = (polls, wakes);
        self.total += new / (u64::from(recorder::mask()) + 1);
        self.total
    }
}

/// What the process and the agent have done so far; `None` if the system does not say what CPU time they had.
fn reading(now: &Snapshot, stamps: &mut Stamps) -> Option<Reading> {
    let spawns: u64 = now.task_groups.iter().map(|group| group.spawned).sum();
    Some(Reading {
        process_cpu: clock::process_cpu()?,
        agent_cpu: sampler::agent_cpu()?,
        spawns,
        stamps: stamps.count() + spawns,
        polls: stamps.polls,
        notes: recorder::trace::noted(),
        messages: now.resource_groups.iter().map(|group| group.sent).sum(),
        holds: now.resource_groups.iter().map(|group| group.acquired).sum(),
    })
}

/// Logs a new finding, once.
fn log(record: &Record) {
    let finding = &record.finding;
    let (kind, certainty) = (finding.kind.word(), finding.evidence.certainty().word());
    let (pool, at) = (&finding.pool, finding.blame);
    match finding.severity {
        Severity::Critical => tracing::error!(
            target: "taskscope::finding", kind, certainty, pool, %at, id = %format_args!("f{}", record.id), "{}", finding.summary
        ),
        Severity::Warning => tracing::warn!(
            target: "taskscope::finding", kind, certainty, pool, %at, id = %format_args!("f{}", record.id), "{}", finding.summary
        ),
        Severity::Info => tracing::info!(
            target: "taskscope::finding", kind, certainty, pool, %at, id = %format_args!("f{}", record.id), "{}", finding.summary
        ),
    }
}
