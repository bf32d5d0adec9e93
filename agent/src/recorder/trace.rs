//! The flight recorder: while a trace is being taken, each thread writes its events into a ring of its own.
//!
//! While none is, an event costs at most one look at a word. While one is, every thread takes the slow ways on which
//! the events are noted; the reader makes the rings, so that a thread never allocates, and empties them faster than
//! they fill, or else counts what was lost.

use super::shard::{self, Shard};
use super::zeroed::Zeroed;
use super::{detail, with};
use crate::clock;
use crate::primitive::atomic::{AtomicU64, Ordering, fence};
use crate::primitive::real::atomic::{AtomicU32, Ordering::Relaxed};
use crate::registry::{self, Dropped};
use std::panic::Location;
use std::ptr;

/// Events in a ring.
const ROOM: u64 = 4096;

/// How many traces are being taken.
static TRACES: AtomicU32 = AtomicU32::new(0);

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum What {
    /// A task was spawned; the subject is its parent.
    Spawned = 1,
    /// It ended; the subject is how.
    Ended,
    /// A poll of it began; the subject is its group.
    PollBegan,
    /// The poll ended.
    PollEnded,
    /// It woke another task, which is the subject.
    Woke,
    /// It began to wait; the subject is what for.
    WaitBegan,
    /// It waits no longer.
    WaitEnded,
    /// It took a lock or permits.
    Taken,
    /// It gave them back.
    GivenBack,
    /// It sent a message.
    Sent,
    /// It received one.
    Received,
}

impl What {
    const ALL: [What; 11] = [
        What::Spawned,
        What::Ended,
        What::PollBegan,
        What::PollEnded,
        What::Woke,
        What::WaitBegan,
        What::WaitEnded,
        What::Taken,
        What::GivenBack,
        What::Sent,
        What::Received,
    ];
}

/// One event, as it is noted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noted {
    pub at: u64,
    pub what: What,
    /// The task that did it, packed; 0 outside of any.
    pub task: u64,
    /// What it did it to.
    pub subject: u64,
    /// The operation of a wait; 0 for everything else.
    pub op: u8,
    /// The address of a place, whose provenance is exposed; 0 if it is not known. Of a message it is the number.
    pub low: u64,
}

#[derive(Debug)]
struct Entry {
    at: AtomicU64,
    task: AtomicU64,
    subject: AtomicU64,
    /// The place, the operation and what happened, from the lowest bits up: addresses have 48 bits.
    rest: AtomicU64,
}

/// What a thread noted last.
#[derive(Debug)]
pub(crate) struct Ring {
    /// How many were noted. The thread alone writes it.
    next: AtomicU64,
    entries: [Entry; ROOM as usize],
}

const OP: u32 = 48;
const WHAT: u32 = 56;

/// Whether a trace is being taken.
#[inline(always)]
pub(crate) fn is_on() -> bool {
    TRACES.load(Relaxed) != 0
}

/// Notes what the current task did.
#[cold]
#[inline(never)]
pub(crate) fn note(what: What, subject: u64, op: u8, place: *const Location<'static>) {
    with(|shard, local| {
        write(
            shard,
            what,
            local.task().map_or(0, |task| task.id().pack()),
            subject,
            op,
            place.expose_provenance() as u64,
        );
    });
}

/// Notes what happened to a task that is not the current one.
#[cold]
#[inline(never)]
pub(crate) fn note_of(what: What, task: u64, subject: u64, op: u8, place: *const Location<'static>) {
    with(|shard, _| write(shard, what, task, subject, op, place.expose_provenance() as u64));
}

/// Notes the message with this number, which the current task sent or received.
#[cold]
#[inline(never)]
pub(crate) fn note_message(what: What, queue: u64, number: u64) {
    with(|shard, local| {
        let task = local.task().map_or(0, |task| task.id().pack());
        write(shard, what, task, queue, 0, number & ((1 << OP) - 1));
    });
}

