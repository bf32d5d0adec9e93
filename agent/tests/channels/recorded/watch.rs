//! Who waits for a new value, and who gave the last one.

use crate::look::{group_at, look, next_line, run, until, waits_at};
use taskscope::snapshot::{Detail, Op, ResourceKind, Snapshot, TaskState};
use taskscope::tokio;
use tokio::sync::watch;

#[test]
fn a_receiver_is_seen_waiting() {
    run(2, async {
        let made = next_line!();
        let (tx, mut rx) = watch::channel(0);
        let line = line!() + 2;
        let receiver = tokio::spawn(async move {
            rx.changed().await.unwrap();
            *rx.wait_for(|value| *value == 2).await.unwrap()
        });
        for (line, value) in [(line, 1), (line + 1, 2)] {
            let at = |s: &Snapshot| waits_at(s, made).into_iter().find(|w| w.current && w.place.line == line);
            let wait = until(at);
            assert_eq!((wait.op, wait.own_waker), (Op::Changed, true));
            until(|s| (s.task(wait.task?)?.state == TaskState::Waiting).then_some(()));
            tx.send(value).unwrap();
        }
        assert_eq!(receiver.await.unwrap(), 2);
        let snapshot = Snapshot::read(Detail::Full);
        assert_eq!(waits_at(&snapshot, made), []);
        let group = group_at(&snapshot, made);
        assert_eq!((group.kind, group.wait.count(), group.sent), (ResourceKind::Watch, 2, 2));
    });
}

#[test]
fn who_used_it_last_is_known() {
    run(1, async {
        let made = next_line!();
        let (tx, mut rx) = watch::channel(0);
        let receiver = tokio::spawn(async move {
            rx.changed().await.unwrap();
            rx
        });
        let wait = until(|s| waits_at(s, made).into_iter().find(|wait| wait.current));
        let sender = tokio::spawn(async move {
            tx.send_modify(|value| *value += 1);
            tx
        });
        let tx = sender.await.unwrap();
        let rx = receiver.await.unwrap();
        let channel = look(made);
        assert_eq!(channel.last_receiver, wait.task);
        assert!(channel.last_sender.is_some() && channel.last_sender != wait.task);
        assert_eq!((channel.senders, channel.receivers, channel.closed), (Some(1), Some(1), false));
        drop(rx);
        assert_eq!((look(made).receivers, look(made).closed), (Some(0), false));
        let again = tx.subscribe();
        assert_eq!(look(made).receivers, Some(1));
        drop(tx);
        assert!(look(made).closed);
        drop(again);
    });
}

#[test]
fn what_panics_is_no_new_value() {
    let made = next_line!();
    let (tx, _rx) = watch::channel(0);
    let (message, _) = crate::poll::panic_of(|| tx.send_modify(|_| panic!("not today")));
    assert_eq!(message, "not today");
    assert_eq!(look(made).sent, Some(0));
}
