//! Tasks that wait for what nobody else can reach.

use super::program::{PATIENCE, Program, SECOND, verdicts};
use crate::detect::{Evidence, Trend, detect};
use crate::id::ResourceId;
use crate::snapshot::{Op, ResourceKind, Side, TaskKind};

/// Three tasks share a `Notify`, and all of them wait for it.
fn orphans() -> Program {
    let mut p = Program::new();
    let group = p.group(10, TaskKind::Task);
    let tasks = [1, 1, 1].map(|wakers| p.task_in(group, wakers));
    let notify = p.notify(1);
    tasks.iter().for_each(|task| p.waits(*task, notify, Op::Notified, 11));
    p.shared(notify, &tasks);
    p
}

#[test]
fn who_could_notify_waits_for_it_too() {
    let p = orphans();
    assert_eq!(p.verdicts(), [("leaked_task", 10)]);
    let finding = &p.findings()[0];
    assert_eq!((finding.evidence, finding.tasks.len()), (Evidence::Statistical, 3));
    assert_eq!(
        finding.summary,
        "3 tasks `task10` (spawned at src/app.rs:10:5) wait at src/app.rs:11:5 for what nobody else can reach: all \
         references of the Arc that it is in are with tasks that wait for it (as far as nothing was lent unseen)"
    );
}

#[test]
fn whoever_else_has_it_may_notify() {
    let mut unknown = orphans();
    unknown.0.inside.clear();
    assert_eq!(unknown.verdicts(), []);
    let mut other = orphans();
    let sleeper = other.task(20, 2);
    other.0.shares[0].tasks.push(sleeper);
    assert_eq!(other.verdicts(), []);
    let mut select = orphans();
    select.0.tasks[1].wakers = 2;
    assert_eq!(select.verdicts(), []);
    let mut uncovered = orphans();
    uncovered.0.resources[0].covered = false;
    assert_eq!(uncovered.verdicts(), []);
    let mut aborted = orphans();
    aborted.0.tasks[2].abortable = true;
    assert_eq!(aborted.verdicts(), []);
    let mut young = orphans();
    young.0.tasks.iter_mut().for_each(|task| task.since = 100 * SECOND - PATIENCE / 4);
    assert_eq!(young.verdicts(), []);
}

/// Who had it in the look before may have notified, and a thread that was notified is not awake at once.
#[test]
fn both_looks_must_say_so() {
    let (mut before, now) = (orphans(), orphans());
    let sleeper = before.task(20, 2);
    before.0.shares[0].tasks.push(sleeper);
    assert_eq!(verdicts(&detect(Some(&before.0), &now.0, &Trend::default(), PATIENCE)), []);
    before.0.inside.clear();
    assert_eq!(verdicts(&detect(Some(&before.0), &now.0, &Trend::default(), PATIENCE)), []);
}

#[test]
fn a_thread_that_waits_for_its_own_condition() {
    let mut p = Program::new();
    let group = p.group(10, TaskKind::Thread);
    let thread = p.task_in(group, 0);
    let condition = p.notify(1);
    p.0.resource_groups[0].kind = ResourceKind::Condvar;
    p.waits(thread, condition, Op::Wait, 11);
    let wait = p.0.waits.last_mut().expect("just made");
    (wait.blocking, wait.own_waker) = (true, false);
    assert_eq!(p.verdicts(), []);
    p.shared(condition, &[thread]);
    assert_eq!(p.verdicts(), [("leaked_task", 10)]);
    // It may have been notified, and wait for the mutex.
    let other = p.task(20, 2);
    let mutex = p.mutex(2);
    let mut locked = p.clone();
    locked.holds(other, mutex, 1);
    locked.0.holds[0].since = Some(99 * SECOND);
    assert_eq!(locked.verdicts(), []);
    locked.0.holds[0].since = Some(0);
    assert_eq!(locked.verdicts(), [("leaked_task", 10)]);
    // It ends by itself.
    p.0.waits.last_mut().expect("just made").timed = true;
    assert_eq!(p.verdicts(), []);
}

