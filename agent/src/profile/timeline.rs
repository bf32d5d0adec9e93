//! A trace as a picture of threads: what each polled when, who woke whom, what tasks waited for.

use crate::id::{ResourceId, TaskGroupId, TaskId};
use crate::snapshot::{Awaited, Op, Place, Trace, TraceEvent, TraceKind};
use std::collections::HashMap;

/// A trace as a picture of threads. Times are those of the trace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// What threads did, by when it began; of two that begin together, the outer first.
    pub slices: Vec<Slice>,
    /// What led from one slice to another.
    pub arrows: Vec<Arrow>,
    /// What tasks waited for and what they held.
    pub spans: Vec<Span>,
}

/// A time in which a thread did one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// The system's number of the thread.
    pub thread: u64,
    /// When it began.
    pub from: u64,
    /// When it ended; the end of the trace if it did not.
    pub to: u64,
    /// What it was.
    pub what: SliceKind,
    /// The task that did it; `None` outside of any.
    pub task: Option<TaskId>,
}

/// What a thread did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SliceKind {
    /// It polled a task of this group.
    Poll(TaskGroupId),
    /// Something that an arrow begins or ends with, outside of any poll. It has no length.
    Moment(ArrowKind),
}

/// What led from one slice to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// What it is.
    pub kind: ArrowKind,
    /// The thread and the time where it begins.
    pub from: (u64, u64),
    /// The thread and the time where it ends.
    pub to: (u64, u64),
}

/// What led from one slice to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArrowKind {
    /// A wake, to the poll that it asked for.
    Wake,
    /// The end of a hold, to whoever had waited for it.
    HandOver,
    /// A message, from its sender to its receiver.
    Message,
    /// A spawn, to the first poll.
    Spawn,
}

/// A time in which a task waited for something or held it.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Who.
    pub task: TaskId,
    /// What.
    pub awaited: Awaited,
    /// The operation of a wait; `None` of a hold.
    pub op: Option<Op>,
    /// Where.
    pub place: Option<Place>,
    /// When it began; the beginning of the trace if that was before.
    pub from: u64,
    /// When it ended; the end of the trace if it did not.
    pub to: u64,
    /// When it began if that is known and was before the trace.
    pub before: Option<u64>,
}

impl Timeline {
    /// The picture of a trace. What began before the trace begins with it, what did not end ends with it.
    pub fn of(trace: &Trace) -> Timeline {
        let mut drawing = Drawing::default();
        for event in &trace.events {
            drawing.add(trace, event);
        }
        drawing.stand_still(trace);
        drawing.finish()
    }
}

#[derive(Default)]
struct Drawing {
    timeline: Timeline,
    /// Polls in progress, by thread, the innermost last: places in the slices.
    polls: HashMap<u64, Vec<usize>>,
    /// Wakes and spawns whose poll has not begun, by task.
    asked: HashMap<TaskId, (ArrowKind, u64, u64)>,
    /// When each thread did the first thing that is known of it.
    first: HashMap<u64, u64>,
    /// Waits in progress: places in the spans.
    waits: HashMap<(TaskId, Awaited), usize>,
    /// Holds in progress of each resource, with their tasks: places in the spans.
    holds: HashMap<ResourceId, Vec<(TaskId, usize)>>,
    /// The last time that a resource was given back.
    released: HashMap<ResourceId, (u64, u64)>,
    /// When a task's wait for a resource ended last, and when that had begun.
    waited: HashMap<(TaskId, ResourceId), u64>,
    /// Messages that were sent and not received yet.
    sent: HashMap<(ResourceId, u64), (u64, u64)>,
}

