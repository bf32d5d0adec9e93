//! Lost wakers, circles, and those who wait behind them.

use super::program::{PATIENCE, Program, SECOND};
use crate::detect::{Evidence, Severity, Stuck, Trend, detect};
use crate::id::{ResourceId, TaskId};
use crate::snapshot::graph::Graph;
use crate::snapshot::{Op, Side, TaskKind, TaskState, Wait};

#[test]
fn a_task_without_any_waker_is_lost() {
    let mut p = Program::new();
    let lost = p.task(10, 0);
    p.awaits(lost, 11, "transfer");
    p.task(20, 1);
    let findings = p.findings();
    assert_eq!(p.verdicts(), [("lost_waker", 10)]);
    assert_eq!(findings[0].evidence, Evidence::Proof);
    assert_eq!(
        findings[0].summary,
        "task `task10` (spawned at src/app.rs:10:5) is parked at src/app.rs:11:5 and nobody holds the waker: \
         nothing can ever run it again"
    );
}

#[test]
fn alike_tasks_are_one_finding() {
    let mut p = Program::new();
    let group = p.group(10, TaskKind::Task);
    for _ in 0..5 {
        p.task_in(group, 0);
    }
    let findings = p.findings();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].tasks.len(), 5);
    assert!(findings[0].summary.starts_with("5 tasks `task10`"), "{}", findings[0].summary);
}

#[test]
fn what_runs_was_woken_or_is_not_covered_is_not_lost() {
    for state in [TaskState::Running, TaskState::Runnable, TaskState::Unknown] {
        let mut p = Program::new();
        let task = p.task(10, 0);
        p.task_mut(task).state = state;
        p.task_mut(task).since = p.0.at;
        assert_eq!(p.verdicts(), [], "{state:?}");
    }
    let mut p = Program::new();
    let task = p.task(10, 0);
    p.task_mut(task).covered = false;
    assert_eq!(p.verdicts(), []);
}

#[test]
fn waiting_for_ever_by_intent_is_no_fault() {
    for label in ["pending()", "pending::<()>()", "std::future::pending::<u8>()", "future::pending()"] {
        let mut p = Program::new();
        let task = p.task(10, 0);
        p.awaits(task, 11, label);
        assert_eq!(p.verdicts(), [], "{label}");
    }
    for label in ["pending_jobs()", "self.pending", "not_pending()"] {
        let mut p = Program::new();
        let task = p.task(10, 0);
        p.awaits(task, 11, label);
        assert_eq!(p.verdicts(), [("lost_waker", 10)], "{label}");
    }
    let mut p = Program::new();
    let root = p.group(10, TaskKind::Root);
    p.task_in(root, 0);
    let unseen = p.group(20, TaskKind::Task);
    p.0.task_groups[unseen.index()].label.clear();
    p.task_in(unseen, 0);
    assert_eq!(p.verdicts(), []);
}

#[test]
fn an_intent_is_a_fault_once_others_wait_for_what_the_task_holds() {
    let mut p = Program::new();
    let holder = p.task(10, 0);
    p.awaits(holder, 11, "pending()");
    let lock = p.mutex(5);
    p.holds(holder, lock, 1);
    assert_eq!(p.verdicts(), []);
    let waiter = p.task(20, 1);
    p.waits(waiter, lock, Op::Lock, 21);
    assert_eq!(p.verdicts(), [("lost_waker", 10), ("leaked_task", 20)]);
    let findings = p.findings();
    assert_eq!(findings[0].severity, Severity::Critical);
    assert!(findings[0].summary.ends_with("; 1 task waits for it"), "{}", findings[0].summary);
    assert!(findings[1].summary.contains("`task10` (spawned at src/app.rs:10:5), which can never run again"));
}

