//! `tokio::sync`, with what the agent instruments replaced.

pub mod mpsc;

pub use ::tokio::sync::*;
