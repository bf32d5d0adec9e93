//! tokio, with what the agent instruments replaced: same names, signatures, semantics and errors.
//!
//! Put `use taskscope::tokio;` at the top of a file, and plain tokio code there is instrumented. Everything that is not
//! replaced is tokio's own. A replaced type holds tokio's value and converts both ways.
//!
//! Not replaced is what waits for a time, for input or output, or for a signal of the system. Where the attribute gave the
//! await a site, a task that waits for that is shown with the operation `sleep` or `io`, which the type of the awaited
//! future tells; and since its waker is then with something that is not seen, no finding takes it for stuck.

#[cfg(feature = "rt")]
pub mod runtime;
#[cfg(feature = "sync")]
pub mod sync;
#[cfg(feature = "rt")]
pub mod task;

pub use ::tokio::*;
#[cfg(feature = "macros")]
pub use taskscope_macros::{main, test};

#[cfg(feature = "rt")]
pub use task::spawn;