#[test]
fn two_locks_in_opposite_order() {
    let (mut p, [a, b], [x, y]) = Program::crossed();
    let victim = p.task(30, 1);
    p.waits(victim, x, Op::Lock, 31);
    let findings = p.findings();
    assert_eq!(p.verdicts(), [("deadlock", 11)], "the victim is told of with the circle");
    assert_eq!(findings[0].behind, [victim]);
    assert_eq!(
        findings[0].summary,
        "2 tasks wait for each other: `task10` waits at src/app.rs:11:5 for the mutex `resource2` held by `task20` \
         since src/app.rs:900:5, `task20` waits at src/app.rs:21:5 for the mutex `resource1` held by `task10` since \
         src/app.rs:900:5; 1 task waits behind them"
    );
    assert_eq!(findings[0].tasks, [a, b]);
    assert_eq!(findings[0].resources, [x, y]);
}

#[test]
fn a_lock_taken_twice_is_a_circle_of_one() {
    let mut p = Program::new();
    let task = p.task(10, 1);
    let lock = p.mutex(1);
    p.holds(task, lock, 1);
    p.waits(task, lock, Op::Lock, 12);
    assert_eq!(p.verdicts(), [("deadlock", 12)]);
}

#[test]
fn whoever_can_be_helped_from_outside_is_not_stuck() {
    // A timer: one waker more than waits.
    let (mut p, [a, _], _) = Program::crossed();
    p.task_mut(a).wakers = 2;
    assert_eq!(p.verdicts(), []);
    // A lock whose plain value is used elsewhere.
    p.task_mut(a).wakers = 1;
    assert_eq!(p.verdicts().len(), 1);
    p.0.resources[0].covered = false;
    assert_eq!(p.verdicts(), []);
    p.0.resources[0].covered = true;
    // A holder outside of any task.
    p.0.holds[0].task = None;
    assert_eq!(p.verdicts(), []);
}

#[test]
fn a_future_that_is_kept_but_not_polled_opens_the_balance() {
    let kept = |make: fn(&mut Program, u32) -> ResourceId, op| {
        let mut p = Program::new();
        let task = p.task(10, 1);
        let lock = make(&mut p, 1);
        p.holds_by(task, lock, op, 1);
        p.waits(task, lock, op, 12);
        p.0.waits[0].current = false;
        p
    };
    assert_eq!(kept(Program::rwlock, Op::Write).verdicts(), []);
    let mut p = kept(Program::mutex, Op::Lock);
    assert_eq!(
        p.verdicts(),
        [("deadlock", 12)],
        "as long as the lock is taken it is in the queue, with its waker"
    );
    p.0.waits[0] = Wait { current: true, own_waker: false, ..p.0.waits[0].clone() };
    assert_eq!(p.verdicts(), []);
}

#[test]
fn permits_are_stuck_only_if_all_of_them_are() {
    let (mut p, _, permits) = Program::exhausted();
    assert_eq!(p.verdicts(), [("pool_exhausted", 11)]);
    // A third permit is with a task that can be helped.
    p.0.resources[0].permits = Some(3);
    assert_eq!(p.verdicts(), [], "one permit is nowhere");
    let busy = p.task(30, 1);
    p.holds(busy, permits, 1);
    assert_eq!(p.verdicts(), []);
}

/// A few permits are left, and fewer than the first in the queue asks for.
#[test]
fn too_few_permits_are_left() {
    let mut p = Program::new();
    let (a, b) = (p.task(10, 1), p.task(20, 1));
    let permits = p.semaphore(1, 10);
    p.holds(a, permits, 4);
    p.holds(b, permits, 4);
    p.waits(a, permits, Op::Acquire, 11);
    p.waits(b, permits, Op::Acquire, 21);
    p.0.waits[0].amount = 3;
    assert_eq!(
        p.verdicts(),
        [("pool_exhausted", 11)],
        "the second one needs no more than is left, behind the first"
    );
    p.0.waits[1].since = 3 * SECOND;
    p.0.waits[0].amount = 2;
    assert_eq!(p.verdicts(), [], "the first one is about to be served");
    p.0.waits[0].amount = 3;
    p.0.waits[0].task = None;
    assert_eq!(p.verdicts(), [], "whoever is in front may give up");
}

