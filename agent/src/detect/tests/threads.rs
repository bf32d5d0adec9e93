//! Threads and local tasks among the tasks that wait for each other.

use super::program::{Program, SECOND};
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Op, TaskKind, TaskState, Thread, Wait};

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
