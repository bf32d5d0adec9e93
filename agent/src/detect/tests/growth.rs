//! Spawn places whose tasks only grow in number.

use super::program::{PATIENCE, Program, SECOND, verdicts};
use crate::detect::{Finding, Trend, detect};
use crate::grid;
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{AwaitKind, Op, TaskKind, TaskState};

/// What is found at each second of a program in which `step` says how many tasks are spawned and how many end.
fn run(seconds: u64, busy: bool, step: impl Fn(u64) -> (u64, u64)) -> Vec<(u64, Vec<Finding>)> {
    let mut p = Program::new();
    let group = p.group(10, TaskKind::Task);
    let mut trend = Trend::new(PATIENCE * 4);
    let mut found = Vec::new();
    for second in 0..seconds {
        p.0.at = (100 + second) * SECOND;
        let (spawned, ended) = step(second);
        for _ in 0..spawned {
            let id = p.task_in(group, 1);
            let now = p.0.at;
            let task = p.task_mut(id);
            (task.spawned_at, task.since) = (now, now);
        }
        for _ in 0..ended.min(p.0.tasks.len() as u64) {
            p.0.tasks.remove(0);
            p.0.task_groups[group.index()].finished.completed += 1;
        }
        if busy {
            let now = p.0.at;
            p.0.tasks.iter_mut().for_each(|task| task.since = now);
        }
        // Ids are places in the list here, so they are made anew.
        for (i, task) in p.0.tasks.iter_mut().enumerate() {
            task.id = TaskId::new(i as u32, 1);
        }
        trend.push(&p.0);
        let findings = detect(None, &p.0, &trend, PATIENCE);
        if !findings.is_empty() {
            found.push((second, findings));
        }
    }
    found
}

#[test]
fn tasks_that_never_end_are_found_within_three_times_the_patience() {
    let found = run(100, false, |_| (2, 0));
    let (first, findings) = &found[0];
    assert!((70..90).contains(first), "after {first} s");
    assert_eq!(verdicts(findings), [("leaked_task", 10)]);
    assert!(findings[0].summary.contains("only grow in number"), "{}", findings[0].summary);
}

#[test]
fn a_ramp_that_ends_a_plateau_and_a_burst_are_healthy() {
    assert_eq!(run(200, false, |s| (if s < 40 { 2 } else { 0 }, 0)), []);
    assert_eq!(run(200, false, |s| (if s % 50 == 0 { 100 } else { 0 }, 2)), []);
    assert_eq!(run(200, false, |_| (3, 3)), []);
}

#[test]
fn tasks_that_work_are_not_leaked_however_many() {
    assert_eq!(run(100, true, |_| (2, 0)), []);
}

#[test]
fn it_heals_when_they_end() {
    let found = run(200, false, |s| if s < 100 { (2, 0) } else { (2, 4) });
    let last = found.last().map(|(second, _)| *second);
    assert!(last.is_some_and(|last| last < 130), "{last:?}");
}

/// Of ten tasks that are spawned in each second, nine end within `lifetime`; the tenth waits, as `wait` says.
fn one_in_ten(lifetime: u64, wait: impl Fn(&mut Program, TaskId, ResourceId)) -> Vec<&'static str> {
    let mut p = Program::new();
    let group = p.group(10, TaskKind::Task);
    let queue = p.queue(1);
    let mut trend = Trend::new(PATIENCE * 4);
    for second in 0..100 {
        p.0.at = (100 + second) * SECOND;
        let id = p.task_in(group, 1);
        let now = p.0.at;
        let task = p.task_mut(id);
        (task.spawned_at, task.since) = (now, now);
        wait(&mut p, id, queue);
        let group = &mut p.0.task_groups[group.index()];
        (group.spawned, group.finished.completed) = (group.spawned + 9, group.finished.completed + 9);
        group.lifetime.counts = vec![0; grid::BUCKETS];
        group.lifetime.counts[grid::bucket(lifetime as f64)] = 9 * (second + 1);
        trend.push(&p.0);
    }
    detect(None, &p.0, &trend, PATIENCE).iter().map(|found| found.kind.word()).collect()
}

