//! How the events of a while are read.

use super::Detail;
use super::resources::{op, place_of};
use crate::clock;
use crate::id::{ResourceId, TaskGroupId, TaskId};
use crate::recorder::trace::{self, Noted, What};
use crate::registry::WaitSlot;
use crate::snapshot::{Awaited, Op, Snapshot, Trace, TraceEvent, TraceKind};
use std::ptr;

/// A trace that is being taken. While there is one, threads note their events; somebody has to [`read`](Self::read) them
/// a few hundred times a second, or else only the last ones of each thread are left.
#[derive(Debug)]
pub struct Tracer {
    inner: trace::Tracer,
    trace: Trace,
    most: usize,
}

impl Tracer {
    /// Begins a trace of at most so many events.
    pub fn start(most: usize) -> Tracer {
        let trace = Trace { from: clock::now(), ..Trace::default() };
        Tracer { inner: trace::Tracer::start(), trace, most }
    }

    /// Reads what threads have noted.
    pub fn read(&mut self) {
        self.read_last(self.most);
    }

    /// Reads the last so many events of each thread.
    fn read_last(&mut self, each: usize) {
        let (trace, most) = (&mut self.trace, self.most);
        trace.lost += self.inner.drain(each, |thread, noted| match event(thread, &noted) {
            Some(event) if trace.events.len() < most => trace.events.push(event),
            _ => trace.lost += 1,
        });
    }

    /// Whether there is room for more events.
    pub fn has_room(&self) -> bool {
        self.trace.events.len() < self.most
    }

    /// Ends the trace.
    pub fn finish(mut self) -> Trace {
        self.read();
        let Tracer { inner, mut trace, .. } = self;
        drop(inner);
        trace.to = clock::now();
        trace.events.sort_by_key(|event| event.at);
        trace.end = trace.end_of(&Snapshot::read(Detail::Light), &[]);
        trace
    }

    /// Reads all that is left of what was noted since the start, in place of what was read before.
    pub(crate) fn reread(&mut self) {
        self.trace.events.clear();
        self.inner.rewind();
        self.read_last(self.share());
    }

    /// Forgets what was read.
    pub(crate) fn forget(&mut self) {
        self.trace.events = Vec::new();
    }

    /// Half of the room, in equal parts for all threads: the other half is for what comes after it.
    fn share(&self) -> usize {
        (self.most / 2 / self.inner.rings().max(1)).max(1)
    }

    /// What was read and can be read now, as it led to `now`, with these tasks in it whatever they did; the tracer goes on
    /// and begins anew. What stood still before its events did not begin before `back` nanoseconds.
    pub(crate) fn cut(&mut self, now: &Snapshot, tasks: &[TaskId], back: u64) -> Trace {
        self.read_last(self.share());
        let mut events = std::mem::take(&mut self.trace.events);
        events.sort_by_key(|event| event.at);
        self.trace.lost = 0;
        let to = clock::now();
        let mut trace = Trace { from: to, to, events, lost: 0, cut: true, end: Snapshot::default() };
        trace.end = trace.end_of(now, tasks);
        let of = |task: Option<TaskId>| task.is_some_and(|task| tasks.contains(&task));
        let waits = trace.end.waits.iter().filter(|wait| of(wait.task)).map(|wait| wait.since);
        let holds = trace.end.holds.iter().filter(|hold| of(hold.task)).filter_map(|hold| hold.since);
        let first = trace.events.first().map_or(to, |event| event.at);
        let still = waits.chain(holds).min().unwrap_or(to).max(first.saturating_sub(back));
        trace.from = first.min(still);
        trace
    }
}

fn event(thread: u64, noted: &Noted) -> Option<TraceEvent> {
    let op = op(noted.op);
    let number = noted.low;
    let awaited = |op: Option<Op>| match (op, noted.subject) {
        (_, 0) => Awaited::Nothing,
        (Some(Op::Join), set) if set & WaitSlot::CHILDREN != 0 => Awaited::Nothing,
        (Some(Op::Join), task) => TaskId::unpack(task).map_or(Awaited::Nothing, Awaited::End),
        (_, resource) => ResourceId::unpack(resource).map_or(Awaited::Nothing, Awaited::Resource),
    };
    let is_message = matches!(noted.what, What::Sent | What::Received);
    let kind = match noted.what {
        What::Spawned => TraceKind::Spawned(TaskId::unpack(noted.subject)),
        What::Ended => TraceKind::Ended,
        What::PollBegan => TraceKind::PollBegan(TaskGroupId(noted.subject as u32)),
        What::PollEnded => TraceKind::PollEnded(TaskGroupId(noted.subject as u32)),
        What::Woke => TraceKind::Woke(TaskId::unpack(noted.subject)?),
        What::WaitBegan => TraceKind::WaitBegan(op, awaited(Some(op))),
        What::WaitEnded => TraceKind::WaitEnded(awaited(Some(op))),
        What::Taken => TraceKind::Taken(ResourceId::unpack(noted.subject)?),
        What::GivenBack => TraceKind::GivenBack(ResourceId::unpack(noted.subject)?),
        What::Sent => TraceKind::Sent(ResourceId::unpack(noted.subject)?, number),
        What::Received => TraceKind::Received(ResourceId::unpack(noted.subject)?, number),
        What::Left => return None,
    };
    let address = if is_message { 0 } else { noted.low as usize };
    let place = place_of(ptr::with_exposed_provenance(address));
    Some(TraceEvent { at: clock::time_of(noted.at), thread, task: TaskId::unpack(noted.task), kind, place })
}
