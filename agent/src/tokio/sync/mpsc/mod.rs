//! `tokio::sync::mpsc`: queues of many senders and one receiver, which know how full they are, who used them last and
//! who waits for them.
//!
//! Every type holds tokio's own type of the same name and behaves like it: the futures of tokio do the work, so order,
//! fairness, cancellation and cooperative scheduling are tokio's. A future that is made and not polled has done
//! nothing here either.
//!
//! A value converts to and from tokio's own with `into_inner`, `from_inner` and `From`, and a sender derefs to it. What
//! happens through the plain value is not seen, so the queue counts as not covered from then on.

mod bounded;
mod owned_permit;
mod permit;
mod receiver;
mod sender;
mod unbounded;
mod weak;

pub use ::tokio::sync::mpsc::error;

pub use bounded::{Receiver, Sender, WeakSender, channel};
pub use owned_permit::OwnedPermit;
pub use permit::{Permit, PermitIterator};
pub use unbounded::{UnboundedReceiver, UnboundedSender, WeakUnboundedSender, unbounded_channel};
