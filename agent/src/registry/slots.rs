//! The slots: one per live task, resource, wait and hold. Protocol: [`super::design`].

use super::slab::{CHUNK, Slab, Slot};
use crate::id::{ResourceId, TaskId};
use crate::primitive::atomic::{AtomicPtr, AtomicU8, AtomicU32, AtomicU64, Ordering, fence};
use std::panic::Location;

crate::primitive::global! {
    /// Every task that the program has.
    pub(crate) static TASKS: Slab<TaskSlot> = Slab::new();
    /// Every resource.
    pub(crate) static RESOURCES: Slab<ResourceSlot> = Slab::new();
    /// Every wait in progress.
    pub(crate) static WAITS: Slab<WaitSlot> = Slab::new();
    /// Every guard and permit that is out.
    pub(crate) static HOLDS: Slab<HoldSlot> = Slab::new();
}

/// Length of the await list of a task that was last polled with recording off, or with another waker than ours.
pub(crate) const BLIND: u8 = u8::MAX;

/// Bits of a packed await entry that hold the start.
const START_BITS: u32 = 4;

/// An await entry in one word, from the word of its site.
#[inline(always)]
pub(crate) const fn pack_await(site: u32, start: u8) -> u32 {
    (site << START_BITS) | start as u32
}

/// The word of the site, and the start, of a packed await entry.
pub(crate) const fn unpack_await(word: u32) -> (u32, u8) {
    (word >> START_BITS, (word & ((1 << START_BITS) - 1)) as u8)
}

/// A task: two cache lines. The first holds what polls and wakes touch.
#[repr(C, align(128))]
#[derive(Debug, Default)]
pub(crate) struct TaskSlot {
    /// The runtime's own waker, in two words: lent for the time of a poll, or kept if `refs` says so.
    pub waker_data: AtomicPtr<()>,
    pub waker_vtable: AtomicPtr<()>,
    /// Even between polls, odd during one; half of it counts the polls that have ended. Written by the poller.
    pub polls: AtomicU32,
    /// What `polls` will be during the poll that the last wake asked for. Written by wakers.
    pub woken: AtomicU32,
    /// When that was.
    pub woken_at: AtomicU64,
    /// Start of the poll in progress, or end of the last one. Written by the poller.
    pub since: AtomicU64,
    /// Ticks inside of ended polls. Written by the poller.
    pub busy: AtomicU64,
    /// Ticks between wake and poll. Written by the poller.
    pub scheduled: AtomicU64,
    /// Task group in the lower 24 bits; the marks `LIVE`, `ABORTED`, `THREAD`, `ABORTABLE` and `DETACHED` above.
    pub group: AtomicU32,
    /// Length of the await list, or `BLIND`, in the lowest byte; in the next the number of awaits that found the list
    /// full; then the number of times that `polls` has wrapped around; and `INNER` and `FOREIGN`. Written by the poller.
    pub list: AtomicU32,

    /// The id of the task that uses the slot, packed; the next one's while it is free.
    pub id: AtomicU64,
    pub spawned_at: AtomicU64,
    /// The parent's id, packed; 0 for none.
    pub parent: AtomicU64,
    /// References: the task and its waker's clones; and `UNCOUNTED`, `KEPT`.
    pub refs: AtomicU32,
    /// The number of the shard whose thread polled it last, from the first poll on; links free slots. Written by the
    /// poller.
    pub link: AtomicU32,
    /// The await list. Written by the poller.
    pub awaits: [AtomicU32; 8],
}

#[cfg(not(taskscope_loom))]
const _: () = assert!(size_of::<TaskSlot>() == 128);

impl TaskSlot {
    /// `group`: the task has not ended.
    pub(crate) const LIVE: u32 = 1 << 31;
    /// `group`: somebody asked for its abort.
    pub(crate) const ABORTED: u32 = 1 << 30;
    /// `group`: a thread. It has no waker: the words of one are the beginning of its name. `polls` is even while it is
    /// inside of a recorded wait.
    pub(crate) const THREAD: u32 = 1 << 29;
    /// `group`: somebody was given a handle that can abort it.
    pub(crate) const ABORTABLE: u32 = 1 << 28;
    /// `group`: the handle that its spawn returned is gone.
    pub(crate) const DETACHED: u32 = 1 << 27;
    /// `group`: the bits of the group's id.
    pub(crate) const GROUP: u32 = (1 << 24) - 1;

