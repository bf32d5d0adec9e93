//! A trace in the form that Perfetto and chrome://tracing read: the JSON of trace events.

use crate::id::{ResourceId, TaskGroupId, TaskId};
use crate::profile::{Arrow, ArrowKind, Slice, SliceKind, Span, Timeline};
use crate::snapshot::{Awaited, Op, TaskKind, Trace};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The least length of a slice that is shown, in nanoseconds: an arrow cannot begin or end in one of no length.
const LEAST: u64 = 1;

/// The document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    display_time_unit: &'static str,
    other_data: About<'a>,
    trace_events: Vec<Event<'a>>,
}

#[derive(Debug, Serialize)]
struct About<'a> {
    program: &'a str,
    began_unix_ms: u64,
    seconds: f64,
    /// Events that were not kept.
    lost: u64,
    /// The findings that it was kept for.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    findings: &'a [String],
}

/// One event; times are microseconds.
#[derive(Debug, Default, Serialize)]
struct Event<'a> {
    ph: &'static str,
    pid: u32,
    tid: u64,
    ts: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dur: Option<f64>,
    name: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    cat: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// An arrow ends in the slice that is around it, not in the next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    bp: Option<&'static str>,
    #[serde(skip_serializing_if = "Args::is_empty")]
    args: Args<'a>,
}

#[derive(Debug, Default, PartialEq, Serialize)]
struct Args<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pool: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spawned_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    /// For how long, where that is longer than is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    for_seconds: Option<f64>,
}

impl Args<'_> {
    fn is_empty(&self) -> bool {
        *self == Args::default()
    }
}

/// The document of a trace, and of the findings that it was kept for.
pub(crate) fn chrome(
    trace: &Trace,
    timeline: &Timeline,
    program: &str,
    pid: u32,
    findings: &[String],
) -> Vec<u8> {
    let writer = Writer { trace, pid };
    let mut events = vec![Event {
        ph: "M",
        pid,
        name: "process_name".into(),
        args: Args { name: Some(program.into()), ..Args::default() },
        ..Event::default()
    }];
    events.extend(writer.threads(timeline));
    events.extend(timeline.slices.iter().map(|slice| writer.slice(slice)));
    events.extend(timeline.arrows.iter().enumerate().flat_map(|(number, arrow)| writer.arrow(number, arrow)));
    events.extend(timeline.spans.iter().enumerate().flat_map(|(number, span)| writer.span(number, span)));
    let age = trace.end.at.saturating_sub(trace.from) / 1_000_000;
    let document = Document {
        display_time_unit: "ns",
        other_data: About {
            program,
            began_unix_ms: trace.end.unix_ms.saturating_sub(age),
            seconds: trace.to.saturating_sub(trace.from) as f64 / 1e9,
            lost: trace.lost,
            findings,
        },
        trace_events: events,
    };
    // Nothing in it can fail to be written.
    serde_json::to_vec(&document).unwrap_or_default()
}

struct Writer<'a> {
    trace: &'a Trace,
    pid: u32,
}

impl<'a> Writer<'a> {
    fn micros(&self, at: u64) -> f64 {
        at.saturating_sub(self.trace.from) as f64 / 1e3
    }

