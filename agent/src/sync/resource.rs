//! A resource's slot, owned by the drop-in value that the program uses.

use crate::clock;
use crate::primitive::atomic::fence;
use crate::primitive::real::atomic::AtomicPtr;
use crate::recorder::{self, Histogram, Local, MARK, ResourceBlock, Shard, bump};
use crate::registry::{Dropped, RESOURCES, ResourceSlot, groups};
use std::panic::Location;
use std::ptr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

/// What a resource is; the numbers are those of the snapshot's `ResourceKind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Mutex = 0,
    RwLock = 1,
    Semaphore = 2,
    Mpsc = 3,
    Oneshot = 4,
    Broadcast = 5,
    Watch = 6,
    Notify = 7,
    Barrier = 8,
    OnceCell = 9,
    Condvar = 11,
}

/// The owner of a resource's slot. Without a slot (recording off, or no room) nothing is recorded.
#[derive(Debug)]
pub(crate) struct Resource {
    /// `LAZY` until the first use of a value that was made in a constant; null without a slot: then a look at it is one
    /// test, and what is read is passed on as it is.
    slot: AtomicPtr<ResourceSlot>,
    /// Without one, the place of the first use is that of the creation.
    location: Option<&'static Location<'static>>,
    limit: u64,
    kind: Kind,
}

/// "Has no slot and never will".
const UNSEEN: *mut ResourceSlot = ptr::null_mut();
/// "Was not used yet": no address of a slot, which are aligned. Its sign tells it from
/// those of most programs.
const LAZY: *mut ResourceSlot = ptr::without_provenance_mut(usize::MAX);

impl Resource {
    /// Records the creation of a resource at `location`. `limit`: permits or capacity; 0 for none.
    pub(crate) fn new(kind: Kind, limit: u64, location: &'static Location<'static>) -> Self {
        let slot = AtomicPtr::new(address(record(kind, limit, location)));
        Self { slot, location: Some(location), limit, kind }
    }

    /// Records a value that comes from outside of the drop-in, at `location`.
    pub(crate) fn from_outside(kind: Kind, limit: u64, location: &'static Location<'static>) -> Self {
        let resource = Self::new(kind, limit, location);
        resource.escape();
        resource
    }

    /// A resource that is recorded on its first use: for values made in a constant.
    pub(crate) const fn lazy(kind: Kind, limit: u64, location: &'static Location<'static>) -> Self {
        Self { slot: AtomicPtr::new(LAZY), location: Some(location), limit, kind }
    }

    /// The same, for constants that cannot tell where they are used.
    pub(crate) const fn unplaced(kind: Kind) -> Self {
        Self { slot: AtomicPtr::new(LAZY), location: None, limit: 0, kind }
    }

    /// One that has this slot from the beginning on.
    #[cfg(all(test, taskscope_loom))]
    pub(crate) fn with_slot(kind: Kind, slot: &'static ResourceSlot) -> Self {
        Self { slot: AtomicPtr::new(address(Some(slot))), location: None, limit: 0, kind }
    }

    /// Where it was made; if that is not known, where this is asked.
    #[track_caller]
    pub(crate) fn location(&self) -> &'static Location<'static> {
        self.location.unwrap_or(Location::caller())
    }

