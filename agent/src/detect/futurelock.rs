//! Tasks that wait for what was handed to a future of their own that they do not poll any more.
//!
//! A queue is served in order. A future that is kept without being polled stays in it, and is handed the lock, the
//! permits or the room when its turn comes; nobody takes what it was given. A task that then waits for the same in
//! another future, or for somebody who does, waits for itself.

use super::{Finding, FindingKind, Look};

/// One finding per circle.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let ours = look.circles.iter().filter(|circle| circle.kind == FindingKind::Futurelock);
    ours.map(|circle| {
        let what = |steps: String| match circle.tasks.len() {
            1 => format!("a task waits for what its own unpolled future was handed: {steps}"),
            n => format!("{n} tasks wait for what an unpolled future of one of them was handed: {steps}"),
        };
        let advice = "drop the future that lost its select! or join! before waiting again, or poll it to its end: \
                      spawn it as a task, or keep it in the same select!";
        circle.finding(look, what, advice)
    })
    .collect()
}
