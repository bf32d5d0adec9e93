//! `tokio_stream::wrappers`, of the drop-ins. A stream's waits are shown where the stream was made.

mod broadcast;
mod holds;
mod join_set;
mod mpsc;
mod watch;

pub use ::tokio_stream::wrappers::*;
pub use broadcast::BroadcastStream;
pub use join_set::JoinSetStream;
pub use mpsc::{ReceiverStream, UnboundedReceiverStream};
pub use watch::WatchStream;
