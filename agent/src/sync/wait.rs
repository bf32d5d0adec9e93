//! A wait: the future of an operation, recorded from its first `Pending` to its end.

use super::resource::with_block;
use crate::clock;
use crate::recorder::{self, with_current};
use crate::registry::{Dropped, ResourceSlot, TaskSlot, WAITS, WaitSlot};
use crate::task::own_slot;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::ptr;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Waker};

/// What is waited for; the numbers are those of the snapshot's `Op`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Lock = 0,
    Acquire = 3,
    Send = 4,
    Recv = 5,
    Join = 9,
    Sleep = 11,
    Io = 12,
    Pending = 13,
    Other = 14,
}

/// The other end of a wait.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    /// A resource.
    Resource(&'static ResourceSlot),
    /// The end of a task, by its packed id.
    Task(u64),
    /// Neither.
    None,
}

/// The future of an operation that may wait. `None` as the subject's slot means that it is not recorded.
#[derive(Debug)]
pub(crate) struct Waiting<F> {
    future: F,
    record: Record,
}

/// Where a wait is recorded once it is one.
#[derive(Debug)]
struct Record {
    slot: Option<&'static WaitSlot>,
    /// `None`: never record.
    subject: Option<Subject>,
    place: &'static Location<'static>,
    op: Op,
    amount: u32,
    /// The slot's place in its slab.
    index: u32,
}

impl<F> Waiting<F> {
    /// Records a wait of `future` for `subject`, if it comes to one.
    #[inline(always)]
    pub(crate) fn new(
        future: F,
        subject: Option<Subject>,
        op: Op,
        amount: u32,
        place: &'static Location<'static>,
    ) -> Self {
        Self { future, record: Record { slot: None, subject, place, op, amount, index: 0 } }
    }

    /// When the wait began, in ticks; `None` if it never came to one.
    #[inline(always)]
    pub(crate) fn began(&self) -> Option<u64> {
        self.record.slot.map(|slot| slot.since.load(Relaxed))
    }

    /// The operation's future.
    pub(crate) fn get_mut(self: Pin<&mut Self>) -> Pin<&mut F> {
        // SAFETY: the future is a part of `self` that is never moved.
        unsafe { self.map_unchecked_mut(|this| &mut this.future) }
    }
}

impl<F: Future> Future for Waiting<F> {
    type Output = F::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the future is not moved out of the reference.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: `this` was pinned, and the future is a part of it that is never moved: `Record` has the `Drop`.
        let result = unsafe { Pin::new_unchecked(&mut this.future) }.poll(cx);
        if result.is_pending() {
            this.record.pending(cx.waker());
        } else {
            this.record.finish();
        }
        result
    }
}

impl Record {
    #[inline]
    fn pending(&mut self, waker: &Waker) {
        let Some(subject) = self.subject else { return };
        match own_slot(waker) {
            Some(task) => self.note(subject, Some(task), true),
            None => with_current(|task| self.note(subject, task, false)),
        }
    }

    #[inline]
    fn note(&mut self, subject: Subject, task: Option<&'static TaskSlot>, own_waker: bool) {
        let slot = match self.slot {
            Some(slot) => slot,
            None => match self.open(subject) {
                Some(slot) => slot,
                None => return,
            },
        };
        // The future may have moved to another task since its last poll.
        slot.task.store(task.map_or(0, |t| t.id().pack()), Relaxed);
        slot.polled.store(task.map_or(0, |t| t.polls.load(Relaxed)), Relaxed);
        slot.own_waker.store(u8::from(own_waker), Relaxed);
        slot.open();
    }

    /// Takes a slot and fills what does not change.
    fn open(&mut self, subject: Subject) -> Option<&'static WaitSlot> {
        let taken = recorder::with(|shard, _| {
            let index = shard.free_waits.pop(&WAITS)?;
            Some((index, WAITS.get(index)?))
        });
        let Some((index, slot)) = taken.flatten() else {
            Dropped::Wait.count();
            self.subject = None;
            return None;
        };
        self.index = index;
        slot.amount.store(self.amount, Relaxed);
        slot.subject.store(
            match subject {
                Subject::Resource(resource) => resource.id().pack(),
                Subject::Task(id) => id,
                Subject::None => 0,
            },
            Relaxed,
        );
        slot.place.store(ptr::from_ref(self.place).cast_mut(), Relaxed);
        slot.since.store(clock::ticks(), Relaxed);
        slot.op.store(self.op as u8, Relaxed);
        self.slot = Some(slot);
        Some(slot)
    }

    /// The wait is over, served or not: its duration goes to the resource's group.
    #[inline(always)]
    fn finish(&mut self) {
        if let Some(slot) = self.slot.take() {
            self.close(slot);
        }
    }

    fn close(&self, slot: &'static WaitSlot) {
        let waited = clock::ticks().saturating_sub(slot.since.load(Relaxed));
        slot.close();
        if let Some(Subject::Resource(resource)) = self.subject {
            with_block(resource, |_, block| match self.op {
                Op::Send => block.send_wait.record(waited),
                _ => block.wait.record(waited),
            });
        }
        recorder::with(|shard, _| shard.free_waits.push(&WAITS, self.index));
    }
}

impl Drop for Record {
    #[inline(always)]
    fn drop(&mut self) {
        self.finish();
    }
}
