//! Why there is no stack.

use std::fmt;

/// Why there is no stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missed {
    /// The program has the signal.
    Taken,
    /// The thread blocks the signal.
    Blocked,
    /// The thread is gone.
    Gone,
    /// The thread did not run the handler soon enough.
    Silent,
    /// By then the thread was at something else.
    Late,
    /// The agent could not make sense of what it copied.
    Failed,
    /// The system refuses what is needed, and this is its reason.
    Refused(String),
    /// No stacks can be taken here.
    #[cfg_attr(
        all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")),
        expect(dead_code, reason = "for the other platforms")
    )]
    Platform,
}

impl Missed {
    /// Whether another try may have more luck.
    pub(crate) fn is_chance(&self) -> bool {
        matches!(self, Self::Silent | Self::Late)
    }
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken => f.write_str("the program handles the signal SIGURG itself"),
            Self::Blocked => f.write_str("the thread blocks the signal SIGURG"),
            Self::Gone => f.write_str("the thread was gone"),
            Self::Silent => f.write_str("the thread did not come to run the signal handler in time"),
            Self::Late => f.write_str("the poll was over when the signal came"),
            Self::Failed => f.write_str("the agent failed to unwind it: a fault in taskscope itself"),
            Self::Refused(reason) => write!(f, "the system refuses it: {reason}"),
            Self::Platform => f.write_str("stacks are taken on Linux on x86_64 and aarch64 only"),
        }
    }
}
