//! Queues without a capacity.

use super::mpsc;
use crate::poll::{Wakes, now, polled};
use mpsc::error::{SendError, TryRecvError};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

#[test]
fn there_is_always_room() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    for i in 0..1000 {
        tx.send(i).unwrap();
    }
    assert_eq!((rx.len(), rx.is_empty()), (1000, false));
    let mut buffer = Vec::new();
    assert_eq!(now(rx.recv_many(&mut buffer, 10)), 10);
    assert_eq!(now(rx.recv()), Some(10));
    assert_eq!(rx.try_recv(), Ok(11));
    drop(tx);
    assert_eq!(now(rx.recv_many(&mut buffer, 10_000)), 988);
    assert_eq!(now(rx.recv()), None);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
}

#[test]
fn the_receiver_closes() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    tx.send(1).unwrap();
    let mut closed = polled(tx.closed());
    closed.pending();
    assert!(!tx.is_closed() && !rx.is_closed());
    rx.close();
    closed.ready();
    assert!(tx.is_closed() && rx.is_closed());
    assert_eq!(tx.send(2), Err(SendError(2)));
    assert_eq!(now(rx.recv()), Some(1));
    assert_eq!(now(rx.recv()), None);
}

#[test]
fn the_receiver_is_woken() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    let mut recv = polled(rx.recv());
    recv.pending();
    tx.send(Rc::new(1)).unwrap();
    assert_eq!(recv.wakes(), 1);
    assert_eq!(recv.ready().as_deref(), Some(&1));
    drop(recv);
    let mut recv = polled(rx.recv());
    recv.pending();
    drop(tx);
    assert_eq!(recv.ready(), None);
}

#[test]
fn polls_of_the_receiver() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let cx = &mut Context::from_waker(&waker);
    let mut buffer = Vec::new();
    assert_eq!(rx.poll_recv(cx), Poll::Pending);
    assert_eq!(rx.poll_recv_many(cx, &mut buffer, 3), Poll::Pending);
    for i in 0..4 {
        tx.send(i).unwrap();
    }
    assert_eq!(wakes.count(), 1);
    assert_eq!(rx.poll_recv(cx), Poll::Ready(Some(0)));
    assert_eq!(rx.poll_recv_many(cx, &mut buffer, 3), Poll::Ready(3));
    assert_eq!(buffer, [1, 2, 3]);
    rx.close();
    assert_eq!(rx.poll_recv(cx), Poll::Ready(None));
}

#[test]
fn senders_are_counted() {
    let (tx, rx) = mpsc::unbounded_channel::<u8>();
    let second = tx.clone();
    let weak = tx.downgrade();
    assert!(tx.same_channel(&second) && !tx.same_channel(&mpsc::unbounded_channel().0));
    assert_eq!((tx.strong_count(), tx.weak_count()), (2, 1));
    assert_eq!((weak.strong_count(), weak.weak_count()), (2, 1));
    assert_eq!((rx.sender_strong_count(), rx.sender_weak_count()), (2, 1));
    drop((tx, second));
    assert!(weak.upgrade().is_none() && rx.is_closed());
}

#[test]
fn what_is_left_is_dropped_with_the_receiver() {
    let value = Arc::new(());
    let (tx, rx) = mpsc::unbounded_channel();
    for _ in 0..100 {
        tx.send(value.clone()).unwrap();
    }
    drop(rx);
    assert_eq!(Arc::strong_count(&value), 1);
    assert!(tx.send(value.clone()).is_err());
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn they_look_like_tokios() {
    let (tx, rx) = mpsc::unbounded_channel::<u8>();
    assert!(format!("{tx:?}").starts_with("UnboundedSender { chan: Tx { inner: Chan {"), "{tx:?}");
    assert!(format!("{rx:?}").starts_with("UnboundedReceiver { chan: Rx { inner: Chan {"), "{rx:?}");
    assert_eq!(format!("{:?}", tx.downgrade()), "WeakUnboundedSender");
}
