//! More permits than a semaphore has.

use super::film::{film, first};
use super::program::{Program, SECOND};
use crate::detect::{Evidence, Finding};
use crate::id::ResourceId;
use crate::snapshot::Op;

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
