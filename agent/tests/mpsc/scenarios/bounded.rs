//! Sending and receiving with a capacity.

use super::mpsc;
use crate::poll::{Wakes, now, panic_of, polled};
use mpsc::error::{SendError, SendTimeoutError, TryRecvError, TrySendError};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[test]
fn messages_come_out_in_the_order_they_went_in() {
    let (tx, mut rx) = mpsc::channel(16);
    for i in 0..16 {
        now(tx.send(i)).unwrap();
    }
    assert_eq!((rx.len(), rx.is_empty(), rx.capacity(), rx.max_capacity()), (16, false, 0, 16));
    assert_eq!((tx.capacity(), tx.max_capacity()), (0, 16));
    assert_eq!(tx.try_send(16), Err(TrySendError::Full(16)));
    for i in 0..16 {
        assert_eq!(now(rx.recv()), Some(i));
    }
    assert_eq!((rx.len(), rx.is_empty(), rx.capacity()), (0, true, 16));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn a_sender_waits_for_room() {
    let (tx, mut rx) = mpsc::channel(1);
    now(tx.send(1)).unwrap();
    let mut second = polled(tx.send(2));
    second.pending();
    assert_eq!(second.wakes(), 0);
    assert_eq!(rx.try_recv(), Ok(1));
    assert_eq!(second.wakes(), 1);
    // The room is the waiting sender's already.
    assert_eq!(tx.try_send(3), Err(TrySendError::Full(3)));
    second.ready().unwrap();
    assert_eq!(rx.try_recv(), Ok(2));
    assert_eq!(tx.capacity(), 1);
}

#[test]
fn senders_are_served_in_the_order_they_came() {
    let (tx, mut rx) = mpsc::channel(1);
    now(tx.send(0)).unwrap();
    let mut waiting: Vec<_> = (1..4).map(|i| polled(tx.send(i))).collect();
    // Polled in another order than made: a place in the line is taken by the first poll.
    for i in [2, 0, 1] {
        waiting[i].pending();
    }
    for i in [2, 0, 1] {
        assert!(rx.try_recv().is_ok());
        for (j, other) in waiting.iter().enumerate() {
            assert!(j != i || other.wakes() == 1, "{i} was not woken");
        }
        waiting[i].ready().unwrap();
    }
    assert_eq!(rx.try_recv(), Ok(2));
}

#[test]
fn a_cancelled_send_sends_nothing_and_loses_its_place() {
    let (tx, mut rx) = mpsc::channel(1);
    now(tx.send(1)).unwrap();
    let value = Arc::new(());
    let (tx2, mut rx2) = mpsc::channel(1);
    now(tx2.send(value.clone())).unwrap();
    let mut waiting = polled(tx2.send(value.clone()));
    waiting.pending();
    assert_eq!(Arc::strong_count(&value), 3);
    drop(waiting);
    assert_eq!(Arc::strong_count(&value), 2);
    assert!(rx2.try_recv().is_ok());
    assert_eq!(rx2.try_recv(), Err(TryRecvError::Empty));

    let (mut first, mut second) = (polled(tx.send(2)), polled(tx.send(3)));
    first.pending();
    second.pending();
    drop(first);
    assert_eq!(rx.try_recv(), Ok(1));
    second.ready().unwrap();
    assert_eq!(rx.try_recv(), Ok(3));
}

#[test]
fn room_that_was_granted_to_a_cancelled_send_goes_to_the_next() {
    let (tx, mut rx) = mpsc::channel(1);
    now(tx.send(1)).unwrap();
    let (mut first, mut second) = (polled(tx.send(2)), polled(tx.send(3)));
    first.pending();
    second.pending();
    assert_eq!(rx.try_recv(), Ok(1));
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    drop(first);
    assert_eq!(second.wakes(), 1);
    second.ready().unwrap();
    assert_eq!(rx.try_recv(), Ok(3));
}

#[test]
fn futures_do_nothing_before_they_are_polled() {
    let (tx, mut rx) = mpsc::channel(1);
    drop(tx.send(1));
    drop(tx.reserve());
    drop(tx.reserve_many(1));
    drop(tx.clone().reserve_owned());
    drop(tx.send_timeout(1, Duration::from_secs(1)));
    assert_eq!((rx.len(), tx.capacity(), tx.strong_count()), (0, 1, 1));
    drop(rx.recv());
    now(tx.send(2)).unwrap();
    drop(rx.recv());
    let mut buffer = Vec::new();
    drop(rx.recv_many(&mut buffer, 8));
    assert_eq!((rx.len(), buffer.len()), (1, 0));
}

#[test]
fn a_future_that_has_returned_may_not_be_polled_again() {
    let (tx, mut rx) = mpsc::channel(4);
    let expected = "`async fn` resumed after completion";
    let mut send = polled(tx.send(1));
    send.ready().unwrap();
    assert_eq!(panic_of(|| _ = send.poll()).0, expected);
    let mut reserve = polled(tx.reserve());
    drop(reserve.ready());
    assert_eq!(panic_of(|| drop(reserve.poll())).0, expected);
    let mut recv = polled(rx.recv());
    assert_eq!(recv.ready(), Some(1));
    assert_eq!(panic_of(|| _ = recv.poll()).0, expected);
}

#[test]
fn the_receiver_is_woken_by_a_message() {
    let (tx, mut rx) = mpsc::channel(4);
    let mut recv = polled(rx.recv());
    recv.pending();
    now(tx.send(1)).unwrap();
    assert_eq!(recv.wakes(), 1);
    assert_eq!(recv.ready(), Some(1));
    drop(recv);
    // A cancelled receive loses nothing.
    let mut recv = polled(rx.recv());
    recv.pending();
    now(tx.send(2)).unwrap();
    drop(recv);
    assert_eq!(rx.try_recv(), Ok(2));
}

#[test]
fn many_are_received_at_once() {
    let (tx, mut rx) = mpsc::channel(8);
    let mut buffer = vec![0];
    assert_eq!(now(rx.recv_many(&mut buffer, 0)), 0);
    polled(rx.recv_many(&mut buffer, 4)).pending();
    for i in 1..=6 {
        now(tx.send(i)).unwrap();
    }
    assert_eq!(now(rx.recv_many(&mut buffer, 4)), 4);
    assert_eq!(tx.capacity(), 6);
    assert_eq!(now(rx.recv_many(&mut buffer, 4)), 2);
    assert_eq!(buffer, [0, 1, 2, 3, 4, 5, 6]);
    drop(tx);
    assert_eq!(now(rx.recv_many(&mut buffer, 4)), 0);
}

#[test]
fn polls_of_the_receiver() {
    let (tx, mut rx) = mpsc::channel(8);
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let cx = &mut Context::from_waker(&waker);
    assert_eq!(rx.poll_recv(cx), Poll::Pending);
    now(tx.send(1)).unwrap();
    assert_eq!(wakes.count(), 1);
    assert_eq!(rx.poll_recv(cx), Poll::Ready(Some(1)));
    let mut buffer = Vec::new();
    assert_eq!(rx.poll_recv_many(cx, &mut buffer, 3), Poll::Pending);
    for i in 2..6 {
        now(tx.send(i)).unwrap();
    }
    assert_eq!(rx.poll_recv_many(cx, &mut buffer, 3), Poll::Ready(3));
    assert_eq!(buffer, [2, 3, 4]);
    drop(tx);
    assert_eq!(rx.poll_recv(cx), Poll::Ready(Some(5)));
    assert_eq!(rx.poll_recv(cx), Poll::Ready(None));
    assert_eq!(rx.poll_recv_many(cx, &mut buffer, 3), Poll::Ready(0));
}

#[tokio::test(start_paused = true)]
async fn a_send_with_a_timeout() {
    let (tx, mut rx) = mpsc::channel(1);
    let short = Duration::from_millis(10);
    assert_eq!(tx.send_timeout(1, short).await, Ok(()));
    assert_eq!(tx.send_timeout(2, short).await, Err(SendTimeoutError::Timeout(2)));
    let (sent, received) = tokio::join!(tx.send_timeout(3, short), async {
        tokio::time::sleep(short / 2).await;
        rx.recv().await
    });
    assert_eq!((sent, received), (Ok(()), Some(1)));
    rx.close();
    assert_eq!(tx.send_timeout(4, short).await, Err(SendTimeoutError::Closed(4)));
    assert_eq!(rx.recv().await, Some(3));
}

#[test]
fn a_timeout_needs_a_clock_only_when_it_is_polled() {
    let (tx, _rx) = mpsc::channel(1);
    let send = tx.send_timeout(1, Duration::from_secs(1));
    assert!(panic_of(|| _ = now(send)).0.contains("no reactor running"));
}

/// How many of `n` messages are received or sent before the task has to yield.
fn before_a_yield<R>(mut one: impl FnMut(&mut Context<'_>) -> Poll<R>) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        tokio::spawn(std::future::ready(())).await.unwrap();
        let mut n = 0;
        std::future::poll_fn(|cx| {
            while one(cx).is_ready() {
                n += 1;
            }
            Poll::Ready(())
        })
        .await;
        n
    })
}