/// All permits are with tasks that wait for more, and somebody adds one from time to time.
#[test]
fn permits_that_are_a_signal() {
    let (mut p, ..) = Program::exhausted();
    p.0.resources[0].permits_added = Some(1);
    assert_eq!(p.verdicts(), []);
    p.0.resources[0].permits_added = Some(0);
    assert_eq!(p.verdicts(), [("pool_exhausted", 11)]);
}

/// Accepts connections: takes a permit for each, gives it to the task that serves it, and waits for the next.
#[test]
fn permits_that_were_given_to_other_tasks() {
    let mut p = Program::new();
    let (accepts, serves) = (p.task(10, 1), p.task(20, 1));
    let permits = p.semaphore(1, 2);
    p.holds(accepts, permits, 1);
    p.holds(accepts, permits, 1);
    p.waits(accepts, permits, Op::Acquire, 11);
    assert_eq!(p.verdicts(), [("deadlock", 11)]);
    p.0.holds[1].movable = true;
    assert_eq!(p.verdicts(), []);
    p.0.holds[1].movable = false;
    // The semaphore may be a leaked one, whose guards can be sent to the tasks that were spawned since.
    p.0.holds[1].may_be_with = [serves].into();
    assert_eq!(p.verdicts(), []);
    p.0.holds[1].may_be_with = [TaskId::new(77, 1)].into();
    assert_eq!(p.verdicts(), [], "one that is not among those that may be stuck");
    p.0.holds[1].may_be_with = [serves].into();
    p.joins(serves, accepts, 21);
    assert!(!p.verdicts().is_empty(), "whichever of the two has it is stuck");
}

/// Many tasks lock, do a little and lock again, in one poll. While a look is on its way, one of them is served and queues
/// again, so that this look alone shows it to wait for itself.
#[test]
fn a_task_that_went_on_while_it_was_read() {
    let mut before = Program::new();
    let (a, b) = (before.task(10, 1), before.task(20, 1));
    let lock = before.mutex(1);
    before.waits(a, lock, Op::Lock, 11);
    let mut now = before.clone();
    before.task_mut(b).state = TaskState::Running;
    before.holds(b, lock, 1);
    now.holds(a, lock, 1);
    assert_eq!(now.verdicts(), [("deadlock", 11)], "as it is if both looks show it");
    assert_eq!(detect(Some(&before.0), &now.0, &Trend::default(), PATIENCE), []);
    assert_eq!(detect(Some(&now.0), &before.0, &Trend::default(), PATIENCE), []);
}

/// A supervisor awaits a worker that keeps its own queue open, and somebody may abort that.
#[test]
fn a_worker_that_is_awaited_and_may_be_stopped() {
    let mut p = Program::new();
    let (worker, supervisor) = (p.task(10, 1), p.task(20, 1));
    let queue = p.queue(1);
    p.0.resources[0].depth = Some(0);
    p.end(queue, Side::Sender, Some(worker), None);
    p.waits(worker, queue, Op::Recv, 11);
    p.joins(supervisor, worker, 21);
    p.task_mut(worker).abortable = true;
    assert_eq!(p.verdicts(), [("leaked_task", 20), ("leaked_task", 10)]);
    p.task_mut(worker).may_be_stopped = true;
    assert_eq!(p.verdicts(), []);
    // One without a waker too.
    let mut p = Program::new();
    let lost = p.task(10, 0);
    p.awaits(lost, 11, "transfer");
    assert_eq!(p.verdicts(), [("lost_waker", 10)]);
    p.task_mut(lost).may_be_stopped = true;
    assert_eq!(p.verdicts(), []);
}

