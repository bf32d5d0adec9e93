//! A wait: the future of an operation, recorded from its first `Pending` to its end.

use super::asks::Asks;
use super::blocking;
use super::resource::record_in;
#[cfg(feature = "rayon")]
use super::runner::Runner;
use crate::clock;
use crate::primitive::atomic::AtomicU32;
use crate::recorder::trace::{self, What};
use crate::recorder::{self, with_current};
use crate::registry::{Dropped, ResourceSlot, TaskSlot, WAITS, WaitSlot};
use crate::task::own_slot;
use std::future::Future;
use std::mem::{self, ManuallyDrop};
use std::panic::Location;
use std::pin::Pin;
use std::ptr;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Waker};
use tokio::task::coop;

/// What is waited for; the numbers are those of the snapshot's `Op`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Lock = 0,
    Read = 1,
    Write = 2,
    Acquire = 3,
    Send = 4,
    Recv = 5,
    Changed = 6,
    Notified = 7,
    Wait = 8,
    Join = 9,
    Init = 10,
    Sleep = 11,
    Other = 14,
}

/// The other end of a wait.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    /// A resource.
    Resource(&'static ResourceSlot),
    /// The end of a task, by its packed id.
    Task(u64),
    /// The end of any of the tasks that this one, by its packed id, has spawned into a set.
    Children(u64),
    /// None of these.
    None,
}

impl Subject {
    pub(super) fn word(self) -> u64 {
        match self {
            Subject::Resource(resource) => resource.id().pack(),
            Subject::Task(id) => id,
            Subject::Children(id) => id | WaitSlot::CHILDREN,
            Subject::None => 0,
        }
    }
}

/// A recorded wait: the number of its slot plus 1, so that "none" costs no room.
#[derive(Debug, Default)]
pub(crate) struct Record(u32);

impl Record {
    /// No wait.
    pub(crate) const NONE: Record = Record(0);

    #[inline(always)]
    fn slot(&self) -> Option<&'static WaitSlot> {
        WAITS.get(self.0.checked_sub(1)?)
    }

    /// Whether there is a wait.
    #[inline(always)]
    pub(crate) fn is_open(&self) -> bool {
        self.0 != 0
    }

    /// What tells the wait who does what is waited for.
    #[cfg(feature = "rayon")]
    pub(super) fn runner(&self) -> Runner {
        Runner::new(self.0)
    }

    /// The record that was left in a word.
    pub(crate) fn kept_in(word: &AtomicU32) -> Self {
        Self(word.load(Relaxed))
    }

    /// Leaves the record in a word, from where it is taken to be closed.
    pub(crate) fn keep_in(self, word: &AtomicU32) {
        word.store(self.0, Relaxed);
        mem::forget(self);
    }

    /// Notes that the future returned `Pending` to this waker; `place` is null if it is not known.
    #[inline]
    pub(crate) fn pending(
        &mut self,
        waker: &Waker,
        subject: Subject,
        op: Op,
        amount: u32,
        place: *const Location<'static>,
    ) {
        let slot = match self.slot() {
            Some(slot) => slot,
            // The task has used up its turn: tokio makes it yield, whatever it asks for. This is no wait. (A future
            // that really waits has its part of the budget back when it returns.)
            None if !coop::has_budget_remaining() => return,
            None => match self.open(subject, op, amount, place) {
                Some(slot) => slot,
                None => return,
            },
        };
        match own_slot(waker) {
            Some(task) => note(slot, Some(task), WaitSlot::OWN_WAKER),
            None => {
                let how = if blocking::drives_future() { WaitSlot::BLOCKING } else { WaitSlot::OTHER_WAKER };
                with_current(|task| note(slot, task, how));
            }
        }
    }

    /// Notes a wait that blocks the thread, on behalf of the current task; `timed`: it ends by itself after some time.
    pub(crate) fn blocking(
        subject: Subject,
        op: Op,
        amount: u32,
        place: *const Location<'static>,
        timed: bool,
    ) -> Self {
        let mut record = Self::NONE;
        if let Some(slot) = record.open(subject, op, amount, place) {
            let how = if timed { WaitSlot::TIMED } else { WaitSlot::BLOCKING };
            with_current(|task| note(slot, task, how));
        }
        record
    }

    /// Takes a slot and fills what does not change.
    fn open(
        &mut self,
        subject: Subject,
        op: Op,
        amount: u32,
        place: *const Location<'static>,
    ) -> Option<&'static WaitSlot> {
        let taken = recorder::with(|shard, _| {
            let index = shard.free_waits.pop(&WAITS)?;
            Some((index, WAITS.get(index)?))
        });
        let Some((index, slot)) = taken.flatten() else {
            Dropped::Wait.count();
            return None;
        };
        self.0 = index + 1;
        slot.amount.store(amount, Relaxed);
        slot.subject.store(subject.word(), Relaxed);
        slot.place.store(place.cast_mut(), Relaxed);
        slot.since.store(clock::ticks(), Relaxed);
        slot.op.store(op as u8, Relaxed);
        if trace::is_on() {
            trace::note(What::WaitBegan, subject.word(), op as u8, place);
        }
        Some(slot)
    }

    /// The wait is over, served or not. Returns how long it was, in ticks.
    #[inline(always)]
    pub(crate) fn close(&mut self) -> Option<u64> {
        if self.0 == 0 {
            return None;
        }
        self.close_open()
    }

    fn close_open(&mut self) -> Option<u64> {
        let slot = self.slot()?;
        let waited = clock::ticks().saturating_sub(slot.since.load(Relaxed));
        if trace::is_on() {
            let (task, subject) = (slot.task.load(Relaxed), slot.subject.load(Relaxed));
            trace::note_of(What::WaitEnded, task, subject, slot.op.load(Relaxed), ptr::null());
        }
        slot.close();
        recorder::with(|shard, _| shard.free_waits.push(&WAITS, self.0 - 1));
        self.0 = 0;
        Some(waited)
    }
}