#[test]
fn a_busy_task_has_to_yield() {
    let (tx, mut rx) = mpsc::channel(1000);
    for i in 0..1000 {
        tx.try_send(i).unwrap();
    }
    let received = before_a_yield(|cx| pin!(rx.recv()).poll(cx));
    assert!((100..=128).contains(&received), "{received}");
    let polled = before_a_yield(|cx| rx.poll_recv(cx));
    assert!((100..=128).contains(&polled), "{polled}");
    let sent = before_a_yield(|cx| pin!(tx.send(0)).poll(cx));
    assert!((100..=128).contains(&sent), "{sent}");
    let many = before_a_yield(|cx| {
        let mut buffer = Vec::new();
        pin!(rx.recv_many(&mut buffer, 1)).poll(cx)
    });
    assert!((100..=128).contains(&many), "{many}");
}

#[test]
fn a_capacity_of_nothing_panics_at_the_caller() {
    let line = line!() + 1;
    let (text, at) = panic_of(|| drop(mpsc::channel::<()>(0)));
    assert_eq!((text.as_str(), at), ("mpsc bounded channel requires buffer > 0", line));
    assert!(panic_of(|| drop(mpsc::channel::<()>(usize::MAX))).0.contains("permits"));
}

#[test]
fn messages_need_not_be_sendable_nor_static() {
    let (tx, mut rx) = mpsc::channel(2);
    now(tx.send(Rc::new(1))).unwrap();
    assert_eq!(now(rx.recv()).as_deref(), Some(&1));
    let text = String::from("borrowed");
    let (tx, mut rx) = mpsc::channel::<&str>(2);
    now(tx.send(&text)).unwrap();
    assert_eq!(now(rx.recv()), Some("borrowed"));
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
        let local = tokio::task::LocalSet::new();
        let (tx, mut rx) = mpsc::channel::<Rc<u32>>(2);
        local.spawn_local(async move { tx.send(Rc::new(7)).await });
        assert_eq!(local.run_until(rx.recv()).await.as_deref(), Some(&7));
    });
}

#[test]
fn what_is_left_is_dropped_with_the_queue() {
    let value = Arc::new(());
    let (tx, rx) = mpsc::channel(4);
    for _ in 0..3 {
        tx.try_send(value.clone()).unwrap();
    }
    drop(rx);
    assert_eq!(Arc::strong_count(&value), 1);
    assert_eq!(now(tx.send(value.clone())), Err(SendError(value.clone())));
    drop(tx);
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn they_look_like_tokios() {
    let (tx, rx) = mpsc::channel::<u8>(1);
    assert!(format!("{tx:?}").starts_with("Sender { chan: Tx { inner: Chan {"), "{tx:?}");
    assert!(format!("{rx:?}").starts_with("Receiver { chan: Rx { inner: Chan {"), "{rx:?}");
    assert!(tx.same_channel(&tx.clone()));
    assert!(!tx.same_channel(&mpsc::channel(1).0));
}
