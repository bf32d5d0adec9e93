//! Which slots are read.

use crate::registry::{Slab, SlabSlot};

/// All slots of a slab, or some of them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which<'a> {
    All,
    /// Those at these places, which are in ascending order.
    Only(&'a [u32]),
}

impl Which<'_> {
    /// Calls `f` for each of them, in their order.
    pub(super) fn for_each<T: SlabSlot>(self, slab: &Slab<T>, mut f: impl FnMut(u32, &T)) {
        match self {
            Which::All => slab.for_each(f),
            Which::Only(places) => {
                for place in places {
                    if let Some(slot) = slab.get(*place) {
                        f(*place, slot);
                    }
                }
            }
        }
    }
}

/// Where to read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Selection<'a> {
    pub(super) tasks: Which<'a>,
    pub(super) resources: Which<'a>,
    pub(super) waits: Which<'a>,
}

impl Selection<'_> {
    /// Everywhere.
    pub(super) const ALL: Selection<'static> =
        Selection { tasks: Which::All, resources: Which::All, waits: Which::All };
}
