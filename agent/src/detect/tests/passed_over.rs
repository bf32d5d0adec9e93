//! A task that has two queues and takes from one of them only.

use super::film::{film, first};
use super::program::Program;
use crate::detect::{Evidence, Finding};
use crate::id::TaskId;
use crate::snapshot::{Op, Side, Thread};

const MS: u64 = 1_000_000;

/// What changes at each look: the time in milliseconds, and the program, of which the first resource is the queue that the
/// task takes from, and the second one the other.
fn two_queues(seconds: u64, change: impl Fn(u64, &mut Program)) -> Vec<(u64, Finding)> {
    let mut p = Program::new();
    let task = p.task(10, 2);
    for at in [5, 6] {
        let queue = p.queue(at);
        p.end(queue, Side::Receiver, Some(task), None);
        let it = p.0.resources.last_mut().expect("just made");
        (it.depth, it.sent, it.received) = (Some(2), Some(2), Some(0));
    }
    film(p, seconds, |time, p| {
        let it = &mut p.0.resources[0];
        (it.sent, it.received) = (Some(time / MS + 2), Some(time / MS));
        change(time / MS, p);
    })
}

#[test]
fn messages_stand_while_others_are_taken() {
    let found = two_queues(4, |_, _| {});
    assert_eq!(first(&found), [(3000, "starved_task", 10)]);
    assert_eq!(found[0].1.evidence, Evidence::Statistical);
    assert_eq!(
        found[0].1.summary,
        "task `task10` (spawned at src/app.rs:10:5) never gets to the queue `resource6` (created at src/app.rs:6:5), in which \
         2 messages stood for 3.0 s and more, while it took 3000 from `resource5` (created at src/app.rs:5:5)"
    );
}

#[test]
fn whoever_gets_to_both_is_healthy() {
    let now_and_then = |ms, p: &mut Program| p.0.resources[1].received = Some(ms / 1000);
    assert_eq!(two_queues(8, now_and_then), [], "one message a second");
    let caught_up = |ms, p: &mut Program| {
        p.0.waits.clear();
        if ms % 1000 == 0 {
            let (task, queue) = (p.0.tasks[0].id, p.0.resources[0].id);
            p.waits(task, queue, Op::Recv, 11);
        }
    };
    assert_eq!(two_queues(8, caught_up), [], "the other queue is empty at times, and its turn comes");
    assert_eq!(two_queues(8, |_, p| p.0.resources[1].depth = Some(0)), [], "there is nothing to take");
    let busy = |_, p: &mut Program| p.0.resources[0].received = Some(3);
    assert_eq!(two_queues(8, busy), [], "it works on something else");
    let elsewhere = |_, p: &mut Program| p.0.endpoints[1].owner = None;
    assert_eq!(two_queues(8, elsewhere), [], "somebody else may have the receiver");
    let slow = |ms: u64, p: &mut Program| {
        p.0.threads = vec![Thread { number: 7, delayed: Some(ms * MS / 4), ..Thread::default() }];
    };
    assert_eq!(two_queues(8, slow), [], "with free processors there may be time for both");
    let task = TaskId::new(0, 1);
    let in_a_poll = |ms, p: &mut Program| {
        p.0.endpoints.iter_mut().for_each(|end| end.owner = (ms == 400).then_some(task));
    };
    let found = two_queues(4, in_a_poll);
    assert_eq!(
        first(&found),
        [(3000, "starved_task", 10)],
        "seen once is enough: what is polled is not seen to have it"
    );
}

#[test]
fn it_heals_when_its_turn_comes() {
    let found = two_queues(8, |ms, p| {
        if ms >= 4000 {
            (p.0.resources[1].depth, p.0.resources[1].received) = (Some(0), Some(2));
        }
    });
    assert_eq!(found.last().map(|(at, _)| *at), Some(3800));
}
