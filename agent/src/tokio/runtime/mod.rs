//! `tokio::runtime`, with what the agent instruments replaced.

mod builder;
mod built;
mod handle;
mod local;
#[expect(clippy::module_inception, reason = "tokio's own layout: the type and the module share the name")]
mod runtime;

pub use ::tokio::runtime::*;

pub use builder::Builder;
pub use handle::Handle;
pub use local::LocalRuntime;
pub use runtime::Runtime;
