//! Futures that are kept, not polled, and served.

use super::program::{Program, SECOND, line};
use crate::detect::{Evidence, Severity};
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Op, TaskState, Wait};

/// A task whose first future waits for the resource since before its second, and is not polled any more.
fn kept(p: &mut Program, resource: ResourceId, op: Op) -> TaskId {
    let task = p.task(10, 1);
    p.waits(task, resource, op, 11);
    p.waits(task, resource, op, 12);
    let first = p.0.waits.len() - 2;
    p.0.waits[first] = Wait { current: false, since: 1, ..p.0.waits[first].clone() };
    task
}

#[test]
fn a_lock_handed_to_a_future_that_is_not_polled() {
    let mut p = Program::new();
    let lock = p.mutex(1);
    let task = kept(&mut p, lock, Op::Lock);
    let behind = p.task(20, 1);
    p.waits(behind, lock, Op::Lock, 21);
    let findings = p.findings();
    assert_eq!(p.verdicts(), [("futurelock", 12)]);
    assert_eq!(findings[0].behind, [behind]);
    assert_eq!((findings[0].evidence, findings[0].severity), (Evidence::Cycle, Severity::Critical));
    assert_eq!(findings[0].tasks, [task]);
    assert_eq!(
        findings[0].summary,
        "a task waits for what its own unpolled future was handed: `task10` waits at src/app.rs:12:5 for the mutex \
         `resource1` handed to the future of `task10` that waits for it at src/app.rs:11:5 and is not polled any more; \
         1 task waits behind them"
    );
}

#[test]
fn while_somebody_holds_it_nothing_was_handed_over() {
    let mut p = Program::new();
    let lock = p.mutex(1);
    kept(&mut p, lock, Op::Lock);
    let holder = p.task(20, 1);
    p.holds(holder, lock, 1);
    assert_eq!(p.verdicts(), []);
}

/// A task that drives four futures itself, of which two had a permit at a time; then it asks for one in its own code. The
/// first future holds one, the second was given the other, and two are queued.
fn buffered() -> (Program, TaskId, ResourceId) {
    let mut p = Program::new();
    let semaphore = p.semaphore(1, 2);
    let task = p.task(10, 3);
    p.holds(task, semaphore, 1);
    for (at, since) in [(11, 1), (12, 2), (13, 3), (14, 4)] {
        p.waits(task, semaphore, Op::Acquire, at);
        let last = p.0.waits.len() - 1;
        p.0.waits[last] = Wait { current: at == 14, since, ..p.0.waits[last].clone() };
    }
    (p, task, semaphore)
}

#[test]
fn futures_that_are_queued_behind_the_one_that_was_served() {
    let (p, task, _) = buffered();
    assert_eq!(p.verdicts(), [("futurelock", 14)]);
    assert_eq!(p.findings()[0].tasks, [task]);
    // Both permits are free: two futures were served, and have no waker there any more.
    let mut both = p.clone();
    both.0.holds.clear();
    assert_eq!(both.verdicts(), []);
    both.task_mut(task).wakers = 2;
    assert_eq!(both.verdicts(), [("futurelock", 14)]);
}

#[test]
fn a_waker_elsewhere_or_a_permit_to_spare_may_help_the_queued_ones() {
    let (p, task, _) = buffered();
    let mut timer = p.clone();
    timer.task_mut(task).wakers = 4;
    assert_eq!(timer.verdicts(), []);
    let mut resized = p.clone();
    resized.0.resources[0].permits_added = Some(1);
    assert_eq!(resized.verdicts(), []);
    // There is one permit more than all of them want: the last is polled.
    let mut spare = p;
    spare.0.resources[0].permits = Some(5);
    assert_eq!(spare.verdicts(), []);
}

/// Two waits that began within moments may stand in the queue the other way round.
#[test]
fn who_may_be_in_front_was_served_perhaps() {
    let (mut p, _, semaphore) = buffered();
    let other = p.task(20, 1);
    p.waits(other, semaphore, Op::Acquire, 21);
    p.0.waits[4].since = 1_000;
    assert_eq!(p.verdicts(), [("futurelock", 14)], "it would have been woken");
    p.0.waits[4].current = false;
    assert_eq!(p.verdicts(), [], "a future of its own that it does not poll");
    p.0.waits[4].current = true;
    let now = p.0.at;
    (p.task_mut(other).state, p.task_mut(other).since) = (TaskState::Runnable, now);
    assert_eq!(p.verdicts(), [], "it is about to take the permit");
    p.0.waits[4].since = 2 * SECOND;
    assert_eq!(p.verdicts(), [("futurelock", 14)], "it came too late for that");
}