    /// `list`: the bits of the poll in progress.
    pub(crate) const POLL: u32 = Self::INNER | 0xffff;
    /// `list`: where the next entry goes, if that is a place in the list; none is with `INNER`.
    pub(crate) const NEXT: u32 = Self::INNER | 0xff;
    /// `list`: awaits were noted in this poll that an executor inside of the task polled, and no await around them has
    /// said yet that it is theirs.
    pub(crate) const INNER: u32 = 1 << 30;
    /// `list`: `polls` has wrapped around once.
    pub(crate) const WRAPPED: u32 = 1 << 16;
    /// `list`: the future has seen another waker than ours, so others may be able to wake the task; or it is being dropped,
    /// and its wakers with it.
    pub(crate) const FOREIGN: u32 = 1 << 31;
    /// `refs`: the bits of the count. The one above them is set by a count that is too large.
    pub(crate) const COUNT: u32 = (1 << 28) - 1;
    /// `refs`: the runtime's own waker was given out in place of one of ours.
    pub(crate) const UNCOUNTED: u32 = 1 << 30;
    /// `refs`: the slot keeps a waker of the runtime's, which the last reference drops.
    pub(crate) const KEPT: u32 = 1 << 31;

    /// The id of the task that uses the slot now.
    #[inline(always)]
    pub(crate) fn id(&self) -> TaskId {
        let word = self.id.load(Ordering::Relaxed);
        TaskId::new(word as u32, (word >> 32) as u32)
    }

    /// `refs`, `list` and `woken`, for who wants to know whether anything can wake the task: who sees that a reference is
    /// gone sees what was done with it.
    pub(crate) fn signs(&self) -> (u32, u32, u32) {
        // Acquire: pairs with the release of whoever gives up a waker, after a wake or with a future that is dropped.
        let refs = self.refs.load(Ordering::Acquire);
        (refs, self.list.load(Ordering::Relaxed), self.woken.load(Ordering::Relaxed))
    }

    /// Nobody refers to the slot any more: its next use has another id. Returns its number.
    #[inline(always)]
    pub(crate) fn retire(&self) -> u32 {
        let id = self.id.load(Ordering::Relaxed);
        // Generations start at 1, so that a packed id is never 0.
        let next = id.checked_add(1 << 32).unwrap_or(u64::from(id as u32) | 1 << 32);
        // Release: pairs with the acquire in `read`: who sees the next id sees that the task has ended.
        self.id.store(next, Ordering::Release);
        // Release: a reader that sees a word of the next use sees that the id is another one.
        fence(Ordering::Release);
        id as u32
    }

    /// What `copy` makes of the slot, given the id and the `group` of the task, if one and the same task was alive in it.
    #[inline]
    pub(crate) fn read<R>(&self, copy: impl FnOnce(TaskId, u32) -> R) -> Option<R> {
        let id = self.id();
        fence(Ordering::Acquire);
        let word = self.group.load(Ordering::Acquire);
        if word & Self::LIVE == 0 {
            return None;
        }
        let copied = copy(id, word);
        fence(Ordering::Acquire);
        (self.id() == id).then_some(copied)
    }

    /// The group of the task that uses the slot now.
    #[inline(always)]
    pub(crate) fn group_id(&self) -> u32 {
        self.group.load(Ordering::Relaxed) & Self::GROUP
    }
}

// SAFETY: only atomics, for which all zero bytes are valid; nothing to drop.
unsafe impl Slot for TaskSlot {
    fn first_use(&self, index: u32) {
        self.id.store(TaskId::new(index, 1).pack(), Ordering::Relaxed);
    }
    /// The cap is for what there is beside tasks.
    fn is_capped(_: u32) -> bool {
        false
    }
    fn link(&self) -> &AtomicU32 {
        &self.link
    }
    fn batch_link(&self) -> &AtomicU32 {
        &self.woken
    }
}