impl Drop for Record {
    #[inline(always)]
    fn drop(&mut self) {
        self.close();
    }
}

/// Notes who polled the future last, and in which poll.
#[inline(always)]
fn note(slot: &WaitSlot, task: Option<&'static TaskSlot>, how: u8) {
    // The future may have moved to another task since its last poll.
    slot.task.store(task.map_or(0, |t| t.id().pack()), Relaxed);
    slot.polled.store(task.map_or(0, |t| t.polls.load(Relaxed)), Relaxed);
    slot.how.store(how, Relaxed);
    // The await around this future, if it has a site, is about to add its entry to the list. `BLIND` becomes 0.
    let awaited = task
        .filter(|_| how == WaitSlot::OWN_WAKER)
        .map_or(0, |t| (t.list.load(Relaxed) as u8).wrapping_add(1));
    slot.awaited.store(awaited, Relaxed);
    slot.open();
}

/// The future of an operation on a resource that may have to wait.
#[derive(Debug)]
pub(crate) struct Waiting<F, A: Asks> {
    future: ManuallyDrop<F>,
    wait: ResourceWait<A>,
}

/// The recorded part of [`Waiting`], which ends it.
#[derive(Debug)]
struct ResourceWait<A> {
    resource: Option<&'static ResourceSlot>,
    place: &'static Location<'static>,
    record: ManuallyDrop<Record>,
    asks: A,
}

impl<F, A: Asks> Waiting<F, A> {
    /// Records a wait of `future` for `resource`, if it comes to one.
    #[inline(always)]
    pub(crate) fn new(
        future: F,
        resource: Option<&'static ResourceSlot>,
        asks: A,
        place: &'static Location<'static>,
    ) -> Self {
        let record = ManuallyDrop::new(Record::NONE);
        Self { future: ManuallyDrop::new(future), wait: ResourceWait { resource, place, record, asks } }
    }

    /// It is given up: the wait is over when the future is gone, also if the drop of that panics.
    #[cold]
    #[inline(never)]
    fn cancel(&mut self) {
        let ResourceWait { record, resource, .. } = &mut self.wait;
        let _finish = Finish { record, resource: *resource, op: A::OP };
        // SAFETY: called by the drop alone, for what it does not drop itself.
        unsafe { ManuallyDrop::drop(&mut self.future) };
    }
}

impl<F, A: Asks> Drop for Waiting<F, A> {
    // With nothing behind the drop of the future, that of one that did not wait is as short as without a record.
    #[inline(always)]
    fn drop(&mut self) {
        if self.wait.record.is_open() {
            self.cancel();
        } else {
            // SAFETY: dropped here or above; `self` is not used afterwards.
            unsafe { ManuallyDrop::drop(&mut self.future) };
        }
    }
}

/// Ends a wait when it is dropped, whatever else panics.
pub(super) struct Finish<'a> {
    pub(super) record: &'a mut Record,
    pub(super) resource: Option<&'static ResourceSlot>,
    pub(super) op: Op,
}

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        end_wait(self.record, self.resource, self.op);
    }
}

impl<F: Future, A: Asks> Waiting<F, A> {
    /// The future.
    pub(crate) fn future(&self) -> &F {
        &self.future
    }

    /// Asks the future whether it is ready, in another way than by a poll.
    #[inline(always)]
    pub(crate) fn ask(self: Pin<&mut Self>, ready: impl FnOnce(Pin<&mut F>) -> bool) -> bool {
        // SAFETY: the future is not moved out of the reference.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: `this` was pinned, and the future is a part of it that is never moved; the drop drops it in place.
        let ready = ready(unsafe { Pin::new_unchecked(&mut *this.future) });
        if ready {
            this.wait.finish();
        }
        ready
    }
}

impl<F: Future, A: Asks> Future for Waiting<F, A> {
    type Output = F::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the future is not moved out of the reference.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: `this` was pinned, and the future is a part of it that is never moved; the drop drops it in place.
        let result = unsafe { Pin::new_unchecked(&mut *this.future) }.poll(cx);
        if result.is_pending() {
            this.wait.pending(cx.waker());
        } else {
            this.wait.finish();
        }
        result
    }
}

impl<A: Asks> ResourceWait<A> {
    fn pending(&mut self, waker: &Waker) {
        if let Some(resource) = self.resource {
            let place = ptr::from_ref(self.place);
            self.record.pending(waker, Subject::Resource(resource), A::OP, self.asks.amount(), place);
        }
    }

    /// The wait is over, if there was one: its duration goes to the resource's group.
    #[inline(always)]
    fn finish(&mut self) {
        if self.record.is_open() {
            self.finish_open();
        }
    }

    #[cold]
    #[inline(never)]
    fn finish_open(&mut self) {
        end_wait(&mut self.record, self.resource, A::OP);
    }
}

/// A wait is over, if there was one: its duration goes to the resource's group.
pub(super) fn end_wait(record: &mut Record, resource: Option<&'static ResourceSlot>, op: Op) {
    if let (Some(waited), Some(resource)) = (record.close(), resource) {
        record_wait(resource, op, waited);
    }
}

/// Adds a wait to the histogram of the resource's group.
pub(super) fn record_wait(resource: &ResourceSlot, op: Op, ticks: u64) {
    match op {
        Op::Send | Op::Write => record_in(resource, |block| &block.send_wait, ticks),
        // For a condition that may never come true: how long says nothing about the resource.
        Op::Wait => {}
        _ => record_in(resource, |block| &block.wait, ticks),
    }
}
