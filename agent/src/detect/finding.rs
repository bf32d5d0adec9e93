//! What a detector says.

use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Hold, Place, Resource, Task, Wait};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All of them, in the order of the documentation.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The word that stands for it in JSON, metrics and logs.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }
    };
}

words! {
    /// What is wrong.
    FindingKind {
        /// A task that can never end, or whose kind only grows.
        LeakedTask = "leaked_task",
        /// A set of tasks that waits for itself.
        Deadlock = "deadlock",
        /// A task waits for what its own unpolled future holds or was granted.
        Futurelock = "futurelock",
        /// Parked, and no waker is left anywhere.
        LostWaker = "lost_waker",
        /// Runnable or retrying, and never served.
        StarvedTask = "starved_task",
        /// One poll keeps the worker for long.
        BlockingPoll = "blocking_poll",
        /// Polled without end, and no progress.
        BusyLoop = "busy_loop",
        /// Permits or workers that cannot come back.
        PoolExhausted = "pool_exhausted",
        /// A bounded queue that stays full.
        QueueSaturated = "queue_saturated",
        /// A queue whose arrivals exceed its service.
        QueueGrowing = "queue_growing",
        /// All progress in single file behind one lock.
        LockConvoy = "lock_convoy",
    }
}

words! {
    /// How sure a finding is.
    Certainty {
        /// It cannot be otherwise.
        Proven = "proven",
        /// It looks like it.
        Suspected = "suspected",
    }
}

words! {
    /// Why a finding is believed.
    Evidence {
        /// It can never run again.
        Proof = "proof",
        /// A closed wait-for cycle or knot.
        Cycle = "cycle",
        /// Caught in the act.
        Observed = "observed",
        /// It grows, or lasts beyond what this site normally shows.
        Statistical = "statistical",
    }
}

words! {
    /// How bad it is.
    Severity {
        /// It will not heal by itself.
        Critical = "critical",
        /// It hurts.
        Warning = "warning",
        /// Good to know.
        Info = "info",
    }
}

impl Evidence {
    /// The certainty that goes with it.
    pub const fn certainty(self) -> Certainty {
        match self {
            Evidence::Proof | Evidence::Cycle | Evidence::Observed => Certainty::Proven,
            Evidence::Statistical => Certainty::Suspected,
        }
    }
}

/// One verdict on one snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// Why it is believed.
    pub evidence: Evidence,
    /// How bad it is.
    pub severity: Severity,
    /// Name of the pool it belongs to.
    pub pool: String,
    /// The place in the source to blame.
    pub blame: Place,
    /// One sentence a person can act on.
    pub summary: String,
    /// What to do about it.
    pub advice: String,
    /// The tasks it is about.
    pub tasks: Vec<TaskId>,
    /// Of a circle, the tasks that wait behind its members, directly or through others: nothing is wrong with these.
    pub behind: Vec<TaskId>,
    /// The resources it is about.
    pub resources: Vec<ResourceId>,
}

/// A finding with its history: as it was first seen, and whether it lasts.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its identity, `f1`, `f2` and so on in the order of appearance.
    pub id: u64,
    /// The verdict, as of the last snapshot that showed it.
    pub finding: Finding,
    /// When it began, in milliseconds since 1970.
    pub since_unix_ms: u64,
    /// When it was gone; `None` while it lasts.
    pub resolved_unix_ms: Option<u64>,
    /// When it was last seen, on the agent's clock: what follows is as of then.
    pub at: u64,
    /// Its tasks as they were when it was last seen, and after them those behind.
    pub tasks: Vec<Task>,
    /// Its resources as they were when it was last seen.
    pub resources: Vec<Resource>,
    /// The waits of its tasks as they were when it was last seen.
    pub waits: Vec<Wait>,
    /// The guards and permits of its resources that were out when it was last seen.
    pub holds: Vec<Hold>,
}
