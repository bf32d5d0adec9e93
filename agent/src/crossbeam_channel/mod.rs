//! `crossbeam_channel`: queues of many senders and many receivers, which know how full they are, who used them last and who
//! waits for them (feature `crossbeam-channel`).
//!
//! Every end holds crossbeam's own and behaves like it. A receiver tries to receive first, and a sender to send; only if
//! that fails, a wait is recorded and the thread blocks. A value converts to and from crossbeam's own with `into_inner`,
//! `from_inner` and `From`, and derefs to it: the queue counts as not covered from then on.
//!
//! - [`Select`], [`select!`](crate::crossbeam_channel::select) and `select_biased!` are crossbeam's own and take the ends as they
//!   are, by `Deref`. What is sent and received there is not counted, and who waits there is not seen, so such a queue is
//!   shown as not covered.
//! - What [`after`], [`at`], [`tick`] and [`never()`] return is no queue, and is not recorded.
//! - How long messages stay inside is not sampled.

mod iter;
mod make;
mod receiver;
mod sender;

pub use ::crossbeam_channel::*;

pub use iter::{IntoIter, Iter, TryIter};
pub use make::{after, at, bounded, never, tick, unbounded};
pub use receiver::Receiver;
pub use sender::Sender;