    /// The slot, if it has one. If this is the first use, it is at `place`.
    pub(crate) fn slot_at(&self, place: &'static Location<'static>) -> Option<&'static ResourceSlot> {
        // Acquire: as in `slot`.
        let slot = self.slot.load(Acquire);
        if slot == LAZY {
            return self.first_use(self.location.unwrap_or(place));
        }
        // SAFETY: as in `slot`.
        unsafe { slot.as_ref() }
    }

    /// The slot, if it has one.
    #[inline(always)]
    pub(crate) fn slot(&self) -> Option<&'static ResourceSlot> {
        // Acquire: pairs with the release in `first_use`.
        let slot = self.slot.load(Acquire);
        if slot == LAZY {
            return self.no_slot();
        }
        // SAFETY: not `LAZY`, so null or a slot, which is never unmapped.
        unsafe { slot.as_ref() }
    }

    /// The slot, if it has one already: for hot code that brings its own way out.
    #[inline(always)]
    pub(crate) fn ready_slot(&self) -> Option<&'static ResourceSlot> {
        // Acquire: as in `slot`.
        let slot = self.slot.load(Acquire);
        // SAFETY: as in `slot`.
        if slot == LAZY { None } else { unsafe { slot.as_ref() } }
    }

    /// The slot, if it has one and that is known at a glance, or else whether it never will: one look for both.
    #[inline(always)]
    pub(crate) fn state(&self) -> Result<&'static ResourceSlot, bool> {
        // Acquire: as in `slot`.
        let slot = self.slot.load(Acquire);
        if slot == UNSEEN {
            return Err(true);
        }
        // `LAZY`, or the address of a slot in the upper half: who is told so asks once more.
        if (slot.addr() as isize) < 0 {
            return Err(false);
        }
        // SAFETY: neither null nor `LAZY`, so a slot, which is never unmapped.
        Ok(unsafe { &*slot })
    }

    /// Whether it has no slot and never will.
    #[inline(always)]
    pub(crate) fn is_unseen(&self) -> bool {
        self.slot.load(Relaxed) == UNSEEN
    }

    #[cold]
    fn no_slot(&self) -> Option<&'static ResourceSlot> {
        self.first_use(self.location())
    }

    /// Takes a slot of what was made at `place`, unless another thread was quicker.
    fn first_use(&self, place: &'static Location<'static>) -> Option<&'static ResourceSlot> {
        let fresh = take_slot(self.kind, self.limit, place, true);
        match self.slot.compare_exchange(LAZY, address(fresh), AcqRel, Acquire) {
            Ok(_) => {
                if let Some(slot) = fresh {
                    with_block(slot, |_, block| bump(&block.created, 1));
                }
                fresh
            }
            Err(theirs) => {
                if let Some(slot) = fresh {
                    free(slot);
                }
                // SAFETY: what another thread published is null or a slot.
                unsafe { theirs.as_ref() }
            }
        }
    }

    /// Notes that the plain value is used outside of the drop-in from now on, or that it came from there.
    pub(crate) fn escape(&self) {
        if let Some(slot) = self.slot() {
            slot.state.fetch_or(ResourceSlot::FOREIGN, Relaxed);
        }
    }

    /// Notes that there are more permits now, before there are.
    pub(crate) fn add_to_limit(&self, n: usize) {
        if let Some(slot) = self.slot() {
            slot.user.fetch_add(n as u64, Relaxed);
            slot.limit.fetch_add(n as u64, Relaxed);
        }
    }

    /// Notes that there are fewer permits now.
    pub(crate) fn take_from_limit(&self, n: usize) {
        if let Some(slot) = self.slot() {
            slot.since.fetch_add(n as u64, Relaxed);
            // Permits of a semaphore that came from outside may have been out, and were not counted.
            let fewer = |limit: u64| Some(limit.saturating_sub(n as u64));
            // It is never refused.
            let _ = slot.limit.fetch_update(Relaxed, Relaxed, fewer);
        }
    }

    /// Counts one that has arrived at a barrier.
    pub(crate) fn arrive(&self) {
        if let Some(slot) = self.slot() {
            slot.entered.fetch_add(1, Relaxed);
        }
    }

    /// Notes that it was closed.
    pub(crate) fn close(&self) {
        if let Some(slot) = self.slot() {
            slot.state.fetch_or(ResourceSlot::CLOSED, Relaxed);
        }
    }
}

/// What stands for the slot, or for none.
fn address(slot: Option<&'static ResourceSlot>) -> *mut ResourceSlot {
    slot.map_or(UNSEEN, |slot| ptr::from_ref(slot).cast_mut())
}

/// Takes a slot for a resource that is created at `location` by the current task. `None` if recording is off or there
/// is no room.
pub(super) fn record(
    kind: Kind,
    limit: u64,
    location: &'static Location<'static>,
) -> Option<&'static ResourceSlot> {
    take_slot(kind, limit, location, false)
}

