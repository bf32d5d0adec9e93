//! Tasks that wait for the answer to a message of theirs.

use super::program::Program;
use crate::detect::Evidence;
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Op, ResourceKind, Side};

/// Two actors that asked each other: their inboxes first, then the channels for the answers.
struct Actors {
    p: Program,
    tasks: [TaskId; 2],
    inboxes: [ResourceId; 2],
}

fn actors() -> Actors {
    let mut p = Program::new();
    let tasks = [p.task(10, 1), p.task(20, 1)];
    let inboxes = [p.queue(1), p.queue(2)];
    for (n, task) in tasks.into_iter().enumerate() {
        p.end(inboxes[n], Side::Receiver, Some(task), None);
        p.end(inboxes[n], Side::Sender, None, Some(tasks[1 - n]));
        let answer = p.queue(3);
        p.0.resource_groups.last_mut().expect("just made").kind = ResourceKind::Oneshot;
        p.0.resources.last_mut().expect("just made").creator = Some(task);
        p.end(answer, Side::Sender, None, None);
        p.end(answer, Side::Receiver, Some(task), None);
        p.waits(task, answer, Op::Recv, 11 + 10 * n as u32);
    }
    Actors { p, tasks, inboxes }
}

#[test]
fn they_asked_each_other() {
    let Actors { p, .. } = actors();
    assert_eq!(p.verdicts(), [("deadlock", 11)]);
    let finding = &p.findings()[0];
    assert_eq!(finding.evidence, Evidence::Statistical);
    assert!(finding.summary.contains("that only `task20` was asked to answer to"), "{}", finding.summary);
}

#[test]
fn one_that_asks_itself_waits_for_itself() {
    let Actors { mut p, tasks, inboxes } = actors();
    p.0.waits.retain(|wait| wait.task != Some(tasks[1]));
    let ends =
        p.0.endpoints.iter_mut().filter(|end| end.resource == inboxes[1] && end.side == Side::Receiver);
    ends.for_each(|end| end.owner = Some(tasks[0]));
    assert_eq!(p.verdicts(), [("deadlock", 11)]);
    assert!(p.findings()[0].summary.starts_with("a task waits for itself: "), "{}", p.findings()[0].summary);
}

#[test]
fn whoever_waits_for_the_next_message_may_have_left_the_answer_to_another() {
    let Actors { mut p, tasks, inboxes } = actors();
    p.0.waits.retain(|wait| wait.task != Some(tasks[1]));
    p.waits(tasks[1], inboxes[1], Op::Recv, 21);
    assert_eq!(p.verdicts(), []);
}

#[test]
fn the_answer_may_come_from_elsewhere() {
    let Actors { p, tasks, inboxes } = actors();
    let mut made_elsewhere = p.clone();
    made_elsewhere.0.resources[2].creator = Some(tasks[1]);
    assert_eq!(made_elsewhere.verdicts(), []);
    let mut used = p.clone();
    used.0.endpoints[4].last_user = Some(tasks[1]);
    assert_eq!(used.verdicts(), []);
    let mut cloned = p.clone();
    let answer = cloned.0.resources[2].id;
    cloned.end(answer, Side::Sender, None, None);
    assert_eq!(cloned.verdicts(), []);
    let mut third = p.clone();
    let idle = third.task(30, 1);
    let inbox = third.queue(4);
    third.end(inbox, Side::Receiver, Some(idle), None);
    third.end(inbox, Side::Sender, None, Some(tasks[0]));
    third.waits(idle, inbox, Op::Recv, 31);
    assert_eq!(third.verdicts(), []);
    let mut unknown = p.clone();
    unknown.0.endpoints.iter_mut().filter(|e| e.resource == inboxes[1]).for_each(|e| e.owner = None);
    assert_eq!(unknown.verdicts(), []);
    // It used the receiver last, and has not given it away since, as far as anybody can see.
    unknown
        .0
        .resources
        .iter_mut()
        .filter(|r| r.id == inboxes[1])
        .for_each(|r| r.last_receiver = Some(tasks[1]));
    assert_eq!(unknown.verdicts(), [("deadlock", 11)]);
    let mut busy = p;
    busy.0.tasks[1].wakers = 2;
    assert_eq!(busy.verdicts(), []);
}
