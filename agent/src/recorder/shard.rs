//! Shards: the memory that one thread at a time writes.

use super::often::Often;
use super::trace::{self, Ring};
use super::zeroed::Zeroed;
use super::{Blocks, FreeList, Histogram, MARK, OftenBlock, ResourceBlock, TaskBlock, detail, thread};
use crate::clock;
use crate::primitive::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};
use crate::primitive::real::Mutex;
use crate::primitive::real::atomic::{AtomicPtr as PlainPtr, AtomicU8, AtomicU32};
use crate::registry::{self, HoldSlot, ResourceSlot, Room, RuntimeRecord};
use std::cell::{Cell, UnsafeCell};
use std::panic::Location;
use std::ptr;

/// One of so many holds that began without a wait is timed.
const HOLDS_PER_SAMPLE: u32 = 16;
/// One of so many values of channels for one is timed.
const SINGLES_PER_SAMPLE: u32 = 32;
/// Entries of the call-site cache.
const CACHE: usize = 128;

/// `mode`: recording is on, and the clock's counter can be read directly. 0, in zeroed memory, is everything else.
const FAST: u8 = 1;
/// `mode`: as `FAST`, and not all polls are timed.
const SAVING: u8 = 2;
/// `mode`: recording is off. The highest bit, so that one comparison with 0 tells the three cases apart.
const OFF: u8 = 1 << 7;

/// Adds to a number that only this thread writes.
#[inline(always)]
pub(crate) fn bump(number: &AtomicU64, by: u64) {
    number.store(number.load(Ordering::Relaxed).wrapping_add(by), Ordering::Relaxed);
}

#[derive(Clone, Copy, Debug)]
struct Cached {
    location: *const Location<'static>,
    /// Kind and group of the calling task.
    context: u64,
    group: u32,
}

/// One thread's memory. The shard itself is never freed: a thread that ends leaves it to the next one.
#[repr(C)]
pub(crate) struct Shard {
    /// `FAST` or `SAVING`, or `OFF`, or else the slow way has to look why not. It is here so that one look tells a thread that
    /// everything is as usual, or that there is nothing to do.
    mode: AtomicU8,
    /// Its number, from 1 on: it stands for the thread in the slot of a task.
    number: AtomicU32,
    pub tasks: Blocks<TaskBlock>,
    pub resources: Blocks<ResourceBlock>,
    often: Often,
    pub free_tasks: FreeList,
    pub free_resources: FreeList,
    pub free_waits: FreeList,
    pub free_holds: FreeList,
    pub free_ends: FreeList,
    pub free_handles: FreeList,
    /// A hold slot that belongs to this shard for good, or null until it is needed: a permit that is taken and given
    /// back while no other of the thread is out does not pass through the list.
    pub home_hold: Cell<*const HoldSlot>,
    /// Counts holds down to the next one that is timed; a countdown ends without a comparison.
    holds_left: Cell<u32>,
    /// The slot that the last channel for one value of this thread has left to the next one; null for none.
    pub home_single: Cell<*const ResourceSlot>,
    /// Counts such channels down to the next one whose value is timed.
    singles_left: Cell<u32>,
    cache: UnsafeCell<[Cached; CACHE]>,
    /// The resource whose block was asked for last with [`resource_block`](Shard::resource_block), packed, and the block.
    last_resource: Cell<u64>,
    last_block: Cell<*const ResourceBlock>,
    in_use: AtomicBool,
    /// The thread that uses it: the system's number, 0 for none, and the name as the system has it.
    thread: AtomicU64,
    name: [AtomicU64; 2],
    /// The runtime that this thread works for; null for none.
    runtime: PlainPtr<RuntimeRecord>,
    /// How many `block_in_place` its thread is inside of.
    may_block: AtomicU32,
    /// The thread that uses it to its very end, by the system's number; 0 for none.
    last_thread: AtomicU64,
    /// Where its thread notes events while a trace is being taken; null before the first one.
    pub(super) ring: AtomicPtr<Ring>,
    next: AtomicPtr<Shard>,
}

