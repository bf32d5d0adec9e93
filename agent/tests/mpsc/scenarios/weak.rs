//! Senders that do not keep the queue open.

use super::mpsc;
use crate::poll::{now, polled};

#[test]
fn a_weak_sender_becomes_a_sender() {
    let (tx, mut rx) = mpsc::channel(4);
    let weak = tx.downgrade();
    assert_eq!(format!("{weak:?}"), "WeakSender");
    assert_eq!((tx.strong_count(), tx.weak_count()), (1, 1));
    let second = weak.upgrade().unwrap();
    assert!(second.same_channel(&tx));
    assert_eq!((weak.strong_count(), weak.weak_count()), (2, 1));
    drop(tx);
    now(second.send(1)).unwrap();
    assert_eq!(now(rx.recv()), Some(1));
    let copy = weak.clone();
    assert_eq!((rx.sender_strong_count(), rx.sender_weak_count()), (1, 2));
    drop(weak);
    drop(second);
    assert!(copy.upgrade().is_none());
    assert_eq!((copy.strong_count(), copy.weak_count()), (0, 1));
    assert_eq!(now(rx.recv()), None);
}

#[test]
fn it_does_not_keep_the_queue_open() {
    let (tx, mut rx) = mpsc::channel::<u8>(4);
    let weak = tx.downgrade();
    let mut recv = polled(rx.recv());
    recv.pending();
    drop(tx);
    assert_eq!(recv.ready(), None);
    drop(recv);
    assert!(rx.is_closed() && weak.upgrade().is_none());
}

#[test]
fn an_owned_permit_counts_as_a_sender() {
    let (tx, mut rx) = mpsc::channel(1);
    let weak = tx.downgrade();
    let permit = tx.try_reserve_owned().unwrap();
    let second = weak.upgrade().unwrap();
    drop(permit);
    now(second.send(1)).unwrap();
    drop(second);
    assert_eq!(now(rx.recv()), Some(1));
    assert_eq!(now(rx.recv()), None);
}

#[test]
fn a_receiver_that_closed_does_not_hinder_it() {
    let (tx, mut rx) = mpsc::channel::<u8>(1);
    let weak = tx.downgrade();
    rx.close();
    assert!(weak.upgrade().is_some_and(|tx| tx.is_closed()));
    drop(rx);
    assert!(weak.upgrade().is_some());
    drop(tx);
    assert!(weak.upgrade().is_none());
}

#[test]
fn senders_that_come_and_go_on_many_threads() {
    for _ in 0..200 {
        let (tx, mut rx) = mpsc::channel::<u8>(1);
        let weak = tx.downgrade();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| (0..100).all(|_| weak.upgrade().is_some()));
            }
            scope.spawn(|| drop(tx));
        });
        assert_eq!(now(rx.recv()), None);
        assert_eq!(weak.strong_count(), 0);
    }
}
