//! The poll in progress that a finding is about.

use super::program::{Program, SECOND, line};
use crate::detect::{Evidence, Finding, FindingKind, InProgress, Severity};
use crate::id::TaskId;
use crate::snapshot::{TaskKind, TaskState};

fn finding(kind: FindingKind, tasks: &[TaskId]) -> Finding {
    Finding {
        kind,
        evidence: Evidence::Observed,
        severity: Severity::Warning,
        pool: "pool".to_owned(),
        blame: line(1),
        summary: String::new(),
        advice: String::new(),
        tasks: tasks.to_vec(),
        behind: Vec::new(),
        resources: Vec::new(),
    }
}

/// Polled for the fifth time for so long, on thread 7.
fn polled(p: &mut Program, task: TaskId, age: u64) {
    let since = p.0.at - age;
    let task = p.task_mut(task);
    (task.state, task.since, task.polls, task.thread) = (TaskState::Running, since, 5, Some(7));
}

#[test]
fn the_poll_that_lasts_is_the_one() {
    let mut p = Program::new();
    let (waits, runs) = (p.task(10, 1), p.task(20, 1));
    let blocking = finding(FindingKind::BlockingPoll, &[waits, runs]);
    assert_eq!(blocking.in_progress(&p.0), None);
    polled(&mut p, runs, SECOND);
    let poll = blocking.in_progress(&p.0).unwrap();
    assert_eq!(poll, InProgress { task: runs, thread: 7, polls: Some(4) });
    assert!(poll.is(runs, 4));
    assert!(!poll.is(runs, 3) && !poll.is(runs, 5) && !poll.is(waits, 4));
    polled(&mut p, runs, SECOND / 100);
    assert_eq!(blocking.in_progress(&p.0), None, "another one has just begun");
}

#[test]
fn the_numbers_of_polls_go_round() {
    let poll = InProgress { task: TaskId::new(1, 1), thread: 7, polls: Some((1 << 31) + 3) };
    assert!(poll.is(poll.task, 3));
    assert!(!poll.is(poll.task, 4));
}

#[test]
fn of_a_task_that_spins_any_poll_will_do() {
    let mut p = Program::new();
    let task = p.task(10, 1);
    polled(&mut p, task, 1_000);
    let poll = finding(FindingKind::BusyLoop, &[task]).in_progress(&p.0).unwrap();
    assert!(poll.is(task, 4) && poll.is(task, 400));
}

#[test]
fn of_an_exhausted_pool_a_job_is_the_one_and_of_others_none() {
    let mut p = Program::new();
    let task = p.task(10, 1);
    let group = p.group(20, TaskKind::Blocking);
    let job = p.task_in(group, 0);
    polled(&mut p, task, SECOND);
    polled(&mut p, job, SECOND);
    let of = |kind| finding(kind, &[task, job]).in_progress(&p.0).map(|poll| poll.task);
    assert_eq!(of(FindingKind::PoolExhausted), Some(job));
    assert_eq!(of(FindingKind::BlockingPoll), Some(task));
    assert_eq!(of(FindingKind::Deadlock), None);
    assert_eq!(of(FindingKind::StarvedTask), None);
}
