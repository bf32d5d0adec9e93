//! Where facts live: slabs of slots that are never unmapped, tables that only grow, and the caps on both.
//!
//! Writers own their slot; readers copy at any time, without a lock, and check a generation before and after. See
//! [`design`] for the protocol.

mod budget;
mod chunk;
pub(crate) mod design;
mod ends;
mod groups;
mod handles;
pub(crate) mod orders;
mod runtimes;
pub(crate) mod scopes;
mod slab;
mod slots;
mod table;

pub(crate) use budget::{
    Dropped, Room, dropped, enabled, give_back, max_memory, memory, reserve, set_enabled, set_max_memory,
};
pub(crate) use ends::{ENDS, EndSlot};
pub(crate) use groups::{MAX_GROUPS, groups};
pub(crate) use handles::{HANDLES, HandleSlot, MAX_PARTS};
pub(crate) use runtimes::{RuntimeProbe, RuntimeRecord, runtimes};
pub(crate) use slab::{BATCH, Slab, Slot as SlabSlot};
pub(crate) use slots::{
    BLIND, HOLDS, HoldSlot, RESOURCES, ResourceSlot, TASKS, TaskSlot, WAITS, WaitSlot, pack_await,
    unpack_await,
};
