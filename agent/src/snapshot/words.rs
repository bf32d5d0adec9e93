//! The words that stand for kinds, states and operations in JSON, metrics and logs, and what the kinds have in common.

use crate::snapshot::{Op, ResourceKind, TaskKind, TaskState};

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// All of them, in the order of their declaration.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The words of all of them, in the same order.
            pub const WORDS: &[&str] = &[$($word),+];

            /// The word that stands for it in JSON, metrics and logs.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }
    };
}

words! { TaskKind {
    Task = "task",
    Local = "local",
    Blocking = "blocking",
    Thread = "thread",
    Root = "root",
}}

words! { TaskState {
    Running = "running",
    Runnable = "runnable",
    Waiting = "waiting",
    Unknown = "unknown",
}}

words! { ResourceKind {
    Mutex = "mutex",
    RwLock = "rwlock",
    Semaphore = "semaphore",
    Mpsc = "mpsc",
    Oneshot = "oneshot",
    Broadcast = "broadcast",
    Watch = "watch",
    Notify = "notify",
    Barrier = "barrier",
    OnceCell = "once_cell",
    Join = "join",
    Condvar = "condvar",
    BlockingPool = "blocking_pool",
}}

// A wait that is for ever by intent is shown as any other wait that is for no resource.
words! { Op {
    Lock = "lock",
    Read = "read",
    Write = "write",
    Acquire = "acquire",
    Send = "send",
    Recv = "recv",
    Changed = "changed",
    Notified = "notified",
    Wait = "wait",
    Join = "join",
    Init = "init",
    Sleep = "sleep",
    Io = "io",
    Pending = "other",
    Other = "other",
}}

impl Op {
    /// Whether the task waits because others hold or fill something, not for something to arrive.
    pub const fn contends(self) -> bool {
        matches!(self, Op::Lock | Op::Read | Op::Write | Op::Acquire | Op::Send)
    }
}

impl TaskKind {
    /// Whether a tokio runtime counts it among its live tasks. A `LocalSet` counts its tasks by itself.
    pub const fn is_counted_by_runtime(self) -> bool {
        matches!(self, TaskKind::Task)
    }
}

impl ResourceKind {
    /// Whether it carries values from one task to another.
    pub const fn is_queue(self) -> bool {
        matches!(
            self,
            ResourceKind::Mpsc
                | ResourceKind::Oneshot
                | ResourceKind::Broadcast
                | ResourceKind::Watch
                | ResourceKind::BlockingPool
        )
    }

    /// Whether every receiver gets every value, so that the received ones are no number of the queue.
    pub const fn reaches_all(self) -> bool {
        matches!(self, ResourceKind::Broadcast | ResourceKind::Watch)
    }

    /// Whether it is held: a lock or a semaphore.
    pub const fn is_lock(self) -> bool {
        matches!(self, ResourceKind::Mutex | ResourceKind::RwLock | ResourceKind::Semaphore)
    }
}
