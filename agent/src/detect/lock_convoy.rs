//! Locks behind which everybody goes in single file.
//!
//! Found is a lock that was held at every look, mostly by a task that awaits something under it, with a queue that never
//! got short, and that was passed on all the time. A lock under which its holder waits for a message is none: that is how
//! workers take turns. Nor is any while the program gets hardly any of the processors: every lock has a queue then.

use super::tracks::Point;
use super::{Evidence, Finding, FindingKind, Look, Severity};
use crate::snapshot::{Resource, ResourceKind};

/// The window that is looked at, in patiences.
const WINDOW: u64 = 2;
/// The shortest that the queue may get.
const QUEUE: u64 = 5;
/// The least number of times that the lock was passed on in the window, for each who waits.
const TURNS: u64 = 2;

/// One finding per lock.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let window = look.patience.saturating_mul(WINDOW);
    let Some(from) = look.now.at.checked_sub(window).filter(|_| !look.is_starved()) else {
        return Vec::new();
    };
    let convoy = |(id, points): (_, Vec<Point>)| {
        let resource = look.now.resource(id)?;
        let group = look.now.group_of_resource(resource);
        let exclusive = match group.kind {
            ResourceKind::Mutex | ResourceKind::RwLock => true,
            ResourceKind::Semaphore => resource.permits == Some(1),
            _ => false,
        };
        (exclusive && is_convoy(&points)).then(|| finding(look, resource, &points))
    };
    look.trend.queues.since(from).filter_map(convoy).collect()
}

fn is_convoy(points: &[Point]) -> bool {
    let shortest = points.iter().map(|point| point.waiters).min().unwrap_or(0);
    let longest = points.iter().map(|point| point.waiters).max().unwrap_or(0);
    let across = points.iter().filter(|point| point.across).count();
    shortest >= QUEUE && across * 10 >= points.len() * 6 && passed_on(points) >= TURNS * longest
}

/// How often locks of the group were taken over the points.
fn passed_on(points: &[Point]) -> u64 {
    match (points.first(), points.last()) {
        (Some(first), Some(last)) => last.acquired.saturating_sub(first.acquired),
        _ => 0,
    }
}

fn finding(look: &Look<'_>, lock: &Resource, points: &[Point]) -> Finding {
    let now = look.now;
    let group = now.group_of_resource(lock);
    let seconds = (points[points.len() - 1].at - points[0].at).max(1) as f64 / 1e9;
    let mean = points.iter().map(|point| point.waiters).sum::<u64>() / points.len() as u64;
    let queue = look.index.queue(lock.id);
    let oldest = queue.first();
    let at = oldest.map_or_else(String::new, |wait| format!(" at {}", wait.place));
    let waited = oldest.map_or(0.0, |wait| now.at.saturating_sub(wait.since) as f64 / 1e6);
    Finding {
        kind: FindingKind::LockConvoy,
        evidence: Evidence::Statistical,
        severity: Severity::Warning,
        pool: now.pool_name(group.pool).to_owned(),
        blame: oldest.map_or(group.place, |wait| wait.place),
        summary: format!(
            "everybody goes in single file behind the {} `{}` (created at {}): it is never free, held across awaits, \
             taken {:.0} times a second, and {mean} tasks wait for it on average{at}, the next one for {waited:.0} ms",
            group.kind.word(),
            group.name,
            group.place,
            passed_on(points) as f64 / seconds,
        ),
        advice: "do the slow part without the lock: take what is needed, give it back, then await; or split what it \
                 guards, or use a pool"
            .to_owned(),
        tasks: queue.iter().filter_map(|wait| wait.task).take(20).collect(),
        behind: Vec::new(),
        resources: vec![lock.id],
    }
}
