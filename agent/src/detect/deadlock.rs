//! Tasks that wait for each other in a circle.

use super::{Finding, FindingKind, Look};

/// One finding per circle.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let ours = look.circles.iter().filter(|circle| circle.kind == FindingKind::Deadlock);
    ours.map(|circle| {
        let what = |steps: String| match circle.tasks.len() {
            1 => format!("a task waits for itself: {steps}"),
            n => format!("{n} tasks wait for each other: {steps}"),
        };
        let advice =
            "take these resources in one order everywhere, or give one back before waiting for the next";
        circle.finding(look, what, advice)
    })
    .collect()
}
