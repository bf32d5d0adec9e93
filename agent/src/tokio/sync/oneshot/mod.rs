//! `tokio::sync::oneshot`: channels for one value, which know who waits for it.
//!
//! The types hold tokio's own. A receiver is a future itself, so its wait is shown at the nearest await that has a site.

mod receiver;
mod sender;

pub use ::tokio::sync::oneshot::error;

pub use receiver::Receiver;
pub use sender::{Sender, channel};
