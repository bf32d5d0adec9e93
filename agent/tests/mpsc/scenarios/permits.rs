//! Room that is reserved.

use super::mpsc;
use crate::poll::{now, polled};
use mpsc::error::{SendError, TrySendError};

#[test]
fn a_permit_is_room_for_one() {
    let (tx, mut rx) = mpsc::channel(2);
    let permit = now(tx.reserve()).unwrap();
    assert_eq!((tx.capacity(), rx.capacity(), rx.len()), (1, 1, 0));
    assert!(format!("{permit:?}").starts_with("Permit { chan: Tx {"), "{permit:?}");
    let second = tx.try_reserve().unwrap();
    assert_eq!(tx.try_reserve().map(drop), Err(TrySendError::Full(())));
    let mut waiting = polled(tx.reserve());
    waiting.pending();
    drop(second);
    assert_eq!(waiting.wakes(), 1);
    let third = waiting.ready().unwrap();
    third.send(3);
    permit.send(1);
    assert_eq!((rx.try_recv(), rx.try_recv()), (Ok(3), Ok(1)));
    assert_eq!(tx.capacity(), 2);
    rx.close();
    assert_eq!(tx.try_reserve().map(drop), Err(TrySendError::Closed(())));
}

#[test]
fn permits_come_in_numbers() {
    let (tx, mut rx) = mpsc::channel(4);
    let mut permits = now(tx.reserve_many(3)).unwrap();
    assert_eq!((permits.len(), permits.size_hint(), tx.capacity()), (3, (3, Some(3)), 1));
    assert!(format!("{permits:?}").contains("capacity: 3"), "{permits:?}");
    permits.next().unwrap().send(1);
    drop(permits.next());
    assert_eq!((permits.len(), tx.capacity()), (1, 2));
    drop(permits);
    assert_eq!(tx.capacity(), 3);
    assert_eq!(rx.try_recv(), Ok(1));

    assert_eq!(now(tx.reserve_many(5)).map(drop), Err(SendError(())));
    assert_eq!(tx.try_reserve_many(5).map(drop), Err(TrySendError::Full(())));
    assert_eq!(now(tx.reserve_many(0)).unwrap().count(), 0);
    let mut none = tx.try_reserve_many(0).unwrap();
    assert!(none.next().is_none() && none.next().is_none());
    let all = tx.try_reserve_many(4).unwrap();
    assert_eq!(tx.try_reserve_many(1).map(drop), Err(TrySendError::Full(())));
    for (i, permit) in all.enumerate() {
        permit.send(i);
    }
    assert_eq!(rx.len(), 4);
    rx.close();
    assert_eq!(tx.try_reserve_many(1).map(drop), Err(TrySendError::Closed(())));
}

#[test]
fn many_permits_are_waited_for_together() {
    let (tx, mut rx) = mpsc::channel(3);
    for i in 0..3 {
        tx.try_send(i).unwrap();
    }
    let mut many = polled(tx.reserve_many(2));
    many.pending();
    rx.try_recv().unwrap();
    many.pending();
    // It stands in line before this one.
    assert_eq!(tx.try_send(9), Err(TrySendError::Full(9)));
    rx.try_recv().unwrap();
    let mut permits = many.ready().unwrap();
    permits.next().unwrap().send(3);
    permits.next().unwrap().send(4);
    assert!(permits.next().is_none());
    assert_eq!((rx.try_recv(), rx.try_recv(), rx.try_recv()), (Ok(2), Ok(3), Ok(4)));
}

#[test]
fn an_owned_permit_has_the_sender_inside() {
    let (tx, mut rx) = mpsc::channel(1);
    let (other, _other_rx) = mpsc::channel::<u32>(1);
    let permit = now(tx.reserve_owned()).unwrap();
    assert!(format!("{permit:?}").starts_with("OwnedPermit { chan: Some(Tx {"), "{permit:?}");
    assert!(!permit.same_channel_as_sender(&other));
    assert!(permit.same_channel(&permit) && !permit.same_channel(&now(other.reserve_owned()).unwrap()));
    let tx = permit.send(1);
    let Err(TrySendError::Full(tx)) = tx.try_reserve_owned() else { panic!("there is no room") };
    assert_eq!(rx.try_recv(), Ok(1));
    let permit = tx.try_reserve_owned().unwrap();
    assert_eq!(rx.capacity(), 0);
    let tx = permit.release();
    assert_eq!((rx.capacity(), tx.strong_count()), (1, 1));
    let permit = tx.clone().try_reserve_owned().unwrap();
    assert!(permit.same_channel_as_sender(&tx));
    assert_eq!(tx.strong_count(), 2);
    drop(permit);
    assert_eq!((tx.strong_count(), tx.capacity()), (1, 1));
    rx.close();
    let Err(TrySendError::Closed(tx)) = tx.try_reserve_owned() else { panic!("it is closed") };
    assert!(now(tx.reserve_owned()).is_err());
    assert_eq!(rx.try_recv(), Err(mpsc::error::TryRecvError::Disconnected));
}

#[test]
fn a_cancelled_owned_reservation_drops_the_sender() {
    let (tx, mut rx) = mpsc::channel(1);
    tx.try_send(1).unwrap();
    let mut waiting = polled(tx.reserve_owned());
    waiting.pending();
    assert_eq!(rx.sender_strong_count(), 1);
    drop(waiting);
    assert_eq!(now(rx.recv()), Some(1));
    assert_eq!(now(rx.recv()), None);
}

#[test]
fn the_last_owned_permit_keeps_the_queue_open() {
    let (tx, mut rx) = mpsc::channel::<u8>(1);
    let permit = tx.try_reserve_owned().unwrap();
    let mut recv = polled(rx.recv());
    recv.pending();
    drop(permit);
    assert_eq!(recv.ready(), None);
}
