//! Queues: their ends, the messages that go in and come out, and the futures of the receiving end.
//!
//! All ends of a queue share one slot. An end never touches the messages themselves: the real sender or receiver
//! stands beside it in the drop-in, before it, so that it is dropped first.

#[cfg(feature = "crossbeam-channel")]
mod consumer;
mod end;
mod ends;
mod flow;
mod receiving;
#[cfg(feature = "tokio-util")]
mod share;
mod single;
mod subscriber;

#[cfg(feature = "crossbeam-channel")]
pub(crate) use consumer::ConsumerEnd;
pub(crate) use end::{End, Side};
pub(crate) use ends::{ReceiverEnd, SenderEnd, WeakEnd, ends, escape, sender_end};
pub(crate) use flow::{count_sent, enter, foresee};
pub(crate) use receiving::{Received, Receiving};
#[cfg(feature = "tokio-util")]
pub(crate) use share::Share;
pub(crate) use single::{SingleReceiver, SingleSender, single};
pub(crate) use subscriber::SubscriberEnd;
