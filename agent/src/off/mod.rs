//! The crate without the feature `record`: each drop-in is the original, and an agent has nothing to show.
//!
//! What a program needs to instrument itself, to start the agent and to check its tests is here under the same names, so
//! that the program compiles in both modes. What is read from a running program is not: there is nothing to read.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod agent;
pub mod assert;
#[path = "../agent/builder.rs"]
mod builder;
#[cfg(feature = "hyper")]
pub mod hyper;
#[path = "../agent/place.rs"]
mod place;
#[path = "../agent/say.rs"]
mod say;
pub mod tokio;

#[cfg(feature = "crossbeam-channel")]
pub use ::crossbeam_channel;
#[cfg(feature = "parking-lot")]
pub use ::parking_lot;
#[cfg(feature = "rayon")]
pub use ::rayon;
pub use ::std;
#[cfg(feature = "tokio-stream")]
pub use ::tokio_stream;
#[cfg(feature = "tokio-util")]
pub use ::tokio_util;

pub use agent::{Agent, init, set_enabled};
pub use builder::Builder;
