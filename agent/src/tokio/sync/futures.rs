//! `tokio::sync::futures`: the futures that have a name.

pub use super::notify::{Notified, OwnedNotified};
