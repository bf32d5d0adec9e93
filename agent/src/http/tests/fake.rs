//! A source that says what a test wants.

use super::fixture::place;
use crate::capacity::Facts;
use crate::config::Config;
use crate::detect::{Inversion, OrderStep, Record};
use crate::http::{
    About, Cancel, Glances, Kept, Limits, LockOrders, ProfileError, ProfileKind, ProfileRequest, Sampled,
    Server, Source, Stack,
};
use crate::id::ResourceGroupId;
use crate::snapshot::{History, Snapshot, Trace};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// What it says, and what it was asked.
pub(super) struct Fake {
    pub(super) snapshot: Mutex<Arc<Snapshot>>,
    pub(super) findings: Vec<Record>,
    pub(super) history: History,
    pub(super) facts: Arc<Facts>,
    /// Of every finding.
    pub(super) stack: Stack,
    /// What is said before a profile.
    pub(super) ready: Mutex<Result<(), ProfileError>>,
    /// Profiles are taken until this is set or they are cancelled.
    pub(super) release: Flag,
    pub(super) started: AtomicUsize,
    pub(super) cancelled: AtomicUsize,
    pub(super) panics: AtomicBool,
    /// Snapshots wait until this is set.
    pub(super) snapshots: Flag,
}

/// A flag to wait for.
#[derive(Default, Clone)]
pub(super) struct Flag(Arc<(Mutex<bool>, Condvar)>);

impl Flag {
    pub(super) fn set(&self) {
        *self.0.0.lock().expect("no panic inside") = true;
        self.0.1.notify_all();
    }

    fn wait(&self) {
        let set = self.0.0.lock().expect("no panic inside");
        drop(self.0.1.wait_while(set, |set| !*set).expect("no panic inside"));
    }
}

impl Default for Fake {
    fn default() -> Fake {
        let snapshots = Flag::default();
        snapshots.set();
        Fake {
            snapshot: Mutex::default(),
            findings: Vec::new(),
            history: History::default(),
            facts: Arc::default(),
            stack: Stack::None,
            ready: Mutex::new(Ok(())),
            release: Flag::default(),
            started: AtomicUsize::new(0),
            cancelled: AtomicUsize::new(0),
            panics: AtomicBool::new(false),
            snapshots,
        }
    }
}

impl Source for Fake {
    fn about(&self) -> About {
        About {
            program: "thumbnails".to_owned(),
            pid: 4711,
            unix_ms: 1_767_225_660_000,
            started_unix_ms: 1_767_225_600_000,
            overhead_fixed: Some(0.0031),
            overhead_optional: None,
            look_every: Some(0.2),
            look_cpu: Some(0.0006),
            glances: Some(Glances { every: 2.0, cpu: 0.0015, tasks: 3 }),
            budget: 0.01,
            stuck_after: 30.0,
            max_memory: 64 << 20,
            sampled: vec![Sampled { what: "time in a queue", one_in: 64 }],
            profiles: vec![ProfileKind::Cpu],
        }
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        assert!(!self.panics.load(SeqCst), "asked to panic");
        self.snapshots.wait();
        self.snapshot.lock().expect("no panic inside").clone()
    }

    fn findings(&self) -> Vec<Record> {
        self.findings.clone()
    }

    fn history(&self) -> History {
        self.history.clone()
    }

    fn capacity(&self) -> Arc<Facts> {
        self.facts.clone()
    }

    fn metrics_text(&self, openmetrics: bool) -> String {
        if openmetrics { "a_total 1\n# EOF\n".to_owned() } else { "a_total 1\n".to_owned() }
    }

    fn trace(&self, window: Duration, cancel: &Cancel) -> Result<Trace, ProfileError> {
        self.started.fetch_add(1, SeqCst);
        let release = self.release.clone();
        cancel.on_cancel(move || release.set());
        self.release.wait();
        if cancel.is_cancelled() {
            self.cancelled.fetch_add(1, SeqCst);
            return Err(ProfileError::Cancelled);
        }
        Ok(Trace { to: window.as_nanos() as u64, ..Trace::default() })
    }

    fn kept(&self, finding: Option<u64>) -> Option<Arc<Kept>> {
        let kept = Kept { findings: self.kept_for(), ..Kept::default() };
        finding.is_none_or(|id| kept.findings.contains(&id)).then(|| Arc::new(kept))
    }

    fn kept_for(&self) -> Vec<u64> {
        vec![2]
    }

    fn stacks(&self, findings: &[&Record]) -> Vec<Stack> {
        vec![self.stack.clone(); findings.len()]
    }

    fn lock_orders(&self) -> Option<LockOrders> {
        let step = |held, held_line, taken, taken_line| OrderStep {
            held: ResourceGroupId(held),
            held_at: place("src/bank.rs", held_line, 27),
            taken: ResourceGroupId(taken),
            taken_at: place("src/bank.rs", taken_line, 29),
        };
        let steps = vec![step(0, 30, 1, 31), step(1, 41, 0, 42)];
        Some(LockOrders { pairs: 5, inversions: vec![Inversion { steps }], names: super::fixture::program() })
    }

    fn profile_ready(&self, request: &ProfileRequest) -> Result<(), ProfileError> {
        if request.kind != ProfileKind::Cpu {
            let text = format!("there is no {} profile; there is cpu", request.kind.word());
            return Err(ProfileError::Unavailable(text));
        }
        self.ready.lock().expect("no panic inside").clone()
    }

    fn profile(&self, request: &ProfileRequest, cancel: &Cancel) -> Result<Vec<u8>, ProfileError> {
        self.started.fetch_add(1, SeqCst);
        assert!(!self.panics.load(SeqCst), "asked to panic");
        let release = self.release.clone();
        cancel.on_cancel(move || release.set());
        self.release.wait();
        if cancel.is_cancelled() {
            self.cancelled.fetch_add(1, SeqCst);
            return Err(ProfileError::Cancelled);
        }
        Ok(format!("{request} {:?} {:?}", request.window, request.pool).into_bytes())
    }
}

/// A listener that shows the source.
pub(super) fn serve(fake: Fake) -> (Server, SocketAddr, Arc<Fake>) {
    serve_with(fake, &Config::default(), Limits::default())
}

pub(super) fn serve_with(fake: Fake, config: &Config, limits: Limits) -> (Server, SocketAddr, Arc<Fake>) {
    let fake = Arc::new(fake);
    let server = Server::with_limits(SocketAddr::from(([127, 0, 0, 1], 0)), config, fake.clone(), limits)
        .expect("loopback has a free port");
    let addr = server.local_addr();
    (server, addr, fake)
}
