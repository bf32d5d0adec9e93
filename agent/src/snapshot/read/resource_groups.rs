//! Groups of resources, with their totals.

use super::Detail;
use super::resources::{flow, is_sent_to, kind};
use crate::primitive::atomic::fence;
use crate::primitive::real::Mutex;
use crate::recorder::{self, ResourceBlock};
use crate::registry::{self, RESOURCES, ResourceSlot};
use crate::snapshot::{Place, ResourceGroup, ResourceKind};
use std::sync::atomic::Ordering::{Acquire, Relaxed};

/// What went in and out of each group, as it was read before. A resource that goes while it is read may be missed, in
/// its slot and in its group, until the next reading. It is never found twice. So the highest reading is the best one.
static HIGHEST: Mutex<Vec<(u64, u64)>> = Mutex::new(Vec::new());

/// All groups of resources, with what all shards recorded about them.
pub(super) fn groups(detail: Detail) -> Vec<ResourceGroup> {
    let mut groups = names();
    let mut flows = vec![(0, 0); groups.len()];
    for shard in recorder::shards() {
        shard.resources.for_each(|number, block| {
            if let Some(group) = groups.get_mut(number as usize) {
                add(group, block, detail);
                let flow = &mut flows[number as usize];
                *flow = (flow.0 + block.entered.load(Relaxed), flow.1 + block.left.load(Relaxed));
            }
        });
    }
    // Acquire: pairs with the fence in `sync::resource::free`. A slot whose counts were in its group above is no longer
    // live below.
    fence(Acquire);
    RESOURCES.for_each(|_, slot| {
        let Some((group, entered, left)) = live(slot, &groups) else { return };
        flows[group] = (flows[group].0 + entered, flows[group].1 + left);
    });
    keep_highest(&mut flows);
    for (group, (entered, left)) in groups.iter_mut().zip(flows) {
        match group.kind {
            ResourceKind::Broadcast => (group.sent, group.missed) = (entered, left),
            kind if is_sent_to(kind) => (group.sent, group.received) = (entered, left),
            _ => group.acquired = entered,
        }
    }
    groups
}

/// All groups of resources, without any number.
pub(super) fn names() -> Vec<ResourceGroup> {
    let groups = registry::groups();
    let named = groups.resources.iter().map(|group| {
        let (file, line, column) = group.key.place;
        let place = Place { file, line, column };
        let name = if group.label.is_empty() { place.to_string() } else { group.label.to_owned() };
        ResourceGroup::new(group.key.pool, kind(group.key.kind), name, place)
    });
    named.collect()
}

/// The group of a live resource, and what went in and out; `None` if it went meanwhile, or if its group is none of
/// these.
fn live(slot: &ResourceSlot, groups: &[ResourceGroup]) -> Option<(usize, u64, u64)> {
    let state = slot.state.load(Acquire);
    if state & ResourceSlot::LIVE == 0 {
        return None;
    }
    let group = slot.group.load(Relaxed) as usize;
    let (entered, left) = flow(slot, state, groups.get(group)?.kind);
    // Acquire: if any of these words is of the slot's next use, the state is seen to have changed.
    fence(Acquire);
    (slot.state.load(Relaxed) >> 32 == state >> 32).then_some((group, entered, left))
}

fn keep_highest(flows: &mut [(u64, u64)]) {
    let mut highest = HIGHEST.lock();
    if highest.len() < flows.len() {
        highest.resize(flows.len(), (0, 0));
    }
    for (flow, highest) in flows.iter_mut().zip(highest.iter_mut()) {
        *highest = (highest.0.max(flow.0), highest.1.max(flow.1));
        *flow = *highest;
    }
}

fn add(group: &mut ResourceGroup, block: &ResourceBlock, detail: Detail) {
    group.created += block.created.load(Relaxed);
    if detail == Detail::Full {
        block.wait.add_to(&mut group.wait.counts, &mut group.wait.sum);
        block.hold.add_to(&mut group.hold.counts, &mut group.hold.sum);
        // A reader-writer lock has no messages: the room is for its writers.
        let (dwell, send_wait) = match group.kind {
            ResourceKind::RwLock => (&mut group.write_hold, &mut group.write_wait),
            _ => (&mut group.dwell, &mut group.send_wait),
        };
        block.dwell.add_to(&mut dwell.counts, &mut dwell.sum);
        block.send_wait.add_to(&mut send_wait.counts, &mut send_wait.sum);
    }
}
