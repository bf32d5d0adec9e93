//! Permits that cannot come back: all who have some wait for more.

use super::{Finding, FindingKind, Look};

/// One finding per semaphore.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let ours = look.circles.iter().filter(|circle| circle.kind == FindingKind::PoolExhausted);
    ours.map(|circle| {
        let what =
            |steps: String| format!("all permits are out, and all {} tasks that have them wait for more: {steps}", circle.tasks.len());
        let advice = "let each task take all that it needs at once (acquire_many), give back before asking again, or \
                      keep fewer tasks than permits at work";
        circle.finding(look, what, advice)
    })
    .collect()
}