#[test]
fn a_join_in_a_circle_and_a_join_of_a_lost_task() {
    let mut p = Program::new();
    let (a, b) = (p.task(10, 1), p.task(20, 1));
    let lock = p.mutex(1);
    p.holds(a, lock, 1);
    p.joins(a, b, 11);
    p.waits(b, lock, Op::Lock, 21);
    assert_eq!(p.verdicts(), [("deadlock", 11)]);
    let mut p = Program::new();
    let (lost, waiter) = (p.task(10, 0), p.task(20, 1));
    p.joins(waiter, lost, 21);
    assert_eq!(p.verdicts(), [("lost_waker", 10), ("leaked_task", 20)]);
}

/// Each keeps one owned permit and asks for another: a suspicion, since permits may move without a trace.
#[test]
fn owned_permits_that_have_hardly_moved() {
    let (mut p, [a, b], permits) = Program::exhausted();
    p.0.holds.iter_mut().for_each(|hold| hold.movable = true);
    assert_eq!(p.verdicts(), [("pool_exhausted", 11)]);
    assert_eq!(p.findings()[0].evidence, Evidence::Statistical);
    // It has not lasted.
    p.task_mut(a).since = p.0.at;
    assert_eq!(p.verdicts(), []);
    p.task_mut(a).since = 0;
    // One of them has a child, which may have the permit.
    let child = p.task(30, 1);
    p.task_mut(child).parent = Some(b);
    assert_eq!(p.verdicts(), []);
    // The child waits for them as well.
    p.waits(child, permits, Op::Acquire, 31);
    assert_eq!(p.verdicts(), [("pool_exhausted", 11)]);
    // It has sent something to somebody whom nobody knows.
    p.queue(2);
    p.0.resources[1].last_sender = Some(child);
    assert_eq!(p.verdicts(), []);
}

/// Accepts connections, gives the permit to the task that serves it, and waits for the next; those who serve wait for it.
#[test]
fn permits_that_were_given_to_tasks_that_wait_for_who_gave_them() {
    let mut p = Program::new();
    let accepts = p.task(10, 1);
    let permits = p.semaphore(1, 2);
    let queue = p.queue(2);
    p.0.resources[1].depth = Some(0);
    p.end(queue, Side::Sender, Some(accepts), None);
    p.waits(accepts, permits, Op::Acquire, 11);
    let serves = [20, 30].map(|at| p.task(at, 1));
    for task in serves {
        p.holds(accepts, permits, 1);
        p.waits(task, queue, Op::Recv, 21);
        p.task_mut(task).parent = Some(accepts);
    }
    p.0.holds.iter_mut().for_each(|hold| hold.movable = true);
    assert_eq!(p.verdicts(), [("deadlock", 11)]);
    assert_eq!(p.findings()[0].evidence, Evidence::Statistical);
    let mut works = p.clone();
    works.task_mut(serves[1]).wakers = 2;
    assert_eq!(works.verdicts(), [], "one of them may be done soon");
    // Those who served are gone, and the permits are not.
    let mut gone = p;
    gone.0.tasks.truncate(1);
    gone.0.waits.truncate(1);
    assert_eq!(gone.verdicts(), []);
}

/// The guard is held while the queue is full, and the task that received last wants the guard.
#[test]
fn a_lock_held_while_sending_to_who_waits_for_it() {
    let mut p = Program::new();
    let (writer, sync) = (p.task(10, 1), p.task(20, 1));
    let lock = p.mutex(1);
    let queue = p.queue(2);
    let channel = &mut p.0.resources[1];
    (channel.depth, channel.capacity, channel.permits_out) = (Some(1), Some(1), Some(0));
    p.0.resources[1].last_receiver = Some(sync);
    p.end(queue, Side::Receiver, None, None);
    p.holds(writer, lock, 1);
    p.waits(writer, queue, Op::Send, 11);
    p.waits(sync, lock, Op::Lock, 21);
    let findings = p.findings();
    assert_eq!(p.verdicts(), [("deadlock", 11)]);
    assert_eq!(findings[0].evidence, Evidence::Statistical);
    assert!(findings[0].summary.contains("that only `task20` receives from"), "{}", findings[0].summary);
    // The source shows where the receiver is.
    p.0.endpoints[0].owner = Some(sync);
    assert_eq!(p.findings()[0].evidence, Evidence::Cycle);
    let circle = |p: &Program| Graph::of(&p.0).cycles().concat().len();
    assert_eq!(circle(&p), 4, "two tasks, the lock and the queue");
    let mut another = p.clone();
    let reader = another.task(30, 1);
    another.end(queue, Side::Receiver, Some(reader), None);
    assert_eq!(circle(&another), 0, "it may make room");
    // There is room: the sender has been woken, or will be.
    p.0.resources[1].capacity = Some(2);
    assert_eq!(p.verdicts(), []);
    p.0.resources[1].capacity = Some(1);
    // The receiver waits for something that may come.
    p.task_mut(sync).wakers = 2;
    assert_eq!(p.verdicts(), []);
}

