//! How the events of a while are read.

use super::Detail;
use super::resources::{op, place_of};
use crate::clock;
use crate::id::{ResourceId, TaskGroupId, TaskId};
use crate::recorder::trace::{self, Noted, What};
use crate::snapshot::{Awaited, Op, Snapshot, Trace, TraceEvent, TraceKind};
use std::ptr;

/// A trace that is being taken. Until [`finish`](Self::finish), threads note their events; somebody has to
/// [`read`](Self::read) them a few hundred times a second.
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
        let (trace, most) = (&mut self.trace, self.most);
        self.inner.drain(|thread, noted| match event(thread, &noted) {
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
        trace.lost += inner.lost();
        drop(inner);
        trace.to = clock::now();
        trace.events.sort_by_key(|event| event.at);
        trace.end = Snapshot::read(Detail::Light);
        trace
    }
}

fn event(thread: u64, noted: &Noted) -> Option<TraceEvent> {
    let op = op(noted.op);
    let number = noted.low;
    let awaited = |op: Option<Op>| match (op, noted.subject) {
        (_, 0) => Awaited::Nothing,
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
    };
    let address = if is_message { 0 } else { noted.low as usize };
    let place = place_of(ptr::with_exposed_provenance(address));
    Some(TraceEvent { at: clock::time_of(noted.at), thread, task: TaskId::unpack(noted.task), kind, place })
}
