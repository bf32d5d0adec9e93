//! `tokio::sync::broadcast`: channels in which every receiver gets every value, which know who waits, who used them last,
//! and how many messages receivers missed.
//!
//! The types hold tokio's own.

mod receiver;
mod sender;
mod weak;

pub use ::tokio::sync::broadcast::error;

pub use receiver::Receiver;
pub use sender::{Sender, channel};
pub use weak::WeakSender;