// SAFETY: the cells and the cache are touched by the thread that has `in_use`, handed over with acquire and release;
// everything else is atomic.
unsafe impl Sync for Shard {}

impl Shard {
    /// More than 0 if recording is on and the clock's counter can be read directly; less if it is known to be off.
    #[inline(always)]
    pub(super) fn mode(&self) -> i8 {
        self.mode.load(Ordering::Relaxed) as i8
    }

    /// Whether recording is on and the clock's counter can be read directly.
    #[inline(always)]
    pub(crate) fn is_fast(&self) -> bool {
        self.mode() > 0
    }

    /// Whether, moreover, all polls are timed.
    #[inline(always)]
    pub(super) fn times_polls(&self) -> bool {
        self.mode.load(Ordering::Relaxed) == FAST
    }

    /// Writes down what `mode` says.
    fn set_mode(&self) {
        // While a trace is being taken, or the order of locks is watched, events are noted on the slow ways.
        let is_noted = trace::is_on() || registry::orders::any();
        let mode = match registry::enabled() && clock::is_direct() && !is_noted {
            // A scope wants to know how long each poll was.
            true if detail::is_full() && !registry::scopes::any() => FAST,
            true => SAVING,
            false if !registry::enabled() => OFF,
            false => 0,
        };
        self.mode.store(mode, Ordering::Relaxed);
    }

    /// True for one of [`HOLDS_PER_SAMPLE`] calls; the caller goes on to [`hold_is_sample`](Self::hold_is_sample) then.
    #[inline(always)]
    pub(crate) fn hold_may_be_sample(&self) -> bool {
        let left = self.holds_left.get().wrapping_sub(1);
        self.holds_left.set(left);
        left == 0
    }

    /// Whether this hold is timed: it has come to its turn already, or does now.
    pub(crate) fn hold_is_sample(&self) -> bool {
        let due = self.holds_left.get() == 0 || self.hold_may_be_sample();
        if due {
            self.count_holds_anew();
        }
        due
    }

    /// A hold that had come to its turn is timed.
    #[inline(always)]
    pub(crate) fn count_holds_anew(&self) {
        self.holds_left.set(HOLDS_PER_SAMPLE);
    }

    /// Whether the value of this channel is none that is timed, and counts it then; else the caller goes on to
    /// [`single_is_sample`](Self::single_is_sample).
    #[inline(always)]
    pub(crate) fn single_is_plain(&self) -> bool {
        let left = self.singles_left.get();
        if left == 0 {
            return false;
        }
        self.singles_left.set(left - 1);
        true
    }

    /// Whether the value of this channel is timed: the first one, and then one of [`SINGLES_PER_SAMPLE`].
    pub(crate) fn single_is_sample(&self) -> bool {
        let due = !self.single_is_plain();
        if due {
            self.singles_left.set(SINGLES_PER_SAMPLE - 1);
        }
        due
    }

    /// The block of a group of tasks that this thread polls often; `key` as in [`Blocks::own`].
    #[inline(always)]
    pub(crate) fn often(&self, key: u32) -> Option<&OftenBlock> {
        self.often.get(&self.tasks, key)
    }

    /// The same, if it was the one that was asked for last.
    #[inline(always)]
    pub(crate) fn often_at_hand(&self, key: u32) -> Option<&OftenBlock> {
        self.often.at_hand(key)
    }

    /// Adds a duration to a histogram of a resource's group.
    #[inline]
    pub(crate) fn record_resource(
        &self,
        group: u32,
        which: impl Fn(&ResourceBlock) -> &Histogram,
        ticks: u64,
    ) {
        self.resources.record(group | MARK, which, ticks, 1);
    }

    /// The block of a resource's group, if it was the one that was asked for last: a thread often uses one for a while.
    #[inline(always)]
    pub(crate) fn resource_block_at_hand(&self, resource: u64) -> Option<&ResourceBlock> {
        if self.last_resource.get() != resource {
            return None;
        }
        // SAFETY: null, or a block, which is never freed.
        unsafe { self.last_block.get().as_ref() }
    }

