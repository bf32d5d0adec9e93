//! Pressure, by hand-written snapshots.

use super::fixture::{program, wait};
use crate::id::PoolId;
use crate::metrics::{Pressure, Pressures};
use crate::snapshot::{Op, Snapshot, TaskState, Wait};

const SECOND: u64 = 1_000_000_000;

/// A program with one contending wait in its first pool, whose other tasks are all in `state`.
fn held_up(others: TaskState) -> (Snapshot, PoolId) {
    let mut snapshot = program();
    let waiter = snapshot.tasks[0].id;
    // Another task of the same pool.
    let group = snapshot.tasks[0].group;
    snapshot.tasks[1].group = group;
    let pool = snapshot.group_of(&snapshot.tasks[0]).pool;
    snapshot.waits = vec![Wait { task: Some(waiter), ..wait(3, Op::Lock, 0) }];
    for task in &mut snapshot.tasks {
        task.state = if task.id == waiter { TaskState::Waiting } else { others };
    }
    (snapshot, pool)
}

/// The pressure after the program has been like this for so long, looked at four times a second.
fn after(seconds: u64, snapshot: &mut Snapshot, pressures: &mut Pressures, pool: PoolId) -> Pressure {
    for _ in 0..seconds * 4 {
        pressures.push(snapshot);
        snapshot.at += SECOND / 4;
    }
    pressures.of(pool)
}

#[test]
fn some_is_not_full_while_others_work() {
    let (mut snapshot, pool) = held_up(TaskState::Running);
    let pressure = after(60, &mut snapshot, &mut Pressures::default(), pool);
    assert!(pressure.some > 0.95 && pressure.full == 0.0, "{pressure:?}");
}

#[test]
fn it_is_full_when_nobody_works_and_goes_away() {
    let (mut snapshot, pool) = held_up(TaskState::Waiting);
    let mut pressures = Pressures::default();
    let pressure = after(60, &mut snapshot, &mut pressures, pool);
    assert!(pressure.some > 0.95 && pressure.full > 0.95, "{pressure:?}");
    snapshot.waits.clear();
    let half = after(7, &mut snapshot, &mut pressures, pool);
    assert!((0.4..0.6).contains(&half.some), "ten seconds back, it is half forgotten in seven: {half:?}");
    let gone = after(60, &mut snapshot, &mut pressures, pool);
    assert!(gone.some < 0.01 && gone.full < 0.01, "{gone:?}");
}

#[test]
fn who_waits_for_work_is_under_no_pressure() {
    let (mut snapshot, pool) = held_up(TaskState::Waiting);
    snapshot.waits[0].op = Op::Recv;
    assert_eq!(after(10, &mut snapshot, &mut Pressures::default(), pool), Pressure::default());
    snapshot.waits[0].op = Op::Lock;
    snapshot.waits[0].current = false;
    let kept = after(10, &mut snapshot, &mut Pressures::default(), pool);
    assert_eq!(kept, Pressure::default(), "the future is kept and not polled");
}

#[test]
fn nothing_is_known_of_the_time_before_the_first_look() {
    let (snapshot, pool) = held_up(TaskState::Waiting);
    let mut pressures = Pressures::default();
    pressures.push(&snapshot);
    assert_eq!(pressures.of(pool), Pressure::default());
}