/// A resource: two cache lines. What the words mean depends on its kind. The first line holds what the users of a
/// lock and the senders of a queue write, the second what its receiver writes, so that the two ends of a queue on two
/// cores do not take a line from each other.
#[repr(C, align(128))]
#[derive(Debug, Default)]
pub(crate) struct ResourceSlot {
    /// Generation in the upper half; `LIVE`, `FOREIGN`, `CLOSED`, `HANDED_OUT`, `LOST_END`, `SHARED`, `REFUSED`,
    /// `CONSTANT` in the lower.
    pub state: AtomicU64,
    pub group: AtomicU32,
    pub index: AtomicU32,
    /// A lock's holder or the last sender: a task's id, packed; `NOBODY` for "outside of any task"; 0 for none. Of a
    /// semaphore: how many permits were added to it.
    pub user: AtomicU64,
    /// When the holder took it, in ticks; 0 if that is not known. Of a semaphore: how many permits were taken away for good.
    pub since: AtomicU64,
    /// Where the holder took it; of a channel for one value, where it was made.
    pub place: AtomicPtr<Location<'static>>,
    /// Times the lock was taken, messages sent. Permits are counted in the shards alone: their takers are many at once.
    pub entered: AtomicU64,
    /// Capacity of a queue (0: unbounded), permits of a semaphore.
    pub limit: AtomicU64,
    /// Live senders.
    pub senders: AtomicU32,
    /// Live receivers.
    pub receivers: AtomicU32,

    /// The last receiver, in the form of `user`; of several receivers each may write it.
    pub receiver: AtomicU64,
    /// Messages received; written by the receiver. Of a broadcast channel: messages that receivers missed.
    pub left: AtomicU64,
    /// The message that carries the dwell probe, plus 1; 0 for none, `PROBE_BUSY` while a sender fills it in.
    pub probe: AtomicU64,
    /// When it was sent.
    pub probe_at: AtomicU64,
    pub created_at: AtomicU64,
    /// The creating task's id, packed; 0 for none.
    pub creator: AtomicU64,
    /// Handles of a queue that keep the slot in use: senders, weak senders and receivers. Of a channel for one value: which
    /// of its two ends are alive, `SENDER` and `RECEIVER`; `senders` and `receivers` are the records of their waits then.
    pub handles: AtomicU32,
    /// Of a channel for one value, for its sender and its receiver: the number, plus 1, of the end's record, and what else
    /// there is to do when it goes. Of a queue: where the record of the receiver's end was when it waited last, an address
    /// in two halves.
    pub ends: [AtomicU32; 2],
}

#[cfg(not(taskscope_loom))]
const _: () = assert!(size_of::<ResourceSlot>() == 128);

impl ResourceSlot {
    /// `state`: in use.
    pub(crate) const LIVE: u64 = 1;
    /// `state`: the plain value was handed out, or came from outside.
    pub(crate) const FOREIGN: u64 = 2;
    /// `state`: closed.
    pub(crate) const CLOSED: u64 = 4;
    /// `state`: the plain receiver was handed out.
    pub(crate) const HANDED_OUT: u64 = 8;
    /// `state`: an end of the queue found no room for a record of its own.
    pub(crate) const LOST_END: u64 = 16;
    /// `state`: a lock that readers share; whoever is in `user` writes.
    pub(crate) const SHARED: u64 = 32;
    /// `state`: of a lock or a semaphore: `probe` tries of the task in `receiver` were refused, the first at `probe_at`.
    pub(crate) const REFUSED: u64 = 64;
    /// `state`: it was made in a constant: it lies in a `static`, as far as programs are reasonable.
    pub(crate) const CONSTANT: u64 = 128;
    /// `handles`: the sender of a channel for one value.
    pub(crate) const SENDER: u32 = 1;
    /// `handles`: its receiver.
    pub(crate) const RECEIVER: u32 = 2;
    /// `handles`: both.
    pub(crate) const BOTH: u32 = Self::SENDER | Self::RECEIVER;
    /// `user`: somebody, but no task that is recorded. Generations start at 1, so no id looks like this.
    pub(crate) const NOBODY: u64 = Self::MOVABLE - 1;
    /// `probe`: no message has this number.
    pub(crate) const PROBE_BUSY: u64 = u64::MAX;
    /// A lock's `user`, and the `task` of a hold: the guard is an owned one, which may have been given to another task
    /// since. No index of a slot is as large as this bit.
    pub(crate) const MOVABLE: u64 = 1 << 31;