    /// The block of a resource's group, at hand from now on. `resource` is the packed id.
    pub(crate) fn resource_block(&self, resource: u64, group: u32) -> &ResourceBlock {
        if let Some(block) = self.resource_block_at_hand(resource) {
            return block;
        }
        let block = self.resources.own(group | MARK);
        self.last_resource.set(resource);
        self.last_block.set(block);
        block
    }

    /// The number that was found for this call site and context before, or what `find` says.
    #[inline(always)]
    pub(crate) fn group(
        &self,
        location: &'static Location<'static>,
        context: u64,
        find: impl FnOnce() -> u32,
    ) -> u32 {
        let address = ptr::from_ref(location);
        let hash = (address as usize as u64 >> 3) ^ context.wrapping_mul(0x9E37_79B9);
        let slot = (hash ^ (hash >> 7)) as usize % CACHE;
        // SAFETY: one thread owns the cache; no reference into it outlives this statement.
        let cached = unsafe { (*self.cache.get())[slot] };
        if ptr::eq(cached.location, address) && cached.context == context {
            return cached.group;
        }
        let group = find();
        // SAFETY: as above; `find` does not come back here.
        unsafe { (*self.cache.get())[slot] = Cached { location: address, context, group } };
        group
    }

    /// Its number, from 1 on.
    #[inline(always)]
    pub(crate) fn number(&self) -> u32 {
        self.number.load(Ordering::Relaxed)
    }

    /// The system's number of the thread that uses it; 0 if there is none, or the system gives none.
    pub(crate) fn thread(&self) -> u64 {
        self.thread.load(Ordering::Relaxed)
    }

    /// The name of the thread that uses it, as it was at its first event.
    pub(crate) fn thread_name(&self) -> [u8; thread::NAME] {
        let words = self.name.each_ref().map(|word| word.load(Ordering::Relaxed));
        thread::bytes_of(words)
    }

    /// The runtime that its thread works for.
    pub(crate) fn runtime(&self) -> *const RuntimeRecord {
        self.runtime.load(Ordering::Relaxed)
    }

    /// Notes the runtime that its thread works for from now on.
    pub(super) fn set_runtime(&self, runtime: *const RuntimeRecord) {
        self.runtime.store(runtime.cast_mut(), Ordering::Relaxed);
    }

    /// Whether its thread may block now.
    pub(crate) fn may_block(&self) -> bool {
        self.may_block.load(Ordering::Relaxed) > 0
    }

