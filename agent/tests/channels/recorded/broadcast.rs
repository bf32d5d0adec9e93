//! Who waits for a message, and how many were missed.

use crate::look::{group_at, look, next_line, queue_at, run, until, waits_at};
use taskscope::snapshot::{Detail, Op, ResourceKind, Snapshot, TaskState};
use taskscope::tokio;
use tokio::sync::broadcast;

#[test]
fn a_receiver_is_seen_waiting() {
    run(2, async {
        let made = next_line!();
        let (tx, mut rx) = broadcast::channel(5);
        let line = line!() + 1;
        let receiver = tokio::spawn(async move { (rx.recv().await, rx) });
        let wait = until(|s| waits_at(s, made).into_iter().find(|wait| wait.current));
        assert_eq!((wait.op, wait.place.line, wait.own_waker), (Op::Recv, line, true));
        until(|s| (s.task(wait.task?)?.state == TaskState::Waiting).then_some(()));
        tx.send(1).unwrap();
        let (result, _rx) = receiver.await.unwrap();
        assert_eq!(result, Ok(1));
        assert_eq!(look(made).last_receiver, wait.task);
        let snapshot = Snapshot::read(Detail::Full);
        assert_eq!(waits_at(&snapshot, made), []);
        let group = group_at(&snapshot, made);
        assert_eq!((group.kind, group.wait.count(), group.sent), (ResourceKind::Broadcast, 1, 1));
        assert_eq!(look(made).capacity, Some(8));
    });
}

#[test]
fn messages_that_were_missed_are_counted() {
    let made = next_line!();
    let (tx, mut slow) = broadcast::channel(2);
    let mut slower = tx.subscribe();
    for i in 0..5 {
        tx.send(i).unwrap();
    }
    assert_eq!((look(made).sent, look(made).missed), (Some(5), Some(0)));
    let behind = || {
        let snapshot = Snapshot::read(Detail::Light);
        let channel = queue_at(&snapshot, made).unwrap();
        let mut behind: Vec<u64> = snapshot.ends_of(channel.id).iter().filter_map(|end| end.behind).collect();
        behind.sort_unstable();
        (behind, channel.depth)
    };
    assert_eq!(behind(), (vec![5, 5], Some(2)));
    assert!(slow.try_recv().is_err());
    assert_eq!(look(made).missed, Some(3));
    assert_eq!(slow.try_recv(), Ok(3));
    assert_eq!(behind(), (vec![1, 5], Some(2)));
    assert!(slower.blocking_recv().is_err());
    assert_eq!((look(made).missed, look(made).receivers), (Some(6), Some(2)));
    drop((tx, slow, slower));
    let snapshot = Snapshot::read(Detail::Full);
    assert!(queue_at(&snapshot, made).is_none());
    let group = group_at(&snapshot, made);
    assert_eq!((group.sent, group.missed, group.received), (5, 6, 0));
}
