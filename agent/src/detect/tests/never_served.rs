//! Tasks that only try, and what the lock does meanwhile.

use super::film::{film, first};
use super::program::{Program, SECOND};
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Op, Refused};

/// Readers of a lock whose turns overlap, and a writer that tries.
fn readers() -> (Program, ResourceId, TaskId) {
    let mut p = Program::new();
    let (lock, writer) = (p.rwlock(1), p.task(10, 1));
    let reader = p.task(20, 1);
    p.holds_by(reader, lock, Op::Read, 1);
    (p, lock, writer)
}

/// Where the row of the writer stands: one try each 3 ms since `since`.
fn tries(p: &mut Program, writer: TaskId, since: u64) {
    let tries = p.0.at.saturating_sub(since) / 3_000_000;
    p.0.resources[0].refused = Some(Refused { task: writer, tries, since });
}

#[test]
fn a_writer_that_is_refused_while_readers_are_served() {
    let (p, _, writer) = readers();
    let start = p.0.at;
    let found = film(p, 5, |_, p| {
        tries(p, writer, start);
        p.0.holds[0].since = Some(p.0.at - 1);
    });
    let first = first(&found);
    assert_eq!(first.len(), 1);
    let (at, kind, line) = first[0];
    assert_eq!((kind, line), ("starved_task", 10));
    assert!((1_500..=2_000).contains(&at), "found after {at} ms");
    assert_eq!(found[0].1.tasks, [writer]);
    assert!(found[0].1.summary.contains("was refused each time, while others were served"));
}

#[test]
fn a_lock_that_nobody_gets_starves_nobody() {
    // Whoever has it took it after the first try, and keeps it.
    let (p, _, writer) = readers();
    let start = p.0.at;
    let found = film(p, 5, |_, p| {
        tries(p, writer, start);
        p.0.holds[0].since = Some(start + SECOND / 10);
    });
    assert_eq!(first(&found), []);
}

#[test]
fn a_task_that_is_served_now_and_then_is_not_starved() {
    let (p, _, writer) = readers();
    let start = p.0.at;
    let found = film(p, 6, |t, p| {
        // Each second a row of its own.
        tries(p, writer, start + t / SECOND * SECOND);
        p.0.holds[0].since = Some(p.0.at - 1);
    });
    assert_eq!(first(&found), []);
}

#[test]
fn a_task_that_gives_up_trying_and_waits_is_not_starved() {
    let (p, lock, writer) = readers();
    let start = p.0.at;
    let found = film(p, 6, |t, p| {
        tries(p, writer, start);
        p.0.holds[0].since = Some(p.0.at - 1);
        // Its fallback: seen to wait once in a while.
        p.0.waits.clear();
        if t % SECOND == 0 {
            p.waits(writer, lock, Op::Write, 11);
        }
    });
    assert_eq!(first(&found), []);
    let (p, _, writer) = readers();
    let found = film(p, 6, |t, p| {
        if t <= SECOND {
            tries(p, writer, start);
        }
        p.0.holds[0].since = Some(p.0.at - 1);
    });
    assert_eq!(first(&found), [], "it tried for a second and does something else now");
}

#[test]
fn it_heals_when_the_writer_is_served() {
    let (p, _, writer) = readers();
    let start = p.0.at;
    let found = film(p, 6, |t, p| {
        tries(p, writer, start);
        if t > 3 * SECOND {
            p.0.resources[0].refused = None;
        }
        p.0.holds[0].since = Some(p.0.at - 1);
    });
    assert_eq!(found.iter().map(|(at, _)| *at).max(), Some(3_000));
}