    /// Notes where the record of a queue's receiver is.
    pub(crate) fn set_home(&self, address: usize) {
        let address = address as u64;
        self.ends[0].store(address as u32, Ordering::Relaxed);
        self.ends[1].store((address >> 32) as u32, Ordering::Relaxed);
    }

    /// Where it was noted to be: it may have moved since, and may be moving.
    pub(crate) fn home(&self) -> Option<usize> {
        let [low, high] = [0, 1].map(|half: usize| u64::from(self.ends[half].load(Ordering::Relaxed)));
        usize::try_from(high << 32 | low).ok().filter(|address| *address != 0)
    }

    /// The id of the resource that uses the slot now.
    #[inline]
    pub(crate) fn id(&self) -> ResourceId {
        let generation = (self.state.load(Ordering::Relaxed) >> 32) as u32;
        ResourceId::new(self.index.load(Ordering::Relaxed), generation)
    }
}

impl ResourceSlot {
    /// The holder of a lock shares it from now on, and is in a slot of its own. Whoever reads `user` first, with acquire,
    /// and the holds afterwards, finds one of the two.
    pub(crate) fn share(&self, hold: &HoldSlot) {
        hold.open();
        // Release: pairs with the acquire of the reader.
        self.user.store(0, Ordering::Release);
    }
}

// SAFETY: only atomics, for which all zero bytes are valid; nothing to drop.
unsafe impl Slot for ResourceSlot {
    fn link(&self) -> &AtomicU32 {
        &self.senders
    }
    fn batch_link(&self) -> &AtomicU32 {
        &self.receivers
    }
}

/// A wait in progress: it belongs to a future that was polled and returned `Pending`, or to a thread that is blocked.
/// Or an await that has a site and that an executor inside of the task polled: `capture/inner.rs` says what the words mean
/// then.
#[repr(C)]
#[derive(Debug, Default)]
pub(crate) struct WaitSlot {
    /// Odd while in use.
    pub version: AtomicU32,
    /// Permits asked for; while the slot is free, its link.
    pub amount: AtomicU32,
    /// Who waits, packed; 0 outside of any task.
    pub task: AtomicU64,
    /// The resource's id, or the target task's for a join, packed, perhaps with `CHILDREN`; 0 for none.
    pub subject: AtomicU64,
    pub place: AtomicPtr<Location<'static>>,
    pub since: AtomicU64,
    /// The task's `polls` word at the last poll of this future; while the slot is free, its batch link.
    pub polled: AtomicU32,
    pub op: AtomicU8,
    /// How it waits: `OTHER_WAKER`, `OWN_WAKER`, `BLOCKING` or `TIMED`; or `INNER_NEW` or `INNER`, of no wait.
    pub how: AtomicU8,
    /// Place in the task's await list, plus 1, of the await around this future, if it has a site; 0 if not known.
    pub awaited: AtomicU8,
}

impl WaitSlot {
    /// `subject`: any of the tasks that this one has spawned into a set. No index of a slot is as large as this bit.
    pub(crate) const CHILDREN: u64 = 1 << 31;
    /// `how`: the last poll was done with another waker than the task's own.
    pub(crate) const OTHER_WAKER: u8 = 0;
    /// `how`: the last poll was done with the task's own waker.
    pub(crate) const OWN_WAKER: u8 = 1;
    /// `how`: no waker: the thread is blocked until the wait is over.
    pub(crate) const BLOCKING: u8 = 2;
    /// `how`: likewise, and it ends by itself after some time.
    pub(crate) const TIMED: u8 = 3;
    /// `how`: an await that was polled in the poll that `polled` names, and inside of which other await is not known.
    pub(crate) const INNER_NEW: u8 = 4;
    /// `how`: an await, inside of one of the task's own.
    pub(crate) const INNER: u8 = 5;
}

