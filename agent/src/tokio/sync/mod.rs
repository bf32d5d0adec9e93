//! `tokio::sync`, with what the agent instruments replaced.

pub use ::tokio::sync::*;
