//! `std::sync::mpsc`: queues of many senders and one receiver, which know how full they are, who used them last and who
//! waits for them.
//!
//! Every type holds std's own of the same name and behaves like it. A receiver tries to receive first, and a sender with a
//! capacity to send; only if that fails, a wait is recorded and the thread blocks. A value converts to and from std's own
//! with `into_inner`, `from_inner` and `From`, and a sender derefs to it: the queue counts as not covered from then on.

mod iter;
mod receiver;
mod sender;

pub use ::std::sync::mpsc::*;

pub use iter::{IntoIter, Iter, TryIter};
pub use receiver::Receiver;
pub use sender::{Sender, SyncSender, channel, sync_channel};
