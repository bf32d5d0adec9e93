//! More permits than a semaphore has; and what is said of the pools of tasks that wait.

use super::film::{film, film_knowing, first};
use super::program::{Program, SECOND};
use crate::capacity::{Facts, PoolFacts};
use crate::detect::{Evidence, Finding};
use crate::id::{PoolId, ResourceId};
use crate::snapshot::{Op, TaskState};

/// Tasks of the pool come and go, and Little's law was off by so much, in percent.
fn pool(off: f64) -> Facts {
    let little = Some(1.0 / (1.0 - off / 100.0));
    let (window, arrivals, departures, live) = (60.0, 12.0, 12.0, 0.4);
    let facts = PoolFacts { window, arrivals, departures, live, residence: Some(0.03), little };
    Facts { pools: [(PoolId(0), facts)].into(), ..Facts::default() }
}

#[test]
fn what_the_pool_did_is_told_if_it_can_be_trusted() {
    let advice = |facts| {
        let (p, ..) = Program::exhausted();
        film_knowing(facts, p, 2, |_, _| {}).remove(0).1.advice
    };
    let text = " (in the last 60 s tasks of its pool came at 12/s and lived 30 ms each, which makes 0.4 at a time by Little's \
                law; it was off by 20 %)";
    assert!(advice(pool(20.0)).ends_with(text), "{}", advice(pool(20.0)));
    assert!(!advice(pool(30.0)).contains("Little"), "{}", advice(pool(30.0)));
    assert!(!advice(Facts::default()).contains("Little"));
}

#[test]
fn what_the_pool_did_is_told_of_tasks_that_are_not_run() {
    let mut p = Program::new();
    let task = p.task(10, 0);
    let since = p.0.at;
    let task = p.task_mut(task);
    (task.state, task.since) = (TaskState::Runnable, since);
    let found = film_knowing(pool(2.0), p, 3, |_, _| {});
    assert_eq!(first(&found).first().map(|(_, kind, _)| *kind), Some("starved_task"));
    assert!(found[0].1.advice.ends_with("it was off by 2 %)"), "{}", found[0].1.advice);
}

/// A task asks for 100 permits of 64, and another one for 4 behind it; `change` makes something else of it.
fn asks(change: impl Fn(&mut Program, ResourceId)) -> Vec<(u64, Finding)> {
    let mut p = Program::new();
    let semaphore = p.semaphore(1, 64);
    for (at, amount) in [(10, 100), (20, 4)] {
        let task = p.task(at, 1);
        p.waits(task, semaphore, Op::Acquire, at + 1);
        let wait = p.0.waits.last_mut().expect("just made");
        (wait.amount, wait.since) = (amount, 100 * SECOND);
    }
    change(&mut p, semaphore);
    film(p, 4, |_, _| {})
}

#[test]
fn a_task_asks_for_more_than_there_are() {
    let found = asks(|_, _| {});
    assert_eq!(first(&found), [(1600, "pool_exhausted", 11)]);
    let finding = &found[0].1;
    assert_eq!((finding.evidence, finding.behind.len()), (Evidence::Statistical, 1));
    assert_eq!(
        finding.summary,
        "task `task10` (spawned at src/app.rs:10:5) waits at src/app.rs:11:5 for 100 permits of the semaphore \
         `resource1` (made at src/app.rs:1:5), which has had 64 since it was made; 1 task waits behind it"
    );
}

#[test]
fn there_may_be_enough_some_time() {
    assert_eq!(asks(|p, _| p.0.resources[0].permits_added = Some(1)), [], "permits are added now and then");
    assert_eq!(asks(|p, _| p.0.resources[0].permits = Some(0)), [], "a signal begins empty");
    assert_eq!(asks(|p, _| p.0.resources[0].permits = Some(100)), [], "as many as there are");
    assert_eq!(asks(|p, _| p.0.resources[0].covered = false), []);
    assert_eq!(asks(|p, _| p.0.waits[0].timed = true), [], "it gives up");
}

#[test]
fn it_heals_when_permits_are_added() {
    let mut p = Program::new();
    let semaphore = p.semaphore(1, 4);
    let task = p.task(10, 1);
    p.waits(task, semaphore, Op::Acquire, 11);
    let wait = p.0.waits.last_mut().expect("just made");
    (wait.amount, wait.since) = (5, 100 * SECOND);
    let found = film(p, 6, |time, p| p.0.resources[0].permits_added = Some(u64::from(time >= 3 * SECOND)));
    assert_eq!(found.first().map(|(at, _)| *at), Some(1600));
    assert_eq!(found.last().map(|(at, _)| *at), Some(2800));
}
