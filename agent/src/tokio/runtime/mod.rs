//! `tokio::runtime`, with what the agent instruments replaced.
//!
//! `LocalRuntime` is tokio's own: what is spawned onto it with `spawn_local` of the drop-in is recorded, the runtime
//! itself is not.

mod builder;
mod handle;
#[expect(clippy::module_inception, reason = "tokio's own layout: the type and the module share the name")]
mod runtime;

pub use ::tokio::runtime::*;

pub use builder::Builder;
pub use handle::Handle;
pub use runtime::Runtime;