fn write(shard: &Shard, what: What, task: u64, subject: u64, op: u8, low: u64) {
    // SAFETY: null, or a ring, which is never freed.
    let Some(ring) = (unsafe { shard.ring.load(Ordering::Acquire).as_ref() }) else { return };
    let number = ring.next.load(Relaxed);
    // Release: a reader that sees a word of this event sees that the one before is whole.
    fence(Ordering::Release);
    let entry = &ring.entries[(number % ROOM) as usize];
    entry.at.store(clock::ticks(), Relaxed);
    entry.task.store(task, Relaxed);
    entry.subject.store(subject, Relaxed);
    let rest = low & ((1 << OP) - 1) | u64::from(op) << OP | (what as u64) << WHAT;
    entry.rest.store(rest, Relaxed);
    // Release: a reader that sees the number sees the event.
    ring.next.store(number + 1, Ordering::Release);
}

/// A trace that is being taken, until this is dropped.
#[derive(Debug)]
pub(crate) struct Tracer {
    /// How many events of each ring were read, by the numbers of the shards.
    read: Vec<u64>,
    lost: u64,
}

impl Tracer {
    /// From now on events are noted.
    pub(crate) fn start() -> Self {
        let mut tracer = Self { read: Vec::new(), lost: 0 };
        for shard in shard::shards() {
            // What is in a ring already is from before.
            let next = ring(shard).map_or(0, |ring| ring.next.load(Ordering::Acquire));
            *tracer.read_of(shard) = next;
        }
        TRACES.fetch_add(1, Relaxed);
        detail::time_wakes_slowly();
        shard::set_modes();
        tracer
    }

    /// How many events of this shard's ring were read. A shard that is new since the start has none from before.
    fn read_of(&mut self, shard: &Shard) -> &mut u64 {
        let place = shard.number() as usize;
        if self.read.len() <= place {
            self.read.resize(place + 1, 0);
        }
        &mut self.read[place]
    }

    /// Gives what was noted since the last call to `take`, with the system's number of the thread. Events of one thread
    /// come in their order.
    pub(crate) fn drain(&mut self, mut take: impl FnMut(u64, Noted)) {
        for shard in shard::shards() {
            let Some(ring) = ring(shard) else { continue };
            let end = ring.next.load(Ordering::Acquire);
            let read = std::mem::replace(self.read_of(shard), end);
            let before = read.max(end.saturating_sub(ROOM));
            self.lost += before - read;
            let copied: Vec<Option<Noted>> =
                (before..end).map(|number| copy(&ring.entries[(number % ROOM) as usize])).collect();
            // Acquire: if any word was of a later event, the number below says so.
            fence(Ordering::Acquire);
            // The thread may be writing the one behind its last.
            let whole = (ring.next.load(Relaxed) + 1).saturating_sub(ROOM);
            for (number, noted) in (before..end).zip(copied) {
                match noted {
                    Some(noted) if number >= whole => take(shard.thread(), noted),
                    _ => self.lost += 1,
                }
            }
        }
    }

    /// Events that were overwritten before they were read.
    pub(crate) fn lost(&self) -> u64 {
        self.lost
    }
}

/// The ring of a shard, made if need be; `None` if there is no room for it.
fn ring(shard: &'static Shard) -> Option<&'static Ring> {
    if shard.ring.load(Ordering::Acquire).is_null() {
        if !registry::reserve(size_of::<Ring>()) {
            Dropped::Trace.count();
            return None;
        }
        let fresh = Zeroed::allocate::<Ring>();
        // Another trace may have been quicker. A ring is small, and this happens once.
        let _ = shard.ring.compare_exchange(ptr::null_mut(), fresh, Ordering::AcqRel, Ordering::Acquire);
    }
    // SAFETY: null, or zeroed memory of the right layout, for which all zero bytes are valid; it is never freed.
    unsafe { shard.ring.load(Ordering::Acquire).as_ref() }
}

impl Drop for Tracer {
    fn drop(&mut self) {
        TRACES.fetch_sub(1, Relaxed);
        shard::set_modes();
    }
}

fn copy(entry: &Entry) -> Option<Noted> {
    let rest = entry.rest.load(Relaxed);
    let what = What::ALL.get(((rest >> WHAT) as usize).checked_sub(1)?)?;
    Some(Noted {
        at: entry.at.load(Relaxed),
        what: *what,
        task: entry.task.load(Relaxed),
        subject: entry.subject.load(Relaxed),
        op: (rest >> OP) as u8,
        low: rest & ((1 << OP) - 1),
    })
}