#[test]
fn the_sender_is_in_what_the_receiver_keeps() {
    let mut p = Program::new();
    let writer = p.task(10, 1);
    let queue = p.queue(1);
    p.0.resources[0].depth = Some(0);
    p.end(queue, Side::Sender, None, Some(writer));
    p.waits(writer, queue, Op::Recv, 11);
    assert_eq!(p.verdicts(), [], "where it was used last is nothing");
    let other = p.notify(2);
    let share = p.shared(other, &[writer]);
    p.0.endpoints[0].share = Some(share);
    assert_eq!(p.verdicts(), [("leaked_task", 10)]);
    assert_eq!(p.findings()[0].evidence, Evidence::Statistical);
    p.end(queue, Side::Sender, None, Some(writer));
    assert_eq!(p.verdicts(), []);
}

#[test]
fn a_barrier_that_only_those_can_reach_who_wait_at_it() {
    let mut p = orphans();
    p.0.resource_groups[0].kind = ResourceKind::Barrier;
    p.0.waits.iter_mut().for_each(|wait| wait.op = Op::Wait);
    assert_eq!(p.verdicts(), [("leaked_task", 10)]);
    let late = p.task(20, 2);
    p.0.shares[0].tasks.push(late);
    assert_eq!(p.verdicts(), []);
}

/// Who kept the handle of a task may end it with that, unless it waits for its end.
#[test]
fn a_handle_that_is_awaited_aborts_nothing() {
    let mut p = Program::new();
    let worker = p.task(10, 1);
    let queue = p.queue(1);
    p.0.resources[0].depth = Some(0);
    p.end(queue, Side::Sender, Some(worker), None);
    p.waits(worker, queue, Op::Recv, 11);
    p.task_mut(worker).abortable = true;
    assert_eq!(p.verdicts(), []);
    let parent = p.task(20, 1);
    p.joins(parent, worker, 21);
    assert_eq!(p.verdicts(), [("leaked_task", 20), ("leaked_task", 10)]);
}

/// Three tasks wait for permits that were all taken away for good.
fn drained() -> Program {
    let mut p = Program::new();
    let group = p.group(10, TaskKind::Task);
    let tasks = [1, 1, 1].map(|wakers| p.task_in(group, wakers));
    let semaphore = p.semaphore(1, 0);
    p.0.resources[0].permits_added = Some(1);
    tasks.iter().for_each(|task| p.waits(*task, semaphore, Op::Acquire, 11));
    p.shared(semaphore, &tasks);
    p
}

#[test]
fn permits_that_nobody_has_and_nobody_can_add() {
    let p = drained();
    assert_eq!(p.verdicts(), [("pool_exhausted", 11)]);
    let finding = &p.findings()[0];
    assert_eq!((finding.evidence, finding.tasks.len()), (Evidence::Statistical, 3));
    assert!(finding.summary.starts_with("3 tasks wait for permits that nobody has"), "{}", finding.summary);
    let mut one = drained();
    one.0.tasks.truncate(1);
    one.0.waits.truncate(1);
    one.0.shares[0].tasks.truncate(1);
    assert_eq!(one.verdicts(), [("pool_exhausted", 11)]);
}

#[test]
fn whoever_else_has_the_semaphore_may_add_permits() {
    let mut unknown = drained();
    unknown.0.inside.clear();
    assert_eq!(unknown.verdicts(), []);
    let mut refill = drained();
    let sleeper = refill.task(20, 2);
    refill.0.shares[0].tasks.push(sleeper);
    assert_eq!(refill.verdicts(), []);
    let mut aborted = drained();
    aborted.0.tasks[2].abortable = true;
    assert_eq!(aborted.verdicts(), []);
    let mut held = drained();
    let holder = held.task(20, 2);
    held.holds(holder, ResourceId::new(0, 1), 1);
    assert_eq!(held.verdicts(), []);
}