    /// Notes that its thread may block from now on.
    #[cfg(feature = "rt-multi-thread")]
    pub(crate) fn enter_blocking(&self) {
        self.may_block.store(self.may_block.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// Notes that its thread left one place where it may block.
    #[cfg(feature = "rt-multi-thread")]
    pub(crate) fn leave_blocking(&self) {
        self.may_block.store(self.may_block.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed);
    }

    /// Notes that the calling thread uses it.
    fn note_thread(&self) {
        self.note_left();
        for (word, part) in self.name.iter().zip(thread::words_of(thread::name())) {
            word.store(part, Ordering::Relaxed);
        }
        self.runtime.store(ptr::null_mut(), Ordering::Relaxed);
        self.may_block.store(0, Ordering::Relaxed);
        self.thread.store(thread::number(), Ordering::Relaxed);
    }

    /// What was noted in the ring is of the thread that has used it, if one has.
    fn note_left(&self) {
        let thread = self.thread();
        if thread != 0 {
            trace::note_left(self, thread);
        }
    }

    /// The calling thread is about to end and cannot give the shard back.
    pub(super) fn outlives_thread(&self) {
        self.last_thread.store(thread::number(), Ordering::Relaxed);
    }

    /// Takes the shard if nobody uses it, or if its thread is gone.
    fn take(&self) -> bool {
        if self.in_use.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok() {
            return true;
        }
        let last = self.last_thread.load(Ordering::Relaxed);
        last != 0
            && thread::is_gone(last)
            && self.last_thread.compare_exchange(last, 0, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// Lets the next thread have this shard.
    pub(crate) fn release(&self) {
        self.note_left();
        self.thread.store(0, Ordering::Relaxed);
        self.in_use.store(false, Ordering::Release);
    }
}

static SHARDS: PlainPtr<Shard> = PlainPtr::new(ptr::null_mut());

/// Held by whoever writes down modes, so that all shards agree in the end.
static SWITCH: Mutex<()> = Mutex::new(());

/// What a thread looks at that has no shard: never fast. Only its mode is ever written, to be `OFF` or 0.
static NOBODYS: Zeroed<Shard> = Zeroed::new();

/// The address of the shard that stands for none.
pub(super) const fn nobodys() -> *const Shard {
    NOBODYS.as_ptr()
}

/// All shards that were ever made.
pub(crate) fn shards() -> impl Iterator<Item = &'static Shard> {
    // SAFETY: a shard is published whole and never freed.
    let mut next = unsafe { SHARDS.load(Ordering::Acquire).as_ref() };
    std::iter::from_fn(move || {
        let shard = next?;
        // SAFETY: as above.
        next = unsafe { shard.next.load(Ordering::Acquire).as_ref() };
        Some(shard)
    })
}

/// Polls that were recorded since the start, and those of them whose wake was timed.
pub(crate) fn polls() -> (u64, u64) {
    let (mut polls, mut delays) = (0, 0);
    for shard in shards() {
        shard.tasks.for_each(|_, block| {
            polls += block.poll.count();
            delays += block.delay.count();
            if let Some(often) = block.often() {
                polls += often.poll.count();
                delays += often.delay.count();
            }
        });
    }
    (polls, delays)
}

/// Switches recording on or off, for all threads.
pub(crate) fn set_enabled(on: bool) {
    registry::set_enabled(on);
    set_modes();
}

/// Writes down for all threads how they have to record.
pub(crate) fn set_modes() {
    let _held = SWITCH.lock();
    shards().for_each(Shard::set_mode);
    // SAFETY: all zero bytes are a valid shard, of which threads share no more than the mode, which is atomic.
    let nobodys = unsafe { NOBODYS.get() };
    nobodys.mode.store(if registry::enabled() { 0 } else { OFF }, Ordering::Relaxed);
}

/// Measures the clock's rate again, and lets all threads have it.
pub(crate) fn refine_clock() {
    clock::refine();
    let scale = clock::scale();
    for shard in shards() {
        shard.tasks.for_each(|_, block| block.often().into_iter().for_each(|often| often.set_scale(scale)));
    }
}

/// A shard that nobody uses, made if need be; `None` if there is no memory at all.
pub(super) fn acquire() -> Option<&'static Shard> {
    // A model has none: what is zeroed is no atomic of loom's.
    if cfg!(taskscope_loom) {
        return None;
    }
    if let Some(shard) = shards().find(|shard| shard.take()) {
        shard.note_thread();
        return Some(shard);
    }
    registry::reserve(size_of::<Shard>(), Room::Tables);
    let fresh = Zeroed::allocate::<Shard>();
    // SAFETY: null, or zeroed memory of the right layout; all zero bytes are a valid shard: null pointers, empty lists.
    let shard = unsafe { fresh.as_ref() }?;
    shard.in_use.store(true, Ordering::Relaxed);
    shard.holds_left.set(HOLDS_PER_SAMPLE);
    shard.note_thread();
    trace::prepare(shard);
    let mut head = SHARDS.load(Ordering::Acquire);
    loop {
        shard.next.store(head, Ordering::Relaxed);
        // SAFETY: null, or a shard, which is never freed.
        let below = unsafe { head.as_ref() }.map_or(0, Shard::number);
        shard.number.store(below + 1, Ordering::Relaxed);
        match SHARDS.compare_exchange_weak(head, fresh, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => break,
            Err(now) => head = now,
        }
    }
    // Under the lock: whoever switches next finds the shard in the list, and whoever did before is seen here.
    let _held = SWITCH.lock();
    shard.set_mode();
    Some(shard)
}
