//! Permits that cannot come back: all who have some wait for more, or nobody has any.

use super::circle::Circle;
use super::leaked_task::may_be_aborted;
use super::{Finding, FindingKind, Look, text};

/// One finding per semaphore.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let ours = look.circles.iter().filter(|circle| circle.kind == FindingKind::PoolExhausted);
    ours.filter_map(|circle| match is_drained(look, circle) {
        true => drained(look, circle),
        false => Some(taken(look, circle)),
    })
    .collect()
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
    circle.finding(look, what, advice)
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
    Some(circle.finding(look, what, advice))
}
