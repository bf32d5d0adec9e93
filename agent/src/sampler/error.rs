//! Why there is no profile.

use std::fmt;

/// Why there is no profile.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileError {
    /// Another profiler of this process handles the profiling signal: answer 409.
    SignalTaken,
    /// As many windows are open as are allowed: answer 429.
    TooMany,
    /// This process cannot be profiled, and this is why: answer 503.
    Unavailable(String),
    /// It was cancelled: there is nobody to answer.
    Cancelled,
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignalTaken => {
                f.write_str("the profiling signal (SIGPROF) belongs to another profiler of this process")
            }
            Self::TooMany => write!(f, "{} profiles are being taken already", super::MAX_WINDOWS),
            Self::Unavailable(reason) => write!(f, "CPU profiles are not available: {reason}"),
            Self::Cancelled => f.write_str("the profile was cancelled"),
        }
    }
}

impl std::error::Error for ProfileError {}
