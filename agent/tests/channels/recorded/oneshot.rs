//! Who waits for the value, and what became of it.

use crate::look::{group_at, look, next_line, queue_at, run, until, waits_at};
use crate::poll::{panic_of, polled};
use std::pin::pin;
use taskscope::snapshot::{Detail, Op, ResourceKind, Snapshot, TaskKind, TaskState};
use taskscope::tokio;
use tokio::sync::oneshot;

/// The lines of the awaits inside are known, since the module is a pool.
#[taskscope::instrument_pool]
mod awaits {
    use tokio::sync::oneshot::Receiver;

    pub(super) const LINE: u32 = line!() + 4;

    pub(super) async fn value(rx: Receiver<u8>, direct: bool) -> u8 {
        if direct {
            rx.await.unwrap()
        } else {
            tokio::select! {
                biased;
                value = rx => value.unwrap(),
                () = std::future::pending() => 0,
            }
        }
    }
}

#[test]
fn a_receiver_is_seen_waiting_where_it_is_awaited() {
    run(2, async {
        for direct in [true, false] {
            let made = next_line!();
            let (tx, rx) = oneshot::channel();
            let receiver = tokio::spawn(awaits::value(rx, direct));
            let wait =
                until(|s| waits_at(s, made).into_iter().find(|wait| wait.current && wait.place.line > 0));
            assert_eq!((wait.op, wait.own_waker, wait.amount), (Op::Recv, true, 1));
            assert_eq!(wait.place.file, file!());
            let line = if direct { awaits::LINE } else { awaits::LINE + 4 };
            assert_eq!(wait.place.line, line);
            until(|s| (s.task(wait.task?)?.state == TaskState::Waiting).then_some(()));
            assert!(
                until(|s| Some(s.at.saturating_sub(wait.since)).filter(|waited| *waited > 1_000_000)) > 0
            );
            tx.send(1).unwrap();
            assert_eq!(receiver.await.unwrap(), 1);
            let snapshot = Snapshot::read(Detail::Full);
            let group = group_at(&snapshot, made);
            assert_eq!(group.kind, ResourceKind::Oneshot);
            let times = if direct { 1 } else { 2 };
            assert_eq!((group.wait.count(), group.sent, group.received), (times, times, times));
            assert!(queue_at(&snapshot, made).is_none(), "the slot is free again");
        }
    });
}

#[test]
fn the_ends_are_known() {
    run(1, async {
        let made = next_line!();
        let (tx, mut rx) = oneshot::channel();
        let channel = look(made);
        assert_eq!((channel.senders, channel.receivers, channel.depth), (Some(1), Some(1), Some(0)));
        let sender = tokio::spawn(async move {
            tx.send(1).unwrap();
            tokio::task::try_id()
        });
        sender.await.unwrap();
        let channel = look(made);
        assert_eq!((channel.senders, channel.depth, channel.closed), (Some(0), Some(1), true));
        assert!(channel.last_sender.is_some());
        assert_eq!(rx.try_recv(), Ok(1));
        let snapshot = Snapshot::read(Detail::Full);
        assert!(queue_at(&snapshot, made).is_none(), "the receiver was of no more use");
        assert_eq!(group_at(&snapshot, made).received, 1);
    });
}

#[test]
fn a_message_is_timed() {
    let made = next_line!();
    let pairs: Vec<_> = (0..64).map(|_| oneshot::channel()).collect();
    for (tx, mut rx) in pairs {
        tx.send(()).unwrap();
        rx.try_recv().unwrap();
    }
    let dwell = group_at(&Snapshot::read(Detail::Full), made).dwell.count();
    assert!((1..=64).contains(&dwell), "{dwell} of 64");
}

#[test]
fn to_wait_for_the_end_of_the_receiver_is_no_send() {
    run(1, async {
        let made = next_line!();
        let (mut tx, rx) = oneshot::channel::<u8>();
        let line = line!() + 1;
        let closed = tokio::spawn(async move { tx.closed().await });
        let wait = until(|s| waits_at(s, made).into_iter().find(|wait| wait.current));
        assert_eq!((wait.op, wait.place.line), (Op::Wait, line));
        drop(rx);
        closed.await.unwrap();
        assert_eq!(group_at(&Snapshot::read(Detail::Full), made).wait.count(), 0);
    });
}

#[test]
fn a_poll_for_the_end_waits_until_the_sender_is_gone() {
    let made = next_line!();
    let (mut tx, mut rx) = oneshot::channel::<u8>();
    polled(std::future::poll_fn(|cx| tx.poll_closed(cx))).pending();
    polled(&mut rx).pending();
    assert_eq!(waits_at(&Snapshot::read(Detail::Full), made).len(), 2);
    tx.send(1).unwrap();
    let [wait] = &waits_at(&Snapshot::read(Detail::Full), made)[..] else { panic!("one wait") };
    assert_eq!(wait.op, Op::Recv);
    assert_eq!(polled(&mut rx).ready(), Ok(1));
    assert_eq!(waits_at(&Snapshot::read(Detail::Full), made), []);
    let (message, _) = panic_of(|| assert!(pin!(polled(&mut rx)).poll().is_ready()));
    assert_eq!(message, "called after complete");
}

#[test]
fn a_blocked_thread_is_seen_waiting() {
    run(1, async {
        let made = next_line!();
        let (tx, rx) = oneshot::channel();
        let line = line!() + 1;
        let blocked = tokio::task::spawn_blocking(move || rx.blocking_recv());
        let wait = until(|s| waits_at(s, made).pop());
        assert_eq!((wait.op, wait.place.line), (Op::Recv, line));
        let snapshot = Snapshot::read(Detail::Light);
        assert_eq!(snapshot.group_of(snapshot.task(wait.task.unwrap()).unwrap()).kind, TaskKind::Blocking);
        tx.send(1).unwrap();
        assert_eq!(blocked.await.unwrap(), Ok(1));
    });
}

#[test]
fn a_channel_says_nothing_of_the_one_before() {
    run(1, async {
        let made = (file!(), line!() + 3);
        let mut ids = Vec::new();
        for round in 0..3 {
            let (tx, rx) = oneshot::channel();
            let channel = look(made);
            assert_eq!((channel.sent, channel.received, channel.depth), (Some(0), Some(0), Some(0)));
            assert_eq!((channel.last_sender, channel.last_receiver, channel.closed), (None, None, false));
            ids.push(channel.id);
            // The last end is gone on this thread, on another one, and unused.
            let end = move |mut rx: oneshot::Receiver<u8>| {
                tx.send(round).unwrap();
                rx.try_recv().unwrap()
            };
            match round {
                0 => assert_eq!(end(rx), 0),
                1 => assert_eq!(std::thread::spawn(move || end(rx)).join().unwrap(), 1),
                _ => drop((end, rx)),
            }
            assert!(queue_at(&Snapshot::read(Detail::Full), made).is_none());
        }
        ids.dedup();
        assert_eq!(ids.len(), 3, "one id for two channels");
        let group = group_at(&Snapshot::read(Detail::Full), made).clone();
        assert_eq!((group.created, group.sent, group.received), (3, 2, 2));
    });
}