    fn event(&self, ph: &'static str, thread: u64, at: u64, name: Cow<'a, str>) -> Event<'a> {
        Event { ph, pid: self.pid, tid: thread, ts: self.micros(at), name, ..Event::default() }
    }

    fn threads(&self, timeline: &Timeline) -> Vec<Event<'a>> {
        let used: BTreeSet<u64> = timeline.slices.iter().map(|slice| slice.thread).collect();
        let name = |number: u64| -> Cow<'a, str> {
            let known = self.trace.end.threads.iter().find(|thread| thread.number == number);
            match known {
                Some(thread) if !thread.name.is_empty() => thread.name.as_str().into(),
                _ if number == 0 => "threads that have ended".into(),
                _ => format!("thread {number}").into(),
            }
        };
        used.into_iter()
            .map(|number| Event {
                args: Args { name: Some(name(number)), ..Args::default() },
                ..self.event("M", number, self.trace.from, "thread_name".into())
            })
            .collect()
    }

    fn slice(&self, slice: &Slice) -> Event<'a> {
        let length = slice.to.saturating_sub(slice.from).max(LEAST);
        let (name, cat) = match slice.what {
            SliceKind::Poll(group) => (self.group_name(group), "poll"),
            SliceKind::Moment(kind) => (word(kind).into(), "moment"),
        };
        let mut args = Args { task: slice.task.map(|task| task.to_string()), ..Args::default() };
        if let SliceKind::Poll(group) = slice.what
            && let Some(group) = self.trace.end.task_groups.get(group.index())
        {
            args.pool = Some(self.trace.end.pool_name(group.pool));
            args.spawned_at = Some(group.place.to_string());
        }
        Event { dur: Some(length as f64 / 1e3), cat, args, ..self.event("X", slice.thread, slice.from, name) }
    }

    fn arrow(&self, number: usize, arrow: &Arrow) -> [Event<'a>; 2] {
        let name = word(arrow.kind);
        let end = |ph, (thread, at), bp| Event {
            id: Some(number.to_string()),
            cat: name,
            bp,
            ..self.event(ph, thread, at, name.into())
        };
        [end("s", arrow.from, None), end("f", arrow.to, Some("e"))]
    }

    fn span(&self, number: usize, span: &Span) -> [Event<'a>; 2] {
        let what = match span.awaited {
            Awaited::Resource(resource) => self.resource_name(resource),
            Awaited::End(task) => self.task_name(task),
            Awaited::Nothing => String::new(),
        };
        let (cat, does) = span.op.map_or(("hold", "holds"), |op| ("wait", verb(op)));
        let name = format!("{} {does} {what}", self.task_name(span.task)).trim_end().to_owned();
        let end = |ph, at| Event {
            id: Some(format!("w{number}")),
            cat,
            ..self.event(ph, 0, at, name.clone().into())
        };
        let args = Args {
            task: Some(span.task.to_string()),
            at: span.place.map(|place| place.to_string()),
            resource: match span.awaited {
                Awaited::Resource(resource) => Some(resource.to_string()),
                Awaited::End(task) => Some(task.to_string()),
                Awaited::Nothing => None,
            },
            for_seconds: span.before.map(|since| span.to.saturating_sub(since) as f64 / 1e9),
            ..Args::default()
        };
        [Event { args, ..end("b", span.from) }, end("e", span.to)]
    }

    fn group_name(&self, group: TaskGroupId) -> Cow<'a, str> {
        match self.trace.end.task_groups.get(group.index()) {
            Some(group) if !group.label.is_empty() => group.label.as_str().into(),
            Some(group) if group.kind == TaskKind::Root => "root".into(),
            Some(group) => format!("{} {}", group.kind.word(), group.place).into(),
            None => "task".into(),
        }
    }

    fn task_name(&self, task: TaskId) -> String {
        match self.trace.end.task(task) {
            Some(known) => format!("{} {task}", self.trace.end.task_name(known)),
            None => format!("task {task}"),
        }
    }

    fn resource_name(&self, resource: ResourceId) -> String {
        match self.trace.end.resource(resource) {
            Some(known) => {
                let group = self.trace.end.group_of_resource(known);
                format!("{} {}", group.kind.word(), group.name)
            }
            None => format!("resource {resource}"),
        }
    }
}

fn word(kind: ArrowKind) -> &'static str {
    match kind {
        ArrowKind::Wake => "wake",
        ArrowKind::HandOver => "hand over",
        ArrowKind::Message => "message",
        ArrowKind::Spawn => "spawn",
    }
}

fn verb(op: Op) -> &'static str {
    match op {
        Op::Pending | Op::Other => "waits",
        Op::Wait => "waits for",
        other => other.word(),
    }
}
