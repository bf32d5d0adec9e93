//! What the listener shows: the one door through which it reads, and what it needs to know of the agent.

use crate::capacity::Facts;
use crate::detect::{Inversion, Record};
use crate::http::Cancel;
use crate::id::TaskId;
use crate::profile::Frame;
use crate::snapshot::{History, Snapshot, Trace};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Where the answers come from. Every function is called on a thread for blocking work, never on the thread that
/// serves the connections, and may be called by several threads at a time. A panic inside is answered with 500.
///
/// [`snapshot`](Source::snapshot) may hand out the same snapshot for a short while: one look of the live page asks
/// for it several times.
pub(crate) trait Source: Send + Sync + 'static {
    /// What is known of the agent itself.
    fn about(&self) -> About;

    /// What the program is doing.
    fn snapshot(&self) -> Arc<Snapshot>;

    /// What is or was wrong, oldest first.
    fn findings(&self) -> Vec<Record>;

    /// The last minutes.
    fn history(&self) -> History;

    /// What is known of queues and pools over the last minute.
    fn capacity(&self) -> Arc<Facts>;

    /// The exposition of all metrics: text format 0.0.4 or OpenMetrics 1.0.
    fn metrics_text(&self, openmetrics: bool) -> String;

    /// Whether a profile could be taken now, without taking it.
    fn profile_ready(&self, request: &ProfileRequest) -> Result<(), ProfileError>;

    /// Records all events for as long as was asked for, or until it is cancelled, or until there is no more room.
    fn trace(&self, window: Duration, cancel: &Cancel) -> Result<Trace, ProfileError>;

    /// The trace that was kept for this finding, or the last one that was kept for any.
    fn kept(&self, finding: Option<u64>) -> Option<Arc<Kept>>;

    /// The findings for which traces were kept and are still there.
    fn kept_for(&self) -> Vec<u64>;

    /// The stacks of the threads that these findings have caught, in their order. It may read debug information.
    fn stacks(&self, findings: &[&Record]) -> Vec<Stack>;

    /// In which order locks were taken; `None` if that is not watched.
    fn lock_orders(&self) -> Option<LockOrders>;

    /// Takes a profile for as long as was asked for, or until it is cancelled, and renders it.
    fn profile(&self, request: &ProfileRequest, cancel: &Cancel) -> Result<Vec<u8>, ProfileError>;
}

/// In which order locks were taken.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LockOrders {
    /// How many pairs of places there are, where one was made that was taken while one that was made at the other was held.
    pub(crate) pairs: usize,
    /// The orders that do not agree, the shortest first.
    pub(crate) inversions: Vec<Inversion>,
    /// What the groups in them are called.
    pub(crate) names: Snapshot,
}

/// A trace that was kept for what was found at the time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Kept {
    /// The findings.
    pub(crate) findings: Vec<u64>,
    /// What happened.
    pub(crate) trace: Trace,
}

/// The stack of the thread that a finding has caught.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stack {
    /// The finding is not about what a thread does.
    None,
    /// There is none, and this is why.
    Missing(String),
    /// What the thread did in a poll of this task, innermost first.
    Taken(TaskId, Vec<Frame>),
}

/// Looks for what is certain alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Glances {
    /// Seconds from one to the next.
    pub(crate) every: f64,
    /// CPU time of the last one.
    pub(crate) cpu: f64,
    /// How many tasks it read.
    pub(crate) tasks: usize,
}

/// What is known of the agent itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct About {
    /// Name of the program.
    pub(crate) program: String,
    /// Its process id.
    pub(crate) pid: u32,
    /// Now, in milliseconds since 1970.
    pub(crate) unix_ms: u64,
    /// When the agent was started, in milliseconds since 1970.
    pub(crate) started_unix_ms: u64,
    /// The share of the process's CPU that the fixed part of the agent costs; `None` if it was not measured.
    pub(crate) overhead_fixed: Option<f64>,
    /// The share that the optional part costs.
    pub(crate) overhead_optional: Option<f64>,
    /// Seconds from one look for findings to the next, and the CPU time of the last one; `None` before the first.
    pub(crate) look_every: Option<f64>,
    /// See `look_every`.
    pub(crate) look_cpu: Option<f64>,
    /// The glances between them; `None` if there are none.
    pub(crate) glances: Option<Glances>,
    /// The share that the optional part may cost.
    pub(crate) budget: f64,
    /// Seconds that something must last before a statistical verdict is given.
    pub(crate) stuck_after: f64,
    /// Bytes of memory that the agent may hold.
    pub(crate) max_memory: u64,
    /// What is recorded for some events only.
    pub(crate) sampled: Vec<Sampled>,
    /// Profiles that can be taken in this process.
    pub(crate) profiles: Vec<ProfileKind>,
}

/// Something that is recorded for one event out of several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sampled {
    /// What, in words.
    pub(crate) what: &'static str,
    /// One event out of how many.
    pub(crate) one_in: u32,
}

/// What a profile counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProfileKind {
    /// Samples of running threads.
    Cpu,
    /// Time that tasks wait.
    Wait,
    /// Time that tasks wait for locks and permits.
    Contention,
    /// Memory.
    Heap,
}

/// How a profile is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProfileFormat {
    /// A picture.
    Svg,
    /// One line per stack.
    Folded,
    /// The protocol buffer that `go tool pprof` reads.
    Pprof,
    /// The document that speedscope reads.
    Speedscope,
}

/// What profile is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProfileRequest {
    /// What it counts.
    pub(crate) kind: ProfileKind,
    /// How it is rendered.
    pub(crate) format: ProfileFormat,
    /// How long it takes.
    pub(crate) window: Duration,
    /// The only pool it is about.
    pub(crate) pool: Option<String>,
}

/// Why there is no profile. The texts are shown to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProfileError {
    /// What it needs belongs to somebody else in this process: 409.
    Taken(String),
    /// As many are being taken as may be: 429.
    TooMany(String),
    /// It cannot be had here, and what to do about it: 503.
    Unavailable(String),
    /// It was cancelled.
    Cancelled,
}

impl ProfileKind {
    /// All of them, in the order of their words.
    pub(crate) const ALL: [ProfileKind; 4] =
        [ProfileKind::Cpu, ProfileKind::Wait, ProfileKind::Contention, ProfileKind::Heap];
    /// The words that stand for them.
    pub(crate) const WORDS: [&str; 4] = ["cpu", "wait", "contention", "heap"];

    /// The word that stands for it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

impl ProfileFormat {
    /// All of them, in the order of their words.
    pub(crate) const ALL: [ProfileFormat; 4] =
        [ProfileFormat::Svg, ProfileFormat::Folded, ProfileFormat::Pprof, ProfileFormat::Speedscope];
    /// The words that stand for them.
    pub(crate) const WORDS: [&str; 4] = ["svg", "folded", "pprof", "speedscope"];

    /// The word that stands for it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The type of its body.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            ProfileFormat::Svg => "image/svg+xml",
            ProfileFormat::Folded => "text/plain; charset=utf-8",
            ProfileFormat::Pprof => "application/octet-stream",
            ProfileFormat::Speedscope => "application/json",
        }
    }

    /// How the name of its file ends.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            ProfileFormat::Svg => "svg",
            ProfileFormat::Folded => "folded.txt",
            ProfileFormat::Pprof => "pb.gz",
            ProfileFormat::Speedscope => "speedscope.json",
        }
    }
}

impl fmt::Display for ProfileRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} profile as {}", self.kind.word(), self.format.word())
    }
}