#[cfg(not(taskscope_loom))]
const _: () = assert!(size_of::<WaitSlot>() == 48);

// SAFETY: only atomics, for which all zero bytes are valid; nothing to drop.
unsafe impl Slot for WaitSlot {
    /// One wait for each task is a part of the task, and threads take a few slots ahead.
    fn is_capped(first: u32) -> bool {
        first >= TASKS.high() + CHUNK
    }
    fn link(&self) -> &AtomicU32 {
        &self.amount
    }
    fn batch_link(&self) -> &AtomicU32 {
        &self.polled
    }
}

/// A guard or permits that are out.
#[repr(C)]
#[derive(Debug, Default)]
pub(crate) struct HoldSlot {
    /// Odd while in use.
    pub version: AtomicU32,
    /// Permits; while the slot is free, its link.
    pub amount: AtomicU32,
    /// Who took it, packed, perhaps with `ResourceSlot::MOVABLE`; 0 outside of any task.
    pub task: AtomicU64,
    /// The resource's id, packed.
    pub resource: AtomicU64,
    pub place: AtomicPtr<Location<'static>>,
    /// When it was taken, in ticks; 0 if that is not known.
    pub since: AtomicU64,
    /// The slot's own place in its slab, perhaps with `HOME`.
    pub index: AtomicU32,
    /// The resource's group plus 1 if the hold is timed, or else 0; while the slot is free, its batch link.
    pub timed_group: AtomicU32,
}

#[cfg(not(taskscope_loom))]
const _: () = assert!(size_of::<HoldSlot>() <= 48);

impl HoldSlot {
    /// `index`: the slot belongs to a thread's shard and is never in a list of free slots. No index is as large.
    pub(crate) const HOME: u32 = 1 << 31;

    /// Whether it is free, so that its owner may fill it: the owner of a slot that is in no list.
    #[inline(always)]
    pub(crate) fn is_free(&self) -> bool {
        let free = self.version.load(Ordering::Acquire) & 1 == 0;
        // A reader that sees a word of the next use sees that this one is over.
        fence(Ordering::Release);
        free
    }
}

// SAFETY: only atomics, for which all zero bytes are valid; nothing to drop.
unsafe impl Slot for HoldSlot {
    fn link(&self) -> &AtomicU32 {
        &self.amount
    }
    fn batch_link(&self) -> &AtomicU32 {
        &self.timed_group
    }
}

macro_rules! versioned {
    ($slot:ident) => {
        impl $slot {
            /// Marks the slot as in use, after its fields were written.
            #[inline(always)]
            pub(crate) fn open(&self) {
                let version = self.version.load(Ordering::Relaxed);
                self.version.store(version | 1, Ordering::Release);
            }

            /// Marks the slot as free; its fields may be written again after the fence.
            #[inline(always)]
            pub(crate) fn close(&self) {
                let version = self.version.load(Ordering::Relaxed);
                debug_assert!(version & 1 == 1, "closed twice");
                // Release: what the owner read of the slot comes before another use of it.
                self.version.store(version.wrapping_add(1), Ordering::Release);
                fence(Ordering::Release);
            }

            /// A copy made by `copy`, if the slot was in one and the same use during all of it.
            #[inline]
            pub(crate) fn read<R>(&self, copy: impl FnOnce(&Self) -> R) -> Option<R> {
                let before = self.version.load(Ordering::Acquire);
                if before & 1 == 0 {
                    return None;
                }
                let copied = copy(self);
                fence(Ordering::Acquire);
                (self.version.load(Ordering::Relaxed) == before).then_some(copied)
            }
        }
    };
}

pub(super) use versioned;

versioned!(WaitSlot);
versioned!(HoldSlot);

#[cfg(all(test, taskscope_loom))]
mod loom_tests;
