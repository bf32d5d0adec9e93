//! What the drop-ins of channels, locks and semaphores record: the resource, who waits for it, who holds it.

mod acquire;
pub(crate) mod asks;
mod beside;
mod blocked;
mod blocking;
mod exclusive;
mod handle;
mod hold;
pub(crate) mod queue;
#[cfg(feature = "parking-lot")]
mod readers;
mod reading;
mod refused;
mod resource;
#[cfg(feature = "rayon")]
mod runner;
mod then;
mod turn;
mod wait;

pub(crate) use acquire::{Acquiring, Taking};
pub(crate) use beside::{Beside, Seen};
pub(crate) use blocked::Blocked;
pub(crate) use blocking::block_on;
pub(crate) use exclusive::{Entry, Exclusive, Held};
pub use handle::{Kept, Parts};
pub(crate) use hold::Hold;
pub(crate) use reading::Reading;
pub(crate) use resource::{Kind, Resource, record_in};
pub(crate) use then::give;
pub(crate) use turn::Turn;
pub(crate) use wait::{Op, Record, Subject, Waiting};
