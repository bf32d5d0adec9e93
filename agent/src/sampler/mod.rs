//! Takes CPU profiles of the running process.
//!
//! One [`Engine`] session runs for the whole process while somebody wants samples; each request is a window over
//! it ([`Sampler::cpu`]). Windows may overlap: the session is cut into segments where a window opens or closes, and
//! each segment counts for every window that is open while it is taken. Nothing here runs while nobody asks.
//!
//! All work is done on the thread that calls, which must be one of the agent's: collecting, naming and drawing
//! never happen on a thread of the application.

mod agent_cpu;
mod cancel;
mod edges;
mod engine;
mod error;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod maps;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod pprof;
mod service;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[expect(unsafe_code, reason = "signal dispositions and CPU clocks are asked for with C functions")]
mod signal;
mod stack;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod symbols;
mod window;

pub use agent_cpu::agent_cpu;
pub use cancel::Cancel;
pub use engine::{Engine, RawStack, Segment, Session, Symbol, Symbols, default_engine};
pub use error::ProfileError;
pub use service::{MAX_WINDOWS, Sampler};
pub(crate) use stack::{Missed, Names, take as take_stack};