/// The same; it is `counted` as created, or else the caller does that.
#[inline(always)]
fn take_slot(
    kind: Kind,
    limit: u64,
    location: &'static Location<'static>,
    first_use: bool,
) -> Option<&'static ResourceSlot> {
    let shared = if kind == Kind::RwLock { ResourceSlot::SHARED } else { 0 };
    let constant = if first_use { ResourceSlot::CONSTANT } else { 0 };
    let slot = recorder::recording(|shard, local| {
        let (creator, group) = group_of(shard, local, kind, location);
        let slot = take(shard, group, creator, limit, shared | constant)?;
        // Not at a first use: whoever comes too late has made nothing.
        if !first_use {
            bump(&shard.resources.own(group | MARK).created, 1);
        }
        Some(slot)
    });
    slot.flatten()
}

/// The current task, packed, and the group of the resources that it makes at `location`.
#[inline(always)]
pub(super) fn group_of(
    shard: &Shard,
    local: &Local,
    kind: Kind,
    location: &'static Location<'static>,
) -> (u64, u32) {
    let (id, pool) = match local.task() {
        Some(task) => (task.id().pack(), u64::from(task.group_id()) + 1),
        None => (0, 0),
    };
    let context = 1 << 40 | pool << 5 | kind as u64;
    let group = shard.group(location, context, || new_group(kind, location, pool));
    (id, group)
}

#[cold]
#[inline(never)]
fn new_group(kind: Kind, location: &'static Location<'static>, pool: u64) -> u32 {
    groups().resource(location, kind as u8, (pool as u32).checked_sub(1)).0
}

fn take(shard: &Shard, group: u32, creator: u64, limit: u64, flags: u64) -> Option<&'static ResourceSlot> {
    let Some((index, slot)) = shard.free_resources.pop(&RESOURCES).and_then(|i| Some((i, RESOURCES.get(i)?)))
    else {
        Dropped::Resource.count();
        return None;
    };
    let generation = (slot.state.load(Relaxed) >> 32).max(1);
    slot.group.store(group, Relaxed);
    slot.index.store(index, Relaxed);
    slot.created_at.store(clock::ticks(), Relaxed);
    slot.creator.store(creator, Relaxed);
    for word in
        [&slot.user, &slot.receiver, &slot.since, &slot.entered, &slot.left, &slot.probe, &slot.probe_at]
    {
        word.store(0, Relaxed);
    }
    slot.place.store(ptr::null_mut(), Relaxed);
    slot.limit.store(limit, Relaxed);
    for count in [&slot.senders, &slot.receivers, &slot.handles] {
        count.store(0, Relaxed);
    }
    // Release: a reader that sees the live bit sees all of the above.
    slot.state.store(generation << 32 | flags | ResourceSlot::LIVE, Release);
    Some(slot)
}

impl Drop for Resource {
    fn drop(&mut self) {
        let slot = *self.slot.get_mut();
        if slot != LAZY {
            // SAFETY: not `LAZY`, so null or a slot, which is never unmapped.
            if let Some(slot) = unsafe { slot.as_ref() } {
                free(slot);
            }
        }
    }
}

/// Gives the slot back; its counts go to its group.
pub(super) fn free(slot: &'static ResourceSlot) {
    let generation = (slot.state.load(Relaxed) >> 32) as u32;
    let next = u64::from(generation.wrapping_add(1).max(1));
    slot.state.store(next << 32, Relaxed);
    // Release: whoever finds the counts in the group finds that the slot is not live. For a moment they are in neither,
    // never in both.
    fence(Release);
    with_block(slot, |_, block| {
        bump(&block.entered, slot.entered.load(Relaxed));
        bump(&block.left, slot.left.load(Relaxed));
    });
    let index = slot.index.load(Relaxed);
    recorder::with(|shard, _| shard.free_resources.push(&RESOURCES, index));
}

/// Adds a duration to a histogram of the resource's group.
#[inline]
pub(crate) fn record_in(slot: &ResourceSlot, which: impl Fn(&ResourceBlock) -> &Histogram, ticks: u64) {
    recorder::with(|shard, _| shard.record_resource(slot.group.load(Relaxed), which, ticks));
}

/// Runs `f` with the calling thread's block for the resource's group.
#[inline(always)]
fn with_block(slot: &ResourceSlot, f: impl FnOnce(&Shard, &ResourceBlock)) {
    recorder::with(|shard, _| {
        f(shard, shard.resources.own(slot.group.load(Relaxed) | MARK));
    });
}
