//! Tasks behind a circle: told of with it, unless something else is wrong with them.

use super::program::Program;
use crate::snapshot::Op;

#[test]
fn who_waits_behind_a_circle_and_for_somebody_else_too_is_told_of() {
    let (mut p, _, [x, _]) = Program::crossed();
    // One behind the circle, and one behind that one: told with the circle.
    let (first, second) = (p.task(30, 1), p.task(40, 1));
    p.waits(first, x, Op::Lock, 31);
    p.joins(second, first, 41);
    assert_eq!(p.verdicts(), [("deadlock", 11)]);
    assert_eq!(p.findings()[0].behind, [first, second]);
    // The waker of another is lost; who waits for it and for the circle would be leaked without the circle.
    let lost = p.task(50, 0);
    p.awaits(lost, 51, "rx.changed()");
    let both = p.task(60, 2);
    p.joins(both, lost, 61);
    p.waits(both, x, Op::Lock, 62);
    let after = p.task(70, 1);
    p.joins(after, both, 71);
    assert_eq!(
        p.verdicts(),
        [("deadlock", 11), ("lost_waker", 50), ("leaked_task", 60), ("leaked_task", 70)]
    );
}
