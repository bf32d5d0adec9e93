//! Bounded queues that stay full while more and more wait to send, and channels in which a receiver is lapped all the time.

use super::tracks::{Point, parts};
use super::{Evidence, Finding, FindingKind, Look, Severity, text};
use crate::capacity::QueueFacts;
use crate::snapshot::{Op, Resource};

/// The window that is looked at, in halves of the patience.
const WINDOW_HALVES: u64 = 5;
/// The window is cut into this many parts, and the number of waiting senders must grow in each.
const PARTS: u64 = 6;
/// The least growth over the window, in senders.
const MIN_GROWTH: u64 = 20;

/// One finding per queue.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let window = look.patience.saturating_mul(WINDOW_HALVES) / 2;
    let Some(from) = look.now.at.checked_sub(window) else { return Vec::new() };
    let saturated = |(id, points): (_, Vec<Point>)| {
        let resource = look.now.resource(id)?;
        let capacity = resource.capacity.filter(|_| resource.covered && !resource.closed)?;
        let full = points.iter().filter(|point| point.depth >= capacity).count();
        // Between two messages there is room for a moment.
        if full * 10 < points.len() * 8 {
            return None;
        }
        match resource.missed {
            Some(_) => only_loses(&points).then(|| lapped(look, resource, &points)),
            None => more_and_more(&points).then(|| finding(look, resource, &points)),
        }
    };
    look.trend.queues.since(from).filter_map(saturated).collect()
}

/// Whether more wait at the end of each part than at its start, and enough more in all.
fn more_and_more(points: &[Point]) -> bool {
    let parts = parts(points, PARTS);
    let grew = match (parts.first(), parts.last()) {
        (Some(first), Some(last)) => last.waiters.saturating_sub(first.waiters),
        _ => 0,
    };
    grew >= MIN_GROWTH && parts.windows(2).all(|pair| pair[1].waiters > pair[0].waiters)
}

/// Whether messages were missed in each part, and a good part of all that were sent.
fn only_loses(points: &[Point]) -> bool {
    let parts = parts(points, PARTS);
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return false };
    let (missed, sent) = (last.missed - first.missed, last.sent - first.sent);
    missed >= MIN_GROWTH
        && missed * 10 >= sent
        && parts.windows(2).all(|pair| pair[1].missed > pair[0].missed)
}

/// A channel of which a receiver gets only a part.
fn lapped(look: &Look<'_>, channel: &Resource, points: &[Point]) -> Finding {
    let now = look.now;
    let group = now.group_of_resource(channel);
    let (first, last) = (points[0], points[points.len() - 1]);
    let seconds = (last.at - first.at).max(1) as f64 / 1e9;
    let slowest = now.ends_of(channel.id).iter().max_by_key(|end| end.behind);
    let slow = slowest.and_then(|end| now.task(end.owner.or(end.last_user)?));
    let who = slow.map_or_else(|| "a receiver".to_owned(), |task| text::task(now, task));
    let at = slow.and_then(|task| text::waits_at(now, task));
    Finding {
        kind: FindingKind::QueueSaturated,
        evidence: Evidence::Statistical,
        severity: Severity::Warning,
        pool: now.pool_name(group.pool).to_owned(),
        blame: group.place,
        summary: format!(
            "the channel `{}` (created at {}, {} messages) laps {who}{}: {} of the {} messages of the last {seconds:.0} s \
             were missed",
            group.name,
            group.place,
            channel.capacity.unwrap_or(0),
            at.map_or_else(String::new, |place| format!(", which waits at {place}")),
            last.missed - first.missed,
            last.sent - first.sent,
        ),
        advice: "receive faster, do the slow part in a task of its own behind a queue that waits, or use a watch channel \
                 if only the last value matters"
            .to_owned(),
        tasks: slow.map(|task| task.id).into_iter().collect(),
        behind: Vec::new(),
        resources: vec![channel.id],
    }
}

fn finding(look: &Look<'_>, queue: &Resource, points: &[Point]) -> Finding {
    let now = look.now;
    let group = now.group_of_resource(queue);
    let (first, last) = (points[0], points[points.len() - 1]);
    let seconds = (last.at - first.at).max(1) as f64 / 1e9;
    let service = (last.received - first.received) as f64 / seconds;
    let waits = look.index.queue(queue.id).iter().find(|wait| wait.op == Op::Send);
    let at = waits.map_or_else(String::new, |wait| format!(" at {}", wait.place));
    Finding {
        kind: FindingKind::QueueSaturated,
        evidence: Evidence::Statistical,
        severity: Severity::Warning,
        pool: now.pool_name(group.pool).to_owned(),
        blame: group.place,
        summary: format!(
            "the queue `{}` (created at {}, {} messages) stays full and {} tasks wait to send{at}, {} more than \
             {seconds:.0} s ago; {service:.0} messages a second come out",
            group.name,
            group.place,
            queue.capacity.unwrap_or(0),
            last.waiters,
            last.waiters.saturating_sub(first.waiters),
        ),
        advice: format!(
            "receive faster, or bound the number of senders too: try_send or a timeout where the load comes from{}",
            workers(look, queue),
        ),
        tasks: queue
            .last_receiver
            .filter(|id| now.task(*id).is_some())
            .into_iter()
            .chain(waits.and_then(|w| w.task))
            .collect(),
        behind: Vec::new(),
        resources: vec![queue.id],
    }
}

/// What keeps the workers from receiving faster, if that is known.
fn workers(look: &Look<'_>, queue: &Resource) -> String {
    let text = look.trend.capacity.queues.get(&queue.group).and_then(QueueFacts::at_work);
    text.map_or_else(String::new, |text| format!(" ({text})"))
}
