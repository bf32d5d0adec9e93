//! Senders that wait until nobody receives any more.

use super::program::Program;
use crate::detect::Evidence;
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Op, ResourceKind, Side};

/// A producer stays until its consumer has gone, which waits for the end of the producer. Their channel and the consumer.
fn producer(kind: ResourceKind) -> (Program, ResourceId, TaskId) {
    let mut p = Program::new();
    let (producer, consumer) = (p.task(10, 1), p.task(20, 1));
    let channel = p.queue(1);
    p.0.resource_groups.last_mut().expect("just made").kind = kind;
    p.end(channel, Side::Sender, Some(producer), None);
    p.end(channel, Side::Receiver, Some(consumer), None);
    p.waits(producer, channel, Op::Wait, 11);
    p.joins(consumer, producer, 21);
    (p, channel, consumer)
}

#[test]
fn whoever_has_the_receiver_waits_for_the_one_who_waits_for_its_end() {
    for kind in [ResourceKind::Mpsc, ResourceKind::Oneshot, ResourceKind::Watch] {
        let (p, ..) = producer(kind);
        assert_eq!(p.verdicts(), [("deadlock", 11)], "{kind:?}");
        let finding = &p.findings()[0];
        assert_eq!(finding.evidence, Evidence::Cycle);
        assert!(finding.summary.contains("that only `task20` receives from"), "{}", finding.summary);
    }
}

#[test]
fn a_receiver_that_is_elsewhere_may_go() {
    let (mut p, _, consumer) = producer(ResourceKind::Mpsc);
    let receiver = p.0.endpoints.iter_mut().find(|end| end.side == Side::Receiver).expect("just made");
    (receiver.owner, receiver.last_user) = (None, Some(consumer));
    assert_eq!(p.verdicts(), [], "it was used there, and may be anywhere");
}

/// To be told when somebody aborts it is what such a wait is for.
#[test]
fn a_receiver_whose_task_may_be_aborted_may_go() {
    let (mut p, _, consumer) = producer(ResourceKind::Mpsc);
    p.task_mut(consumer).abortable = true;
    assert_eq!(p.verdicts(), []);
    let awaits = p.task(30, 1);
    p.joins(awaits, consumer, 31);
    assert_eq!(p.verdicts(), [("deadlock", 11)], "who has its handle waits for it");
}

#[test]
fn it_heals_when_the_receiver_goes() {
    let (mut p, channel, consumer) = producer(ResourceKind::Mpsc);
    p.0.resources.iter_mut().filter(|it| it.id == channel).for_each(|it| it.closed = true);
    assert_eq!(p.verdicts(), []);
    let (mut p, ..) = producer(ResourceKind::Mpsc);
    p.0.waits.retain(|wait| wait.task != Some(consumer));
    p.task_mut(consumer).wakers = 2;
    assert_eq!(p.verdicts(), [], "something else wakes the consumer");
}
