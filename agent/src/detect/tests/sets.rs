//! Tasks that wait for any of a set of tasks that they spawned.

use super::program::{Program, line};
use crate::id::TaskId;
use crate::snapshot::{Op, Side, Wait};

/// A task awaits the ends of two that it spawned, and has the only sender of the queue that these receive from.
fn parent_and_children() -> (Program, [TaskId; 3]) {
    let mut p = Program::new();
    let parent = p.task(10, 1);
    let children = [20, 30].map(|at| p.task(at, 1));
    let queue = p.queue(1);
    p.0.resources[0].depth = Some(0);
    p.end(queue, Side::Sender, Some(parent), None);
    for child in children {
        p.waits(child, queue, Op::Recv, 21);
        let child = p.task_mut(child);
        (child.parent, child.abortable) = (Some(parent), true);
    }
    p.wait(Wait { task: Some(parent), children: true, ..Wait::new(Op::Join, line(11)) });
    (p, [parent, children[0], children[1]])
}

#[test]
fn the_children_wait_for_their_parent() {
    let (p, tasks) = parent_and_children();
    assert_eq!(p.verdicts(), [("deadlock", 11)]);
    let finding = &p.findings()[0];
    assert_eq!(finding.tasks, tasks);
    let text = "`task10` waits at src/app.rs:11:5 for the end of one of `task20`, `task30`";
    assert!(finding.summary.contains(text), "{}", finding.summary);
}

#[test]
fn one_child_that_goes_on_is_enough() {
    let (mut p, tasks) = parent_and_children();
    p.task_mut(tasks[2]).wakers = 2;
    assert_eq!(p.verdicts(), []);
}

#[test]
fn a_task_of_no_set_cannot_help() {
    let (mut p, tasks) = parent_and_children();
    let other = p.task(40, 2);
    p.task_mut(other).parent = Some(tasks[0]);
    assert_eq!(p.verdicts(), [("deadlock", 11)], "nobody has a handle of it");
    p.task_mut(other).abortable = true;
    assert_eq!(p.verdicts(), []);
}

#[test]
fn whose_set_it_is_must_be_known() {
    let (mut p, _) = parent_and_children();
    p.0.waits.last_mut().expect("just made").children = false;
    assert_eq!(p.verdicts(), []);
}
