//! Threads and local tasks among the tasks that wait for each other.

use super::program::{Program, SECOND};
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Op, Side, TaskKind, TaskState, Thread, Wait};

/// A thread that is blocked in this wait.
fn blocked(p: &mut Program, task: TaskId, resource: ResourceId, at: u32) {
    p.waits(task, resource, Op::Lock, at);
    let wait = p.0.waits.pop().expect("pushed");
    p.wait(Wait { blocking: true, own_waker: false, ..wait });
    p.task_mut(task).state = TaskState::Running;
}

fn thread(p: &mut Program, at: u32) -> TaskId {
    let group = p.group(at, TaskKind::Thread);
    p.task_in(group, 0)
}

#[test]
fn two_threads_and_a_thread_and_a_task() {
    for async_task in [false, true] {
        let mut p = Program::new();
        let (x, y) = (p.mutex(1), p.mutex(2));
        let a = thread(&mut p, 10);
        p.holds(a, x, 1);
        blocked(&mut p, a, y, 11);
        let b = if async_task { p.task(20, 3) } else { thread(&mut p, 20) };
        p.holds(b, y, 1);
        blocked(&mut p, b, x, 21);
        assert_eq!(p.verdicts(), [("deadlock", 11)], "the second is a task: {async_task}");
    }
}

#[test]
fn a_thread_without_a_recorded_wait_is_never_stuck() {
    let mut p = Program::new();
    let lock = p.mutex(1);
    let a = thread(&mut p, 10);
    p.holds(a, lock, 1);
    let b = p.task(20, 1);
    p.waits(b, lock, Op::Lock, 21);
    assert_eq!(p.verdicts(), []);
}

#[test]
fn a_thread_that_waits_anew_at_each_look_goes_on() {
    let mut p = Program::new();
    let (x, y) = (p.mutex(1), p.mutex(2));
    let (a, b) = (thread(&mut p, 10), thread(&mut p, 20));
    p.holds(a, x, 1);
    p.holds(b, y, 1);
    blocked(&mut p, a, y, 11);
    blocked(&mut p, b, x, 21);
    let mut later = p.clone();
    later.0.at += SECOND;
    later.0.waits[0].since = p.0.at + 1;
    assert!(super::super::Stuck::confirmed(&p.0, &later.0).is_empty());
    assert!(super::super::Stuck::confirmed(&later.0, &later.0).contains(a));
}

/// Two local tasks of one thread: the first sleeps with the lock, the second blocks the thread on it.
#[test]
fn a_local_task_whose_thread_is_blocked_by_another() {
    let mut p = Program::new();
    let lock = p.mutex(1);
    let group = p.group(10, TaskKind::Local);
    let (sleeps, blocks) = (p.task_in(group, 1), p.task_in(group, 0));
    p.holds(sleeps, lock, 1);
    blocked(&mut p, blocks, lock, 11);
    let thread = Thread { number: 7, task: Some(blocks), ..Thread::default() };
    p.0.threads.push(thread);
    p.task_mut(sleeps).thread = Some(7);
    p.task_mut(blocks).thread = Some(7);
    assert_eq!(p.verdicts(), [("deadlock", 11)]);
    // Another thread can poll it.
    p.task_mut(sleeps).thread = Some(8);
    assert_eq!(p.verdicts(), []);
}

#[test]
fn a_wait_with_a_timeout_ends() {
    for timed in [false, true] {
        let mut p = Program::new();
        let (x, y) = (p.mutex(1), p.mutex(2));
        let (a, b) = (thread(&mut p, 10), thread(&mut p, 20));
        p.holds(a, x, 1);
        p.holds(b, y, 1);
        blocked(&mut p, a, y, 11);
        blocked(&mut p, b, x, 21);
        p.0.waits[1].timed = timed;
        assert_eq!(p.verdicts().is_empty(), timed);
    }
}

/// A thread drives a future that waits for a message of a task, which waits for the end of the thread.
#[test]
fn a_thread_that_drives_a_future_waits_for_what_that_waits_for() {
    let mut p = Program::new();
    let thread = thread(&mut p, 10);
    p.task_mut(thread).state = TaskState::Running;
    let group = p.group(11, TaskKind::Root);
    let root = p.task_in(group, 1);
    let queue = p.queue(1);
    p.0.resources[0].depth = Some(0);
    p.waits(root, queue, Op::Recv, 12);
    let owner = p.task(20, 1);
    p.end(queue, Side::Sender, Some(owner), None);
    p.joins(owner, thread, 21);
    assert_eq!(p.verdicts(), [], "who drives the future is not known");
    p.task_mut(root).parent = Some(thread);
    assert_eq!(p.verdicts(), [("deadlock", 12)]);
    p.task_mut(root).wakers = 2;
    assert_eq!(p.verdicts(), []);
}

/// Two threads send to each other through queues without room.
#[test]
fn a_queue_without_room() {
    let mut p = Program::new();
    let (a, b) = (thread(&mut p, 10), thread(&mut p, 20));
    for (n, (from, to)) in [(a, b), (b, a)].into_iter().enumerate() {
        let queue = p.queue(n as u32 + 1);
        (p.0.resources[n].sent, p.0.resources[n].received) = (Some(3), Some(3));
        p.end(queue, Side::Receiver, Some(to), None);
        blocked(&mut p, from, queue, 11);
        p.0.waits[n].op = Op::Send;
    }
    assert_eq!(p.verdicts(), [("deadlock", 11)]);
    p.0.resources[1].received = Some(4);
    assert_eq!(p.verdicts(), [], "one has been met, and is not awake yet");
}
