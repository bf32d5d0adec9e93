//! Shows what the tasks, queues and locks of a concurrent Rust program are doing, and what is wrong.
//!
//! # Without recording
//!
//! The feature `record`, which is on by default, is all that records and shows. Without it
//! (`default-features = false, features = ["full"]`) the drop-ins are the originals themselves, the attributes bring them
//! into scope and change nothing else, [`init`] checks its settings and says that recording is compiled out, and the
//! checks of [`mod@assert`] let everything pass: the program has neither an instruction nor a byte of this crate's in its
//! operations. A program that instruments itself and starts the agent compiles in both modes. Two things do not:
//!
//! - `into_inner`, `from_inner` and their like, which convert a drop-in to its original and back, where both are one type.
//!   `From` and `Into` do the same and work in both modes.
//! - What reads the running program: `Agent::snapshot`, `Agent::findings`, and the modules that they lead to.
#![deny(unsafe_code)]
#![cfg_attr(
    not(feature = "record"),
    expect(dead_code, unused_imports, reason = "errors and names that recording alone needs")
)]

#[cfg(feature = "record")]
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[cfg(feature = "record")]
mod agent;
#[cfg(feature = "record")]
pub mod assert;
#[cfg(feature = "record")]
pub mod capacity;
#[cfg(feature = "record")]
#[expect(unsafe_code, reason = "pins the future it forwards to")]
mod capture;
#[cfg(feature = "record")]
#[expect(unsafe_code, reason = "reads the processor's counter")]
mod clock;
mod config;
#[cfg(all(feature = "record", feature = "crossbeam-channel"))]
pub mod crossbeam_channel;
#[cfg(feature = "record")]
pub mod detect;
mod error;
#[cfg(feature = "record")]
mod governor;
#[cfg(feature = "record")]
pub mod grid;
#[cfg(feature = "record")]
mod http;
#[cfg(all(feature = "record", feature = "hyper"))]
pub mod hyper;
#[cfg(feature = "record")]
pub mod id;
#[cfg(feature = "record")]
pub mod metrics;
#[cfg(feature = "record")]
mod original;
#[cfg(all(feature = "record", feature = "parking-lot"))]
#[expect(unsafe_code, reason = "raw locks, whose contracts are unsafe")]
pub mod parking_lot;
#[cfg(feature = "record")]
mod primitive;
#[cfg(feature = "record")]
pub mod profile;
#[cfg(all(feature = "record", feature = "rayon"))]
pub mod rayon;
#[cfg(feature = "record")]
#[expect(unsafe_code, reason = "single-writer memory that any thread reads")]
mod recorder;
#[cfg(feature = "record")]
#[expect(unsafe_code, reason = "slots that are never unmapped")]
mod registry;
#[cfg(feature = "record")]
pub mod sampler;
#[cfg(feature = "record")]
pub mod site;
#[cfg(feature = "record")]
#[expect(unsafe_code, reason = "follows pointers to the compiler's constants")]
pub mod snapshot;
#[cfg(feature = "record")]
#[expect(unsafe_code, reason = "pin projection, and slots that are never unmapped")]
mod sync;
#[cfg(feature = "record")]
#[expect(unsafe_code, reason = "the task wrapper's pin projection and the waker in the slot")]
mod task;

#[cfg(feature = "record")]
#[expect(unsafe_code, reason = "a runtime is taken apart for its shutdown")]
pub mod tokio;
#[cfg(all(feature = "record", feature = "tokio-stream"))]
pub mod tokio_stream;
#[cfg(all(feature = "record", feature = "tokio-util"))]
pub mod tokio_util;

#[cfg(feature = "record")]
#[expect(unsafe_code, reason = "a scope that outlives its own frame, and locks given to third parties")]
pub mod std;

#[cfg(not(feature = "record"))]
mod off;

#[cfg(feature = "record")]
pub use agent::{Agent, Builder, init, set_enabled};
pub use config::{Config, Token, VARIABLES, Variable};
pub use error::Error;
#[cfg(not(feature = "record"))]
pub use off::*;
#[cfg(feature = "macros")]
pub use taskscope_macros::checked_test as test;
pub use taskscope_macros::instrument_pool;
