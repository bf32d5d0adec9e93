//! The thread that looks at the program several times a second, judges what it sees, and keeps the history.

use super::board::Board;
use crate::clock;
use crate::detect::{Record, Severity, Trend, detect};
use crate::error::Error;
use crate::recorder;
use crate::snapshot::{Detail, Point, Snapshot};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Name of the thread.
const THREAD: &str = "taskscope-watch";
/// The least time between two looks.
const LOOK: Duration = Duration::from_millis(200);
/// The most time between two looks, however dear they are.
const SLOWEST: Duration = Duration::from_secs(10);
/// The longest window that a verdict asks for, in patiences.
const WINDOWS: u64 = 4;

/// The running watcher; dropping it stops the thread.
#[derive(Debug)]
pub(super) struct Watcher {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    pub(super) fn start(board: Arc<Board>) -> Result<Watcher, Error> {
        let (stop, stopped) = channel::<()>();
        let watch = move || {
            let mut state = State::new(board);
            let mut pause = LOOK;
            // The sender is only ever dropped.
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let start = clock::now();
                // A detector that panics must not end the others, nor the program.
                if catch_unwind(AssertUnwindSafe(|| state.look())).is_err() {
                    state = State::new(state.board);
                    tracing::error!("taskscope: a look at the program panicked; the next one starts afresh");
                }
                pause = state.pause(Duration::from_nanos(clock::now().saturating_sub(start)));
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
    trend: Trend,
    patience: u64,
}

impl State {
    fn new(board: Arc<Board>) -> Self {
        let patience = board.patience();
        State { before: None, trend: Trend::new(patience.saturating_mul(WINDOWS)), patience, board }
    }

    fn look(&mut self) {
        recorder::refine_clock();
        let now = Snapshot::read(Detail::Light);
        self.trend.push(&now);
        let findings = detect(self.before.as_ref(), &now, &self.trend, self.patience);
        let fresh = self.board.ledger(|ledger| ledger.update(findings, &now, self.patience));
        self.board.note(Point::of(&now));
        self.board.forget_old();
        for record in &fresh {
            log(record);
        }
        self.before = Some(now);
    }

    /// How long to wait after a look that took this long: looks may cost half of the budget.
    fn pause(&self, took: Duration) -> Duration {
        let share = (self.board.config.budget / 2.0).max(1e-4);
        LOOK.max(took.div_f64(share)).min(SLOWEST)
    }
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
