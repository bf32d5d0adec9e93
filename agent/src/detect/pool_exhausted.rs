//! Permits that cannot come back: all who have some wait for more, or nobody has any; and more permits asked for at once
//! than there are.

use super::circle::Circle;
use super::leaked_task::may_be_aborted;
use super::{Evidence, Finding, FindingKind, Look, Severity, text};
use crate::id::ResourceId;
use crate::snapshot::{Op, Resource, ResourceKind, Wait};
use std::collections::BTreeSet;

/// One finding per semaphore, and per place at which too many of its permits are asked for.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let ours = look.circles.iter().filter(|circle| circle.kind == FindingKind::PoolExhausted);
    let circles = ours.filter_map(|circle| match is_drained(look, circle) {
        true => drained(look, circle),
        false => Some(taken(look, circle)),
    });
    let told: BTreeSet<ResourceId> =
        look.circles.iter().flat_map(|circle| circle.waits.iter().filter_map(|wait| wait.resource)).collect();
    let mut first = BTreeSet::new();
    // Whoever asks at the same place asks for the same.
    let too_few = too_few(look)
        .filter(|(resource, wait)| !told.contains(&resource.id) && first.insert((resource.id, wait.place)));
    circles.chain(too_few.map(|(resource, wait)| more_than_all(look, resource, wait))).collect()
}

/// The waits that have lasted for more permits than their semaphores have had since they were made. One that began empty is
/// a signal, and one to which permits were added may get more.
fn too_few<'a>(look: &Look<'a>) -> impl Iterator<Item = (&'a Resource, &'a Wait)> {
    let now = look.now;
    let long_ago = now.at.saturating_sub(look.patience);
    let asks = now.waits.iter().filter(move |wait| {
        wait.op == Op::Acquire && wait.amount > 1 && !wait.timed && wait.current && wait.since < long_ago
    });
    asks.filter_map(|wait| {
        let resource = now.resource(wait.resource?)?;
        let semaphore = now.group_of_resource(resource).kind == ResourceKind::Semaphore;
        let fixed = semaphore && resource.covered && !resource.closed && !resource.is_resized();
        let few = resource.permits.is_some_and(|all| (1..u64::from(wait.amount)).contains(&all));
        (fixed && few).then_some((resource, wait))
    })
}

fn more_than_all(look: &Look<'_>, resource: &Resource, wait: &Wait) -> Finding {
    let now = look.now;
    let group = now.group_of_resource(resource);
    let who = wait.task.and_then(|id| now.task(id));
    let name = who.map_or_else(|| "a task".to_owned(), |task| format!("task {}", text::task(now, task)));
    let behind: Vec<_> = look.index.queue(resource.id).iter().filter_map(|other| other.task).collect();
    let behind: Vec<_> = behind.into_iter().filter(|task| Some(*task) != wait.task).collect();
    let others = match behind.len() {
        0 => String::new(),
        1 => "; 1 task waits behind it".to_owned(),
        n => format!("; {n} tasks wait behind it"),
    };
    Finding {
        kind: FindingKind::PoolExhausted,
        evidence: Evidence::Statistical,
        severity: Severity::Critical,
        pool: now.pool_name(group.pool).to_owned(),
        blame: wait.place,
        summary: format!(
            "{name} waits at {} for {} permits of {}, which has had {} since it was made{others}",
            wait.place,
            wait.amount,
            text::resource_of(group),
            resource.permits.unwrap_or(0),
        ),
        advice: "ask for no more than there are, refuse what is too large before it waits, or make the semaphore larger"
            .to_owned()
            + &look.pool_at_work(group.pool),
        tasks: wait.task.into_iter().collect(),
        behind,
        resources: vec![resource.id],
    }
}

/// Whether nobody has a permit that could be given back.
fn is_drained(look: &Look<'_>, circle: &Circle<'_>) -> bool {
    circle.waits.iter().filter_map(|wait| wait.resource).all(|id| look.index.is_out_of_use(id))
}

fn taken(look: &Look<'_>, circle: &Circle<'_>) -> Finding {
    let n = circle.tasks.len();
    let what = |steps: String| {
        format!("all permits are out, and all {n} tasks that have them wait for more: {steps}")
    };
    let advice = "let each task take all that it needs at once (acquire_many), give back before asking again, or \
                  keep fewer tasks than permits at work";
    circle.finding(look, what, &(advice.to_owned() + &at_work(look, circle)))
}

/// What is known of the tasks of the pool that the first member is in.
fn at_work(look: &Look<'_>, circle: &Circle<'_>) -> String {
    let first = circle.tasks.first().and_then(|id| look.now.task(*id));
    first.map_or_else(String::new, |task| look.pool_at_work(look.now.group_of(task).pool))
}

/// A finding, unless somebody may end one of them: it may be meant to wait until then.
fn drained(look: &Look<'_>, circle: &Circle<'_>) -> Option<Finding> {
    if circle.tasks.iter().filter_map(|id| look.now.task(*id)).any(|task| may_be_aborted(look, task)) {
        return None;
    }
    let what = |steps: String| {
        format!(
            "{} for permits that nobody has and nobody can add: who can reach the semaphore waits for it ({steps})",
            text::count(circle.tasks.len(), "task")
                + if circle.tasks.len() == 1 { " waits" } else { " wait" },
        )
    };
    let advice = "permits that are taken away with forget() do not come back: drop the permit instead, or give it back \
                  with add_permits on every way out";
    Some(circle.finding(look, what, &(advice.to_owned() + &at_work(look, circle))))
}
