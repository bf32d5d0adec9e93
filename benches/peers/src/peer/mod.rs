//! The peer that this build is for: one file each, with the same names. What a peer does not see is tokio's own.

#[cfg_attr(feature = "taskscope", path = "taskscope.rs")]
#[cfg_attr(feature = "tokio-metrics", path = "tokio_metrics.rs")]
#[cfg_attr(feature = "await-tree", path = "await_tree.rs")]
#[cfg_attr(feature = "async-backtrace", path = "async_backtrace.rs")]
#[cfg_attr(feature = "fastrace", path = "fastrace.rs")]
#[cfg_attr(feature = "tracing", path = "tracing.rs")]
#[cfg_attr(feature = "hotpath", path = "hotpath.rs")]
#[cfg_attr(feature = "dial9", path = "dial9.rs")]
mod bare;
#[cfg(not(any(feature = "taskscope", feature = "hotpath")))]
mod plain;
#[cfg(not(any(feature = "taskscope", feature = "dial9")))]
mod runtime;

pub use bare::*;
#[cfg(not(any(feature = "taskscope", feature = "hotpath")))]
pub use plain::*;
#[cfg(not(any(feature = "taskscope", feature = "dial9")))]
pub use runtime::*;
