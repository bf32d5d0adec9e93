//! The door through which the listener reads.

use super::board::Board;
use super::{orders, stacks};
use crate::capacity::Facts;
use crate::detect::Record;
use crate::http::{
    About, Cancel, Glances, Kept, LockOrders, ProfileError, ProfileFormat, ProfileKind, ProfileRequest,
    Sampled, Source, Stack,
};
use crate::metrics::{self, Admission, Format, Input, Options};
use crate::primitive::real::Mutex;
use crate::profile;
use crate::sampler::{self, Sampler};
use crate::snapshot::{History, Snapshot, Trace, Tracer};
use crate::{clock, config, recorder};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// One of this many holds that began without a wait is timed, and one of this many messages.
const SAMPLED_ONE_IN: u32 = 16;

/// Events of one trace: about a hundred bytes each, and a multiple of that in the answer.
const MOST_EVENTS: usize = 300_000;
/// The time between two readings of a trace: in it, a thread may have as many events as fit into its ring.
const DRAIN: Duration = Duration::from_millis(2);

/// The door through which the listener reads.
#[derive(Debug)]
pub(super) struct Outlet {
    board: Arc<Board>,
    sampler: Sampler,
    /// Who has series of their own, for as long as the program runs.
    admission: Mutex<Admission>,
}

impl Outlet {
    pub(super) fn new(board: Arc<Board>) -> Self {
        Self { board, sampler: Sampler::new(sampler::default_engine()), admission: Mutex::default() }
    }
}

impl Source for Outlet {
    fn about(&self) -> About {
        let settings = &self.board.config;
        let overhead = self.board.overhead();
        let pace = self.board.pace();
        About {
            program: config::program(),
            pid: std::process::id(),
            unix_ms: clock::unix_ms(clock::now()),
            started_unix_ms: self.board.started_unix_ms,
            overhead_fixed: overhead.map(|o| o.fixed),
            overhead_optional: overhead.map(|o| o.optional),
            look_every: pace.map(|pace| pace.every.as_secs_f64()),
            look_cpu: pace.map(|pace| pace.cost.as_secs_f64()),
            glances: self.board.glances().map(|glances| Glances {
                every: glances.every.as_secs_f64(),
                cpu: glances.cost.as_secs_f64(),
                tasks: glances.rows,
            }),
            budget: settings.budget,
            stuck_after: settings.stuck_after.as_secs_f64(),
            max_memory: settings.max_memory,
            sampled: vec![
                Sampled {
                    what: "hold times of locks and permits that were taken without a wait",
                    one_in: SAMPLED_ONE_IN,
                },
                Sampled { what: "times of messages in queues", one_in: SAMPLED_ONE_IN },
                Sampled {
                    what: "durations of polls and delays from wake to poll",
                    one_in: recorder::mask() + 1,
                },
            ],
            profiles: vec![ProfileKind::Cpu],
        }
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        self.board.snapshot()
    }

    fn findings(&self) -> Vec<Record> {
        self.board.findings()
    }

    fn history(&self) -> History {
        self.board.history()
    }

    fn capacity(&self) -> Arc<Facts> {
        self.board.capacity()
    }

    fn metrics_text(&self, openmetrics: bool) -> String {
        let snapshot = self.board.snapshot();
        let findings = self.board.findings();
        let totals = self.board.findings_total();
        let pressures = self.board.pressures();
        let input = Input {
            snapshot: &snapshot,
            findings: &findings,
            findings_total: &totals,
            version: env!("CARGO_PKG_VERSION"),
            agent_cpu: sampler::agent_cpu(),
            overhead: self.board.overhead(),
            pressures: Some(&pressures),
        };
        let format = if openmetrics { Format::OpenMetrics } else { Format::Text };
        let options = Options { format, max_series: self.board.config.max_series };
        metrics::render(&input, &mut self.admission.lock(), &options)
    }

    fn trace(&self, window: Duration, cancel: &Cancel) -> Result<Trace, ProfileError> {
        // A capacity of one: a cancel that comes before somebody waits for it is not lost.
        let (stop, stopped) = sync_channel::<()>(1);
        cancel.on_cancel(move || {
            let _ = stop.try_send(());
        });
        let mut tracer = Tracer::start(MOST_EVENTS);
        let end = clock::now().saturating_add(window.as_nanos() as u64);
        while tracer.has_room() && clock::now() < end {
            if stopped.recv_timeout(DRAIN) != Err(RecvTimeoutError::Timeout) {
                return Err(ProfileError::Cancelled);
            }
            tracer.read();
        }
        Ok(tracer.finish())
    }

    fn kept(&self, finding: Option<u64>) -> Option<Arc<Kept>> {
        self.board.traces(|traces| traces.of(finding))
    }

    fn kept_for(&self) -> Vec<u64> {
        self.board.traces(|traces| traces.findings())
    }

    fn stacks(&self, findings: &[&Record]) -> Vec<Stack> {
        stacks::stacks_of(findings, &self.board)
    }

    fn lock_orders(&self) -> Option<LockOrders> {
        self.board.config.lock_order.then(orders::lock_orders)
    }

    fn profile_ready(&self, request: &ProfileRequest) -> Result<(), ProfileError> {
        supported(request)?;
        self.sampler.ready().map_err(said)
    }

    fn profile(&self, request: &ProfileRequest, cancel: &Cancel) -> Result<Vec<u8>, ProfileError> {
        supported(request)?;
        let stop = sampler::Cancel::new();
        let client = stop.clone();
        cancel.on_cancel(move || client.cancel());
        let taken = self.sampler.cpu(request.window, &stop).map_err(said)?;
        Ok(match request.format {
            ProfileFormat::Folded => profile::folded(&taken).into_bytes(),
            _ => profile::svg(&taken).into_bytes(),
        })
    }
}

/// Whether there is such a profile at all; the text says what there is.
fn supported(request: &ProfileRequest) -> Result<(), ProfileError> {
    let unavailable = |text: &str| Err(ProfileError::Unavailable(text.to_owned()));
    if request.kind != ProfileKind::Cpu {
        return unavailable("this version takes profiles of kind cpu only");
    }
    if !matches!(request.format, ProfileFormat::Svg | ProfileFormat::Folded) {
        return unavailable("this version renders cpu profiles as svg and folded only");
    }
    if request.pool.is_some() {
        return unavailable(
            "cpu profiles cannot be split by pool in this version: leave the parameter pool out",
        );
    }
    Ok(())
}

fn said(error: sampler::ProfileError) -> ProfileError {
    let text = error.to_string();
    match error {
        sampler::ProfileError::SignalTaken => ProfileError::Taken(text),
        sampler::ProfileError::TooMany => ProfileError::TooMany(text),
        sampler::ProfileError::Unavailable(_) => ProfileError::Unavailable(text),
        sampler::ProfileError::Cancelled => ProfileError::Cancelled,
    }
}
