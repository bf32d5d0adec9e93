//! How queues are closed.

use super::mpsc;
use crate::poll::{now, polled};
use mpsc::error::{SendError, TryRecvError, TrySendError};

#[test]
fn the_receiver_closes() {
    let (tx, mut rx) = mpsc::channel(2);
    now(tx.send(1)).unwrap();
    let mut closed = polled(tx.closed());
    closed.pending();
    rx.close();
    assert_eq!(closed.wakes(), 1);
    closed.ready();
    now(tx.closed());
    assert!(tx.is_closed() && rx.is_closed());
    assert_eq!(now(tx.send(2)), Err(SendError(2)));
    assert_eq!(tx.try_send(2), Err(TrySendError::Closed(2)));
    assert!(now(tx.reserve()).is_err());
    // What was sent before can be received.
    assert_eq!(now(rx.recv()), Some(1));
    assert_eq!(now(rx.recv()), None);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
    rx.close();
}

#[test]
fn the_receiver_is_dropped() {
    let (tx, rx) = mpsc::channel(1);
    now(tx.send(1)).unwrap();
    let mut waiting = polled(tx.send(2));
    let mut closed = polled(tx.closed());
    waiting.pending();
    closed.pending();
    drop(rx);
    assert_eq!((waiting.wakes(), closed.wakes()), (1, 1));
    assert_eq!(waiting.ready(), Err(SendError(2)));
    closed.ready();
}

#[test]
fn the_last_sender_is_dropped() {
    let (tx, mut rx) = mpsc::channel(4);
    let second = tx.clone();
    assert_eq!((tx.strong_count(), rx.sender_strong_count()), (2, 2));
    now(tx.send(1)).unwrap();
    drop(tx);
    assert!(!rx.is_closed());
    assert_eq!(now(rx.recv()), Some(1));
    let mut recv = polled(rx.recv());
    recv.pending();
    drop(second);
    assert_eq!(recv.wakes(), 1);
    assert_eq!(recv.ready(), None);
    drop(recv);
    assert!(rx.is_closed());
    assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
    assert_eq!(now(rx.recv()), None);
}

#[test]
fn a_permit_that_is_out_keeps_a_closed_queue_waiting() {
    let (tx, mut rx) = mpsc::channel(2);
    let permit = now(tx.reserve()).unwrap();
    let second = now(tx.reserve()).unwrap();
    rx.close();
    let mut recv = polled(rx.recv());
    recv.pending();
    permit.send(1);
    assert_eq!(recv.ready(), Some(1));
    drop(recv);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    let mut recv = polled(rx.recv());
    recv.pending();
    drop(second);
    assert_eq!(recv.wakes(), 1);
    assert_eq!(recv.ready(), None);
}

#[test]
fn a_cancelled_reservation_lets_a_closed_queue_end() {
    let (tx, mut rx) = mpsc::channel::<u8>(3);
    let permit = now(tx.reserve()).unwrap();
    let mut many = polled(tx.reserve_many(3));
    many.pending();
    rx.close();
    let mut recv = polled(rx.recv());
    recv.pending();
    drop(permit);
    drop(many);
    assert!(recv.wakes() > 0);
    assert_eq!(recv.ready(), None);
}

#[test]
fn a_permit_sends_into_a_queue_without_a_receiver() {
    let (tx, rx) = mpsc::channel(1);
    let permit = now(tx.reserve()).unwrap();
    drop(rx);
    permit.send(std::sync::Arc::new(1));
    assert!(tx.is_closed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everyone_gets_to_know() {
    let (tx, mut rx) = mpsc::channel(1);
    let senders: Vec<_> = (0..8)
        .map(|i| {
            let tx = tx.clone();
            tokio::spawn(async move {
                let mut sent = 0;
                while tx.send(i).await.is_ok() {
                    sent += 1;
                }
                tx.closed().await;
                sent
            })
        })
        .collect();
    drop(tx);
    let mut received = 0;
    for _ in 0..1000 {
        rx.recv().await.unwrap();
        received += 1;
    }
    rx.close();
    while rx.recv().await.is_some() {
        received += 1;
    }
    let mut sent = 0;
    for sender in senders {
        sent += sender.await.unwrap();
    }
    assert_eq!(sent, received);
}