#[test]
fn some_of_a_place_never_end() {
    let recv = |p: &mut Program, task, queue| p.waits(task, queue, Op::Recv, 11);
    assert_eq!(one_in_ten(SECOND / 10, recv), ["leaked_task"]);
    assert_eq!(one_in_ten(20 * SECOND, recv), Vec::<&str>::new(), "some of those that ended took long too");
    let timed = |p: &mut Program, task, queue| {
        p.waits(task, queue, Op::Recv, 11);
        p.0.waits.last_mut().expect("just made").timed = true;
    };
    assert_eq!(one_in_ten(SECOND / 10, timed), Vec::<&str>::new());
    let outside = |p: &mut Program, task: TaskId, queue| {
        p.waits(task, queue, Op::Recv, 11);
        p.task_mut(task).wakers = 2;
    };
    assert_eq!(one_in_ten(SECOND / 10, outside), Vec::<&str>::new(), "a timer or a socket wakes them");
}

#[test]
fn jobs_that_stay_blocked_are_found_though_they_run() {
    let jobs = |op: Option<Op>, moves: bool| {
        let mut p = Program::new();
        let group = p.group(10, TaskKind::Blocking);
        let queue = p.queue(1);
        let mut trend = Trend::new(PATIENCE * 4);
        for second in 0..100 {
            p.0.at = (100 + second) * SECOND;
            let id = p.task_in(group, 0);
            let now = p.0.at;
            let task = p.task_mut(id);
            (task.spawned_at, task.since, task.state) = (now, now, TaskState::Running);
            if let Some(op) = op {
                p.waits(id, queue, op, 11);
                let wait = p.0.waits.last_mut().expect("just made");
                (wait.blocking, wait.since) = (true, now);
            }
            if moves {
                p.0.waits.iter_mut().for_each(|wait| wait.since = now);
            }
            trend.push(&p.0);
        }
        verdicts(&detect(None, &p.0, &trend, PATIENCE))
    };
    assert_eq!(jobs(Some(Op::Lock), false), [("leaked_task", 10)]);
    assert_eq!(jobs(Some(Op::Recv), true), [], "each of them goes on now and then");
    assert_eq!(jobs(None, false), [], "they compute");
}

/// What is found in a program in which a task ends in each second, and leaves one behind that wakes up by the clock.
fn left_behind(change: impl Fn(&mut Program, TaskId)) -> Vec<(&'static str, u32)> {
    let mut p = Program::new();
    let group = p.group(10, TaskKind::Task);
    let mut trend = Trend::new(PATIENCE * 4);
    let mut found = Vec::new();
    for second in 0..100 {
        p.0.at = (100 + second) * SECOND;
        let now = p.0.at;
        let id = p.task_in(group, 1);
        p.awaits(id, 11, "tick.tick()");
        let task = p.task_mut(id);
        task.awaits[0].what = AwaitKind::Time;
        task.spawned_at = now;
        task.parent = Some(TaskId::new(1000 + second as u32, 1));
        change(&mut p, id);
        p.0.tasks.iter_mut().for_each(|task| task.since = now);
        trend.push(&p.0);
        found = verdicts(&detect(None, &p.0, &trend, PATIENCE));
    }
    found
}

#[test]
fn what_nobody_can_stop_is_left_behind_though_it_wakes_up() {
    assert_eq!(left_behind(|_, _| {}), [("leaked_task", 10)]);
}

#[test]
fn whoever_may_be_told_to_stop_or_has_company_is_not_left_behind() {
    let none: [(&str, u32); 0] = [];
    assert_eq!(left_behind(|p, id| p.task_mut(id).abortable = true), none, "with a handle");
    assert_eq!(left_behind(|p, id| p.task_mut(id).parent = None), none, "by whom is not known");
    assert_eq!(left_behind(|p, id| p.task_mut(id).parent = Some(TaskId::new(0, 1))), none, "all by one");
    assert_eq!(left_behind(|p, id| p.task_mut(id).wakers = 2), none, "by a socket");
    assert_eq!(left_behind(|p, id| p.task_mut(id).polls = 1), none, "its time may be yet to come");
    assert_eq!(left_behind(|p, id| p.task_mut(id).awaits[0].what = AwaitKind::Io), none);
    let stop = |p: &mut Program, id| {
        let queue = p.queue(2);
        p.waits(id, queue, Op::Recv, 12);
    };
    assert_eq!(left_behind(stop), none, "by a message");
    let sibling = |p: &mut Program, id| {
        let parent = p.task_mut(id).parent;
        let reader = p.task(30, 1);
        p.task_mut(reader).parent = parent;
    };
    assert_eq!(left_behind(sibling), none, "another one of the same parent goes on");
    let ended = |p: &mut Program, _| p.0.task_groups[0].finished.completed = 1;
    assert_eq!(left_behind(ended), none, "they end after all");
}
