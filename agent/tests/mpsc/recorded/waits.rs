//! Who waits, and who has reserved room.

use crate::look::{group_at, next_line, queue_at, run, until, waits_at};
use std::future::poll_fn;
use std::task::Poll;
use taskscope::snapshot::{Detail, Op, Snapshot, TaskKind, TaskState};
use taskscope::tokio;
use tokio::sync::mpsc;

#[test]
fn both_ends_are_seen_waiting() {
    run(2, async {
        let made = next_line!();
        let (tx, mut rx) = mpsc::channel(1);
        let receiver = tokio::spawn(async move {
            let first = rx.recv().await;
            (first, rx)
        });
        let recv_line = line!() - 3;
        let wait = until(|s| waits_at(s, made).into_iter().find(|wait| wait.current));
        assert_eq!((wait.op, wait.place.line, wait.own_waker, wait.amount), (Op::Recv, recv_line, true, 1));
        until(|s| (s.task(wait.task?)?.state == TaskState::Waiting).then_some(()));
        tx.send(1).await.unwrap();
        let (_, mut rx) = receiver.await.unwrap();

        tx.send(2).await.unwrap();
        let send_line = line!() + 1;
        let sender = tokio::spawn(async move { tx.send(3).await });
        let wait = until(|s| waits_at(s, made).into_iter().find(|wait| wait.current));
        assert_eq!((wait.op, wait.place.line, wait.own_waker, wait.amount), (Op::Send, send_line, true, 1));
        assert_eq!(rx.recv().await, Some(2));
        sender.await.unwrap().unwrap();
        assert_eq!(rx.recv().await, Some(3));
        let snapshot = Snapshot::read(Detail::Full);
        assert_eq!(waits_at(&snapshot, made), []);
        let group = group_at(&snapshot, made);
        assert_eq!((group.wait.count(), group.send_wait.count()), (1, 1));
    });
}

#[test]
fn a_cancelled_wait_ends() {
    let made = next_line!();
    let (tx, mut rx) = mpsc::channel(1);
    run(1, async {
        tokio::select! {
            biased;
            _ = rx.recv() => panic!("nothing was sent"),
            () = tokio::task::yield_now() => {}
        }
        tx.send(1).await.unwrap();
        tokio::select! {
            biased;
            _ = tx.send(2) => panic!("there is no room"),
            _ = tx.reserve_many(1) => panic!("there is no room"),
            () = tokio::task::yield_now() => {}
        }
    });
    let snapshot = Snapshot::read(Detail::Full);
    assert_eq!(waits_at(&snapshot, made), []);
    let group = group_at(&snapshot, made);
    assert_eq!((group.wait.count(), group.send_wait.count()), (1, 2));
}

#[test]
fn to_yield_is_not_to_wait() {
    let made = next_line!();
    let (tx, mut rx) = mpsc::channel(1000);
    run(1, async move {
        tokio::spawn(async move {
            for i in 0..1000 {
                tx.send(i).await.unwrap();
            }
            for i in 0..1000 {
                assert_eq!(rx.recv().await, Some(i));
            }
            // Forced yields left no record; a wait does, from a poll that still had budget.
            let snapshot = Snapshot::read(Detail::Full);
            let group = group_at(&snapshot, made);
            assert_eq!((group.wait.count(), group.send_wait.count()), (0, 0));
            poll_fn(|cx| {
                assert!(rx.poll_recv(cx).is_pending());
                Poll::Ready(())
            })
            .await;
            assert_eq!(waits_at(&Snapshot::read(Detail::Full), made).len(), 1);
            tx.send(1).await.unwrap();
            assert_eq!(rx.try_recv(), Ok(1));
            assert_eq!(waits_at(&Snapshot::read(Detail::Full), made), []);
        })
        .await
        .unwrap();
    });
    assert_eq!(group_at(&Snapshot::read(Detail::Full), made).wait.count(), 1);
}

#[test]
fn a_blocked_thread_is_seen_waiting() {
    run(1, async {
        let made = next_line!();
        let (tx, mut rx) = mpsc::channel(1);
        let blocked = tokio::task::spawn_blocking(move || (rx.blocking_recv(), rx));
        let wait = until(|s| waits_at(s, made).pop());
        assert_eq!((wait.op, wait.place.line), (Op::Recv, made.1 + 1));
        let snapshot = Snapshot::read(Detail::Light);
        let task = snapshot.task(wait.task.unwrap()).unwrap();
        assert_eq!((snapshot.group_of(task).kind, task.state), (TaskKind::Blocking, TaskState::Running));
        tx.send(1).await.unwrap();
        let (_, mut rx) = blocked.await.unwrap();

        tx.send(2).await.unwrap();
        let blocked = tokio::task::spawn_blocking(move || tx.blocking_send(3));
        let wait = until(|s| waits_at(s, made).pop());
        assert_eq!(wait.op, Op::Send);
        assert_eq!(rx.recv().await, Some(2));
        blocked.await.unwrap().unwrap();
        let snapshot = Snapshot::read(Detail::Full);
        let (group, queue) = (group_at(&snapshot, made), queue_at(&snapshot, made).unwrap());
        assert_eq!((group.wait.count(), group.send_wait.count()), (1, 1));
        assert_eq!((queue.sent, queue.received, queue.depth), (Some(3), Some(2), Some(1)));
    });
}

#[test]
fn to_wait_for_the_end_is_no_send() {
    let made = next_line!();
    let (tx, rx) = mpsc::channel::<u8>(1);
    run(1, async move {
        let closed = tokio::spawn(async move { tx.closed().await });
        let wait = until(|s| waits_at(s, made).into_iter().find(|wait| wait.current));
        assert_eq!((wait.op, wait.own_waker), (Op::Wait, true));
        drop(rx);
        closed.await.unwrap();
    });
    let snapshot = Snapshot::read(Detail::Full);
    let group = group_at(&snapshot, made);
    assert_eq!((group.wait.count(), group.send_wait.count()), (0, 0));
}

#[test]
fn reserved_room_has_a_holder() {
    run(1, async {
        let made = next_line!();
        let (tx, _rx) = mpsc::channel(8);
        let holds = move |n: usize| {
            let snapshot = Snapshot::read(Detail::Full);
            let queue = queue_at(&snapshot, made).unwrap();
            let holds: Vec<_> =
                snapshot.holds.iter().filter(|hold| hold.resource == queue.id).cloned().collect();
            assert_eq!(holds.len(), n);
            assert_eq!(queue.permits_out, Some(holds.iter().map(|hold| u64::from(hold.amount)).sum()));
            holds
        };
        holds(0);
        let holder = tokio::spawn(async move {
            let (mut many, one_line) = (tx.reserve_many(3).await.unwrap(), line!() + 1);
            let one = tx.reserve().await.unwrap();
            let found = holds(2);
            assert!(found.iter().all(|hold| hold.task.is_some()));
            assert!(found.iter().any(|hold| hold.amount == 3 && hold.place.line == one_line - 1));
            assert!(found.iter().any(|hold| hold.amount == 1 && hold.place.line == one_line));
            let first = many.next().unwrap();
            assert_eq!(holds(3).iter().map(|hold| hold.amount).max(), Some(2));
            drop(many);
            holds(2);
            first.send(1);
            drop(one);
            holds(0);
            let owned = tx.reserve_owned().await.unwrap();
            holds(1);
            let tx = owned.release();
            holds(0);
            tx.try_reserve_owned().unwrap().send(2);
            holds(0);
        });
        holder.await.unwrap();
    });
}
