//! Unbounded queues into which more goes than comes out.

use super::tracks::{Point, parts};
use super::{Evidence, Finding, FindingKind, Look, Severity, text};
use crate::snapshot::Resource;

/// The window that is looked at, in halves of the patience.
const WINDOW_HALVES: u64 = 5;
/// The window is cut into this many parts, and the queue must grow in each.
const PARTS: u64 = 6;
/// The least growth over the window, in messages.
const MIN_GROWTH: u64 = 30;

/// One finding per queue.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let window = look.patience.saturating_mul(WINDOW_HALVES) / 2;
    let Some(from) = look.now.at.checked_sub(window) else { return Vec::new() };
    let grows = |(id, points): (_, Vec<Point>)| {
        let resource = look.now.resource(id)?;
        let unbounded = resource.capacity.is_none() && resource.covered && !resource.closed;
        (unbounded && only_grows(&points) && outruns(&points, look.slowness))
            .then(|| finding(look, resource, &points))
    };
    look.trend.queues.since(from).filter_map(grows).collect()
}

/// Whether there were more messages at the end of each part than at its start, and enough more in all.
fn only_grows(points: &[Point]) -> bool {
    let parts = parts(points, PARTS);
    let grew = match (parts.first(), parts.last()) {
        (Some(first), Some(last)) => last.depth.saturating_sub(first.depth),
        _ => 0,
    };
    grew >= MIN_GROWTH && parts.windows(2).all(|pair| pair[1].depth > pair[0].depth)
}

/// Whether more would go in than come out, if what comes out came as many times faster as the program is slower, in percent,
/// for want of processors.
fn outruns(points: &[Point], slowness: u64) -> bool {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return false };
    let (sent, received) = (last.sent - first.sent, last.received - first.received);
    sent.saturating_mul(100) > received.saturating_mul(slowness)
}

fn finding(look: &Look<'_>, queue: &Resource, points: &[Point]) -> Finding {
    let now = look.now;
    let group = now.group_of_resource(queue);
    let (first, last) = (points[0], points[points.len() - 1]);
    let seconds = (last.at - first.at).max(1) as f64 / 1e9;
    let (arrivals, service) =
        ((last.sent - first.sent) as f64 / seconds, (last.received - first.received) as f64 / seconds);
    let named = |what: &str, task| match now_task(look, task) {
        Some(name) => format!(", {what} by {name}"),
        None => String::new(),
    };
    Finding {
        kind: FindingKind::QueueGrowing,
        evidence: Evidence::Statistical,
        severity: Severity::Warning,
        pool: now.pool_name(group.pool).to_owned(),
        blame: group.place,
        summary: format!(
            "the queue `{}` (created at {}) only grows: {} messages, {} more than {seconds:.0} s ago; {arrivals:.0} a \
             second go in{}, {service:.0} come out{}",
            group.name,
            group.place,
            last.depth,
            last.depth.saturating_sub(first.depth),
            named("last", queue.last_sender),
            named("last", queue.last_receiver),
        ),
        advice: format!(
            "bound the queue, so that its senders wait or drop, or receive faster: memory is the only limit now{}",
            keep_up(look, queue, arrivals),
        ),
        tasks: queue
            .last_receiver
            .iter()
            .chain(&queue.last_sender)
            .copied()
            .filter(|id| now.task(*id).is_some())
            .collect(),
        behind: Vec::new(),
        resources: vec![queue.id],
    }
}

/// How many workers would keep up with what comes in, if it is known how long each message takes them.
fn keep_up(look: &Look<'_>, queue: &Resource, arrivals: f64) -> String {
    let facts = look.trend.capacity.queues.get(&queue.group);
    let enough = facts.and_then(|facts| facts.enough_workers(arrivals));
    enough.map_or_else(String::new, |text| format!(" ({text})"))
}

fn now_task(look: &Look<'_>, task: Option<crate::id::TaskId>) -> Option<String> {
    let task = look.now.task(task?)?;
    Some(text::task(look.now, task))
}
