//! A channel for one value. It has two ends at the most, so each of its words has one writer, and a channel that ends where
//! the next one begins leaves its slot to that one.

mod ends;
mod slot;

pub(crate) use ends::{SingleReceiver, SingleSender};
pub(crate) use slot::single;
