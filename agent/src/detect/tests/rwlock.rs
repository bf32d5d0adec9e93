//! Readers and writers of one lock.

use super::program::{Program, SECOND};
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Op, Wait};

/// A task that reads twice, and a writer that comes between: the second reading is queued behind the writer, which
/// waits for the first one to end.
fn read_write_read() -> (Program, [TaskId; 2], ResourceId) {
    let mut p = Program::new();
    let (reader, writer) = (p.task(10, 1), p.task(20, 1));
    let lock = p.rwlock(1);
    p.holds_by(reader, lock, Op::Read, 1);
    p.waits(writer, lock, Op::Write, 21);
    p.waits(reader, lock, Op::Read, 11);
    p.0.waits[1].since += SECOND;
    (p, [reader, writer], lock)
}

#[test]
fn a_reader_that_reads_again_behind_a_writer() {
    let (p, tasks, lock) = read_write_read();
    assert_eq!(p.verdicts(), [("deadlock", 11)]);
    let findings = p.findings();
    assert_eq!((&findings[0].tasks[..], &findings[0].resources[..]), (&tasks[..], &[lock][..]));
    assert_eq!(
        findings[0].summary,
        "2 tasks wait for each other: `task10` waits at src/app.rs:11:5 for the rwlock `resource1` held by `task10` \
         since src/app.rs:900:5, behind `task20`, which waits to write since src/app.rs:21:5, `task20` waits at \
         src/app.rs:21:5 for the rwlock `resource1` held by `task10` since src/app.rs:900:5"
    );
}

#[test]
fn a_writer_that_may_give_up_lets_the_reader_in() {
    // It has a timeout: a waker more than waits.
    let (mut p, [_, writer], _) = read_write_read();
    p.task_mut(writer).wakers = 2;
    assert_eq!(p.verdicts(), []);
    // It is no task that is known.
    let (mut p, ..) = read_write_read();
    p.0.waits[0].task = None;
    assert_eq!(p.verdicts(), []);
    // A second one has come at about the same time, and may be the one in front.
    let (mut p, _, lock) = read_write_read();
    let other = p.task(30, 2);
    p.waits(other, lock, Op::Write, 31);
    p.0.waits[2].since = p.0.waits[1].since + 1_000_000;
    assert_eq!(p.verdicts(), []);
    // It came long after the reader, and is behind it.
    p.0.waits[2].since = p.0.waits[1].since + SECOND;
    assert_eq!(p.verdicts(), [("deadlock", 11)]);
}

#[test]
fn a_reader_without_a_writer_in_front_waits_for_something_else() {
    let (mut p, ..) = read_write_read();
    p.0.waits.remove(0);
    assert_eq!(p.verdicts(), []);
    let (mut p, ..) = read_write_read();
    p.0.waits[0].since += 3 * SECOND;
    assert_eq!(p.verdicts(), []);
}

#[test]
fn it_heals_when_the_first_reading_ends() {
    let (p, [reader, _], _) = read_write_read();
    let mut later = p.clone();
    later.0.holds.clear();
    later.task_mut(reader).polls += 1;
    let trend = crate::detect::Trend::default();
    assert_eq!(crate::detect::detect(Some(&p.0), &later.0, &trend, super::program::PATIENCE), []);
}

#[test]
fn a_reader_that_wants_to_write() {
    let mut p = Program::new();
    let task = p.task(10, 1);
    let lock = p.rwlock(1);
    p.holds_by(task, lock, Op::Read, 1);
    p.waits(task, lock, Op::Write, 12);
    assert_eq!(p.verdicts(), [("deadlock", 12)]);
    // Another reader only makes it wait longer: the first is still its own.
    let busy = p.task(20, 2);
    p.holds_by(busy, lock, Op::Read, 1);
    assert_eq!(p.verdicts(), []);
    p.0.holds.pop();
    // A guard that may be elsewhere.
    p.0.holds[0].movable = true;
    p.task_mut(busy).parent = Some(task);
    assert_eq!(p.verdicts(), []);
}

#[test]
fn a_writer_and_a_reader_of_two_locks() {
    let mut p = Program::new();
    let (a, b) = (p.task(10, 1), p.task(20, 1));
    let (x, y) = (p.rwlock(1), p.rwlock(2));
    p.holds_by(a, x, Op::Write, 1);
    p.holds_by(b, y, Op::Read, 1);
    p.waits(a, y, Op::Write, 11);
    p.waits(b, x, Op::Read, 21);
    assert_eq!(p.verdicts(), [("deadlock", 11)]);
    // Two readers do not keep each other out.
    p.0.waits[0] = Wait { op: Op::Read, ..p.0.waits[0].clone() };
    assert_eq!(p.verdicts(), []);
}
