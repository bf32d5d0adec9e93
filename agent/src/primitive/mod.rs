//! Atomics, cells, locks and threads: from std, or from loom in the builds that check every interleaving.
//!
//! The recording side takes these types from here and never from std, so that its models run the code that ships.
//! The switch is `--cfg taskscope_loom`. It is not the customary `--cfg loom`, because tokio reacts to that name as
//! well: it drops `tokio::net`, and the listener no longer compiles.
//!
//! A loom value cannot be made in a constant and lives for one model run only. So a static comes from [`real`], which
//! is std in every build, or, if a model needs it, from [`global`], which makes it anew for each run. A field of a value that
//! may be made in a constant is a `ConstPtr`. A model must not depend on anything from [`real`] to order its threads.

pub(crate) mod real;
#[cfg(taskscope_loom)]
mod simulated;

#[cfg(not(taskscope_loom))]
pub(crate) use real::*;
#[cfg(taskscope_loom)]
pub(crate) use simulated::*;
