//! What the drop-ins of channels, locks and semaphores record: the resource, who waits for it, who holds it.

mod exclusive;
mod hold;
mod resource;
mod wait;

pub(crate) use exclusive::{Exclusive, HoldTime};
pub(crate) use hold::Hold;
pub(crate) use resource::{Kind, Resource, with_block};
pub(crate) use wait::{Op, Record, Subject, Waiting};
