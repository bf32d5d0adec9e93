//! `tokio::sync::Notify`, which knows who waits for a notification, and who gave the last one.

#[expect(unsafe_code, reason = "pin projection, and an owned future that keeps alive what it borrows")]
mod futures;
mod signal;

pub use futures::{Notified, OwnedNotified};
pub use signal::Notify;
