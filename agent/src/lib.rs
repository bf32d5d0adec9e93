//! Shows what the tasks, queues and locks of a concurrent Rust program are doing, and what is wrong.
#![deny(unsafe_code)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod agent;
pub mod assert;
pub mod capacity;
#[expect(unsafe_code, reason = "pins the future it forwards to")]
mod capture;
#[expect(unsafe_code, reason = "reads the processor's counter")]
mod clock;
mod config;
#[cfg(feature = "crossbeam-channel")]
pub mod crossbeam_channel;
pub mod detect;
mod error;
mod governor;
pub mod grid;
mod http;
#[cfg(feature = "hyper")]
pub mod hyper;
pub mod id;
pub mod metrics;
#[cfg(feature = "parking-lot")]
#[expect(unsafe_code, reason = "raw locks, whose contracts are unsafe")]
pub mod parking_lot;
mod primitive;
pub mod profile;
#[expect(unsafe_code, reason = "single-writer memory that any thread reads")]
mod recorder;
#[expect(unsafe_code, reason = "slots that are never unmapped")]
mod registry;
pub mod sampler;
pub mod site;
#[expect(unsafe_code, reason = "follows pointers to the compiler's constants")]
pub mod snapshot;
#[expect(unsafe_code, reason = "pin projection, and slots that are never unmapped")]
mod sync;
#[expect(unsafe_code, reason = "the task wrapper's pin projection and the waker in the slot")]
mod task;

#[expect(unsafe_code, reason = "a runtime is taken apart for its shutdown")]
pub mod tokio;
#[cfg(feature = "tokio-stream")]
pub mod tokio_stream;
#[cfg(feature = "tokio-util")]
pub mod tokio_util;

#[expect(unsafe_code, reason = "a scope that outlives its own frame, and locks given to third parties")]
pub mod std;

pub use agent::{Agent, Builder, init, set_enabled};
pub use config::{Config, Token, VARIABLES, Variable};
pub use error::Error;
#[cfg(feature = "macros")]
pub use taskscope_macros::checked_test as test;
pub use taskscope_macros::instrument_pool;
