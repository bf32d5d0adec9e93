//! The flight recorder: while a trace is being taken, each thread writes its events into a ring of its own.
//!
//! While none is, an event costs at most one look at a word. While one is, every thread takes the slow ways on which
//! the events are noted. The reader makes the rings, and a thread that begins meanwhile its own, so that no event ever
//! allocates. A ring belongs to its shard: a thread that ends leaves it to the next one, with a mark of who it was. All
//! rings together may take a part of the agent's memory; a thread that gets none is counted as dropped.

use super::shard::{self, Shard};
use super::zeroed::Zeroed;
use super::{detail, with};
use crate::clock;
use crate::primitive::atomic::{AtomicU64, Ordering, fence};
use crate::primitive::real::Mutex;
use crate::primitive::real::atomic::{AtomicU32, Ordering::Relaxed};
use crate::registry::{self, Dropped, Room};
use std::panic::Location;

/// Events in a ring.
const ROOM: u64 = 4096;
/// The part of the agent's memory that all rings together may take.
const PART: u64 = 4;

/// How many traces are being taken.
static TRACES: AtomicU32 = AtomicU32::new(0);
/// Bytes of all rings; held by whoever makes one.
static RINGS: Mutex<u64> = Mutex::new(0);

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
    /// The thread left the ring to the next one; the subject is its number.
    Left,
}

impl What {
    const ALL: [What; 12] = [
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
        What::Left,
    ];
}

/// One event, as it was noted.
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

#[derive(Debug, Default)]
pub(crate) struct Entry {
    at: AtomicU64,
    task: AtomicU64,
    subject: AtomicU64,
    /// The place, the operation and what happened, from the lowest bits up: addresses have 48 bits.
    rest: AtomicU64,
}

impl Entry {
    fn write(&self, what: What, task: u64, subject: u64, op: u8, low: u64) {
        self.at.store(clock::ticks(), Relaxed);
        self.task.store(task, Relaxed);
        self.subject.store(subject, Relaxed);
        let rest = low & ((1 << OP) - 1) | u64::from(op) << OP | (what as u64) << WHAT;
        self.rest.store(rest, Relaxed);
    }
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
    let Some(ring) = ring(shard) else { return };
    let number = ring.next.load(Relaxed);
    // Release: a reader that sees a word of this event sees that the one before is whole.
    fence(Ordering::Release);
    ring.entries[(number % ROOM) as usize].write(what, task, subject, op, low);
    // Release: a reader that sees the number sees the event.
    ring.next.store(number + 1, Ordering::Release);
}

/// The thread with this number does not use the shard any more.
pub(super) fn note_left(shard: &Shard, thread: u64) {
    write(shard, What::Left, 0, thread, 0, 0);
}

/// A trace that is being taken, until this is dropped.
#[derive(Debug)]
pub(crate) struct Tracer {
    /// How far each ring was read, by the numbers of the shards.
    read: Vec<Read>,
}

/// How far a ring was read.
#[derive(Clone, Copy, Debug, Default)]
struct Read {
    /// Whether the ring was looked for.
    seen: bool,
    /// How many events it had when the trace began.
    from: u64,
    /// How many of its events were read, or are from before.
    to: u64,
}

impl Tracer {
    /// From now on events are noted.
    pub(crate) fn start() -> Self {
        let mut tracer = Self { read: Vec::new() };
        for shard in shard::shards() {
            // What is in a ring already is from before.
            let next = make(shard).map_or(0, |ring| ring.next.load(Ordering::Acquire));
            *tracer.read_of(shard) = Read { seen: true, from: next, to: next };
        }
        TRACES.fetch_add(1, Relaxed);
        detail::time_wakes_slowly();
        shard::set_modes();
        tracer
    }

    /// How far this shard's ring was read. A shard that is new since the start has no events from before.
    fn read_of(&mut self, shard: &Shard) -> &mut Read {
        let place = shard.number() as usize;
        if self.read.len() <= place {
            self.read.resize(place + 1, Read::default());
        }
        &mut self.read[place]
    }

    /// The next call of [`drain`](Self::drain) gives all that rings still have of what was noted since the start.
    pub(crate) fn rewind(&mut self) {
        self.read.iter_mut().for_each(|read| read.to = read.from);
    }

    /// How many rings there are at most.
    pub(crate) fn rings(&self) -> usize {
        self.read.len()
    }

    /// Gives what was noted since the last call to `take`, with the system's number of the thread: 0 if it has ended
    /// meanwhile. Events of one thread come in their order, the last `most` of them. Returns how many others there were.
    pub(crate) fn drain(&mut self, most: usize, mut take: impl FnMut(u64, Noted)) -> u64 {
        let most = ROOM.min(most as u64);
        let mut lost = 0;
        let mut open: Vec<Noted> = Vec::new();
        for shard in shard::shards() {
            let read = self.read_of(shard);
            let found = if read.seen { ring(shard) } else { make(shard) };
            read.seen = true;
            let Some(ring) = found else { continue };
            let thread = shard.thread();
            let end = ring.next.load(Ordering::Acquire);
            let before = read.to.max(end.saturating_sub(most));
            lost += before - read.to;
            read.to = end;
            let copied: Vec<Option<Noted>> =
                (before..end).map(|number| copy(&ring.entries[(number % ROOM) as usize])).collect();
            // Acquire: if any word was of a later event, the number below says so.
            fence(Ordering::Acquire);
            // The thread may be writing the one behind its last.
            let whole = (ring.next.load(Relaxed) + 1).saturating_sub(ROOM);
            for (number, noted) in (before..end).zip(copied) {
                match noted {
                    Some(noted) if number >= whole && noted.what == What::Left => {
                        open.drain(..).for_each(|event| take(noted.subject, event));
                    }
                    Some(noted) if number >= whole => open.push(noted),
                    _ => lost += 1,
                }
            }
            let thread = if shard.thread() == thread { thread } else { 0 };
            open.drain(..).for_each(|event| take(thread, event));
        }
        lost
    }
}

/// How many events were noted since the start of the program.
pub(crate) fn noted() -> u64 {
    shard::shards().filter_map(ring).map(|ring| ring.next.load(Relaxed)).sum()
}

/// Writes an event down as if it were noted: nobody reads it, but it takes as long.
pub(crate) fn rehearse(entry: &Entry) {
    entry.write(What::Woke, 1, 2, 0, 0);
}

/// The ring of a shard.
fn ring(shard: &Shard) -> Option<&'static Ring> {
    // SAFETY: null, or zeroed memory of the right layout, for which all zero bytes are valid; it is never freed.
    unsafe { shard.ring.load(Ordering::Acquire).as_ref() }
}

/// The ring of a shard, made if need be; `None` if there is no room for it.
fn make(shard: &Shard) -> Option<&'static Ring> {
    let mut bytes = RINGS.lock();
    if ring(shard).is_none() {
        let more = *bytes + size_of::<Ring>() as u64;
        if more > registry::max_memory() / PART || !registry::reserve(size_of::<Ring>(), Room::Tables) {
            Dropped::Trace.count();
            return None;
        }
        *bytes = more;
        // Release: a thread that sees the pointer sees the zeros.
        shard.ring.store(Zeroed::allocate(), Ordering::Release);
    }
    ring(shard)
}

/// The calling thread's shard is new: it gets its ring before its first event if a trace is being taken.
pub(super) fn prepare(shard: &Shard) {
    if is_on() {
        make(shard);
    }
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
