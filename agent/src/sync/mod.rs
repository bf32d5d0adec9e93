//! What the drop-ins of channels, locks and semaphores record: the resource, who waits for it, who holds it.

mod blocked;
mod exclusive;
mod hold;
pub(crate) mod queue;
mod resource;
mod then;
mod wait;

pub(crate) use blocked::Blocked;
pub(crate) use exclusive::{Exclusive, HoldTime};
pub(crate) use hold::Hold;
pub(crate) use resource::{Kind, Resource, with_block};
pub(crate) use wait::{Op, Record, Subject, Waiting};