impl Drawing {
    fn add(&mut self, trace: &Trace, event: &TraceEvent) {
        let here = (event.thread, event.at);
        let first = *self.first.entry(event.thread).or_insert(event.at);
        match event.kind {
            TraceKind::Spawned(_) => {
                if let Some(task) = event.task {
                    self.asked.insert(task, (ArrowKind::Spawn, here.0, here.1));
                }
            }
            TraceKind::Woke(target) => {
                // The first of several asks for the poll.
                self.asked.entry(target).or_insert((ArrowKind::Wake, here.0, here.1));
            }
            TraceKind::PollBegan(group) => {
                let slice = Slice {
                    thread: event.thread,
                    from: event.at,
                    to: trace.to,
                    what: SliceKind::Poll(group),
                    task: event.task,
                };
                self.polls.entry(event.thread).or_default().push(self.timeline.slices.len());
                self.timeline.slices.push(slice);
                if let Some((kind, thread, at)) = event.task.and_then(|task| self.asked.remove(&task)) {
                    self.arrow(kind, (thread, at), here);
                }
            }
            TraceKind::PollEnded(group) => {
                let open = self.polls.entry(event.thread).or_default();
                match open.iter().rposition(|slice| self.timeline.slices[*slice].task == event.task) {
                    Some(place) => {
                        // What is inside of it and has not ended was lost.
                        for slice in open.drain(place..) {
                            self.timeline.slices[slice].to = event.at;
                        }
                    }
                    None => self.timeline.slices.push(Slice {
                        thread: event.thread,
                        from: if trace.cut { first } else { trace.from },
                        to: event.at,
                        what: SliceKind::Poll(group),
                        task: event.task,
                    }),
                }
            }
            TraceKind::WaitBegan(op, awaited) => {
                if let Some(task) = event.task {
                    let span = self.span(trace, (task, awaited, Some(op)), event.place, event.at);
                    self.waits.insert((task, awaited), span);
                }
            }
            TraceKind::WaitEnded(awaited) => {
                let Some(task) = event.task else { return };
                if let Some(span) = self.waits.remove(&(task, awaited)) {
                    let span = &mut self.timeline.spans[span];
                    span.to = event.at;
                    if let Awaited::Resource(resource) = awaited {
                        self.waited.insert((task, resource), span.from);
                    }
                }
            }
            TraceKind::GivenBack(resource) => {
                self.released.insert(resource, here);
                // A guard may be dropped by another task than the one that took it.
                let open = self.holds.entry(resource).or_default();
                let own = open.iter().rposition(|(task, _)| Some(*task) == event.task);
                if !open.is_empty() {
                    let (_, span) = open.remove(own.unwrap_or(0));
                    self.timeline.spans[span].to = event.at;
                }
            }
            TraceKind::Taken(resource) => {
                let Some(task) = event.task else { return };
                let span = self.span(trace, (task, Awaited::Resource(resource), None), event.place, event.at);
                self.holds.entry(resource).or_default().push((task, span));
                let waited = self.waited.remove(&(task, resource));
                if let (Some(since), Some(release)) = (waited, self.released.get(&resource).copied())
                    && since <= release.1
                {
                    self.arrow(ArrowKind::HandOver, release, here);
                }
            }
            TraceKind::Sent(queue, number) => {
                self.sent.insert((queue, number), here);
            }
            TraceKind::Received(queue, number) => {
                if let Some(from) = self.sent.remove(&(queue, number)) {
                    self.arrow(ArrowKind::Message, from, here);
                }
            }
            TraceKind::Ended => {}
        }
    }

    /// Draws what lasts at the end and of which no event tells: it began before the first of them.
    fn stand_still(&mut self, trace: &Trace) {
        for wait in &trace.end.waits {
            let awaited = match (wait.resource, wait.target) {
                (Some(resource), _) => Awaited::Resource(resource),
                (None, Some(task)) => Awaited::End(task),
                (None, None) => continue,
            };
            let Some(task) = wait.task.filter(|task| !self.waits.contains_key(&(*task, awaited))) else {
                continue;
            };
            self.span(trace, (task, awaited, Some(wait.op)), Some(wait.place), wait.since);
        }
        for hold in &trace.end.holds {
            let open = self.holds.get(&hold.resource).map_or(&[][..], Vec::as_slice);
            let Some(task) = hold.task.filter(|task| open.iter().all(|(holder, _)| holder != task)) else {
                continue;
            };
            let what = (task, Awaited::Resource(hold.resource), None);
            self.span(trace, what, Some(hold.place), hold.since.unwrap_or(trace.from));
        }
    }

    /// Draws what began then and lasts to the end, as far as is known now. Returns its place in the spans.
    fn span(
        &mut self,
        trace: &Trace,
        (task, awaited, op): (TaskId, Awaited, Option<Op>),
        place: Option<Place>,
        since: u64,
    ) -> usize {
        let before = (since < trace.from).then_some(since);
        let from = since.clamp(trace.from, trace.to);
        self.timeline.spans.push(Span { task, awaited, op, place, from, to: trace.to, before });
        self.timeline.spans.len() - 1
    }

    /// An arrow goes from slice to slice, so each end has one.
    fn arrow(&mut self, kind: ArrowKind, from: (u64, u64), to: (u64, u64)) {
        self.timeline.arrows.push(Arrow { kind, from, to });
    }

    fn finish(mut self) -> Timeline {
        let timeline = &mut self.timeline;
        timeline.slices.sort_by(|a, b| (a.from, b.to).cmp(&(b.from, a.to)));
        let mut by_thread: HashMap<u64, Vec<(u64, u64)>> = HashMap::new();
        for slice in &timeline.slices {
            by_thread.entry(slice.thread).or_default().push((slice.from, slice.to));
        }
        let mut moments = Vec::new();
        for arrow in &timeline.arrows {
            for (thread, at) in [arrow.from, arrow.to] {
                let inside = by_thread.get(&thread).is_some_and(|slices| {
                    let begun = slices.partition_point(|(from, _)| *from <= at);
                    // Polls may lie in each other, a few deep.
                    slices[..begun].iter().rev().take(8).any(|(_, to)| at <= *to)
                });
                if !inside {
                    moments.push(Slice {
                        thread,
                        from: at,
                        to: at,
                        what: SliceKind::Moment(arrow.kind),
                        task: None,
                    });
                }
            }
        }
        timeline.slices.extend(moments);
        timeline.slices.sort_by(|a, b| (a.from, b.to).cmp(&(b.from, a.to)));
        self.timeline
    }
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