/// Several tasks gave up on the lock at about the same time. Of one the waker was used, of the others not.
#[test]
fn whose_waker_was_used_was_served_wherever_it_seems_to_stand() {
    for since in [0, 1, 1_000] {
        let mut p = Program::new();
        let lock = p.mutex(1);
        let task = kept(&mut p, lock, Op::Lock);
        let other = p.task(20, 2);
        p.waits(other, lock, Op::Lock, 21);
        p.waits(other, lock, Op::Lock, 22);
        p.0.waits[2] = Wait { current: false, since, ..p.0.waits[2].clone() };
        assert_eq!(p.verdicts(), [("futurelock", 12)]);
        assert_eq!(p.findings()[0].tasks, [task]);
        let mut timer = p.clone();
        timer.task_mut(task).wakers = 2;
        assert_eq!(timer.verdicts(), [], "the waker may be another one's");
        let mut foreign = p.clone();
        foreign.0.waits[1].own_waker = false;
        assert_eq!(foreign.verdicts(), [], "nothing is known of its wakers");
        p.holds(other, lock, 1);
        assert_eq!(p.verdicts(), [("deadlock", 22)], "it is taken: nobody was served");
    }
}

#[test]
fn it_heals_when_the_future_is_polled_or_dropped() {
    let mut p = Program::new();
    let lock = p.mutex(1);
    kept(&mut p, lock, Op::Lock);
    let mut polled = p.clone();
    polled.0.waits[0].current = true;
    assert_eq!(polled.verdicts(), []);
    // A queue is served in order: the future in front is polled, so it takes the lock when it is polled.
    p.0.waits[0].since = 3;
    p.0.waits[1].since = 2;
    let task = p.0.tasks[0].id;
    p.task_mut(task).wakers = 2;
    assert_eq!(p.verdicts(), []);
}

#[test]
fn a_timer_can_still_help() {
    let mut p = Program::new();
    let lock = p.mutex(1);
    let task = kept(&mut p, lock, Op::Lock);
    p.task_mut(task).wakers = 2;
    assert_eq!(p.verdicts(), []);
}

#[test]
fn permits_and_room_are_handed_over_as_well() {
    let mut p = Program::new();
    let permits = p.semaphore(1, 1);
    kept(&mut p, permits, Op::Acquire);
    assert_eq!(p.verdicts(), [("futurelock", 12)]);
    p.0.resources[0].permits_added = Some(1);
    assert_eq!(p.verdicts(), [], "what is free is not known");
    p.0.resources[0].permits_added = Some(0);
    // A second permit is with a task that will give it back.
    p.0.resources[0].permits = Some(2);
    let other = p.task(20, 2);
    p.holds(other, permits, 1);
    assert_eq!(p.verdicts(), []);
    let mut p = Program::new();
    let queue = p.queue(1);
    let channel = &mut p.0.resources[0];
    (channel.depth, channel.capacity, channel.permits_out) = (Some(3), Some(4), Some(0));
    kept(&mut p, queue, Op::Send);
    assert_eq!(p.verdicts(), [("futurelock", 12)]);
    p.0.resources[0].depth = Some(4);
    assert_eq!(p.verdicts(), [], "the queue is full");
}

/// The future was handed one lock; its task waits for another, whose holder waits for the first.
#[test]
fn a_circle_over_another_task() {
    let mut p = Program::new();
    let (first, second) = (p.mutex(1), p.mutex(2));
    let task = p.task(10, 1);
    p.wait(Wait { current: false, ..kept_wait(task, first) });
    p.waits(task, second, Op::Lock, 12);
    let other = p.task(20, 1);
    p.holds(other, second, 1);
    p.waits(other, first, Op::Lock, 21);
    p.0.waits[2].since += 1;
    assert_eq!(p.verdicts(), [("futurelock", 12)]);
}

fn kept_wait(task: TaskId, resource: ResourceId) -> Wait {
    let (task, resource) = (Some(task), Some(resource));
    Wait { task, resource, since: 1, current: false, ..Wait::new(Op::Lock, line(11)) }
}
