//! `tokio::sync::watch`: channels that hold the last value, which know who waits for the next one and who gave it.
//!
//! The types hold tokio's own, and a [`Ref`] is tokio's.

mod receiver;
mod sender;

pub use ::tokio::sync::watch::{Ref, error};

pub use receiver::Receiver;
pub use sender::{Sender, channel};