#[test]
fn a_receiver_may_always_be_helped() {
    let mut p = Program::new();
    let task = p.task(10, 1);
    let queue = p.queue(1);
    p.waits(task, queue, Op::Recv, 11);
    assert_eq!(p.verdicts(), []);
}

#[test]
fn one_look_is_no_proof_and_progress_heals() {
    let mut p = Program::new();
    let task = p.task(10, 0);
    assert_eq!(detect(None, &p.0, &Trend::default(), PATIENCE), []);
    assert!(Stuck::suspected(&p.0).contains(task));
    let mut later = p.clone();
    later.task_mut(task).polls += 1;
    assert!(Stuck::confirmed(&p.0, &later.0).is_empty());
    assert!(Stuck::confirmed(&later.0, &later.0).contains(task));
}

/// A worker that keeps a sender of its own queue waits for ever once all others are gone.
#[test]
fn a_receiver_that_only_its_own_task_can_send_to() {
    let mut p = Program::new();
    let group = p.group(10, TaskKind::Task);
    for n in 0..2 {
        let worker = p.task_in(group, 1);
        let queue = p.queue(n);
        p.0.resources[n as usize].depth = Some(0);
        p.end(queue, Side::Sender, Some(worker), None);
        p.waits(worker, queue, Op::Recv, 11);
    }
    let findings = p.findings();
    assert_eq!(p.verdicts(), [("leaked_task", 10)]);
    assert_eq!((findings[0].evidence, findings[0].tasks.len()), (Evidence::Proof, 2));
    assert_eq!(
        findings[0].summary,
        "2 tasks `task10` (spawned at src/app.rs:10:5) wait at src/app.rs:11:5 for messages, and only the task itself \
         has the other end of the channel"
    );
    // They will be aborted.
    let mut aborted = p.clone();
    aborted.0.tasks.iter_mut().for_each(|task| task.abortable = true);
    assert_eq!(aborted.verdicts(), []);
    // Somebody has another sender, or it is not known who has it.
    p.0.tasks.truncate(1);
    p.0.waits.truncate(1);
    let (queue, other) = (p.0.resources[0].id, p.task(20, 2));
    for owner in [Some(other), None] {
        let mut p = p.clone();
        p.end(queue, Side::Sender, owner, Some(other));
        assert_eq!(p.verdicts(), [], "{owner:?}");
    }
    // A message is there: it will be received.
    p.0.resources[0].depth = Some(1);
    assert_eq!(p.verdicts(), []);
}

/// The task that joins another keeps the sender that the other waits to be dropped.
#[test]
fn a_sender_kept_while_joining_its_receiver() {
    let mut p = Program::new();
    let (import, collector) = (p.task(10, 1), p.task(20, 1));
    let rows = p.queue(1);
    p.0.resources[0].depth = Some(0);
    p.end(rows, Side::Sender, Some(import), None);
    p.joins(import, collector, 11);
    p.waits(collector, rows, Op::Recv, 21);
    assert_eq!(p.verdicts(), [("deadlock", 11)]);
    // Where it was used last is no proof of where it is.
    (p.0.endpoints[0].owner, p.0.endpoints[0].last_user) = (None, Some(import));
    assert_eq!(p.verdicts(), []);
}
