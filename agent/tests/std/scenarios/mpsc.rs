//! Queues of many senders and one receiver, with and without room.

use super::sync::mpsc::{
    self, Receiver, RecvError, RecvTimeoutError, SendError, Sender, SyncSender, TryRecvError, TrySendError,
};
use std::time::Duration;

#[test]
fn messages_come_in_their_order() {
    let (tx, rx) = mpsc::channel();
    std::thread::scope(|scope| {
        for sender in 0..3 {
            let tx = tx.clone();
            scope.spawn(move || (0..200).for_each(|i| tx.send((sender, i)).unwrap()));
        }
        drop(tx);
        let mut next = [0; 3];
        for (sender, i) in &rx {
            assert_eq!(i, next[sender]);
            next[sender] += 1;
        }
        assert_eq!(next, [200; 3]);
    });
    assert_eq!((rx.recv(), rx.try_recv()), (Err(RecvError), Err(TryRecvError::Disconnected)));
}

#[test]
fn a_full_queue_has_no_room() {
    let (tx, rx) = mpsc::sync_channel(2);
    assert_eq!(
        (tx.try_send(1), tx.try_send(2), tx.try_send(3)),
        (Ok(()), Ok(()), Err(TrySendError::Full(3)))
    );
    std::thread::scope(|scope| {
        scope.spawn(|| tx.send(4).unwrap());
        assert_eq!(rx.iter().take(3).collect::<Vec<_>>(), [1, 2, 4]);
    });
    assert_eq!(rx.try_iter().count(), 0);
    drop(rx);
    assert_eq!((tx.send(5), tx.try_send(6)), (Err(SendError(5)), Err(TrySendError::Disconnected(6))));
}

#[test]
fn without_room_both_meet() {
    let (tx, rx) = mpsc::sync_channel(0);
    assert_eq!(tx.try_send(1), Err(TrySendError::Full(1)));
    std::thread::scope(|scope| {
        scope.spawn(|| (0..50).for_each(|i| tx.send(i).unwrap()));
        assert_eq!(rx.iter().take(50).sum::<i32>(), 1225);
    });
}

#[test]
fn time_runs_out() {
    let (tx, rx) = mpsc::channel();
    assert_eq!(rx.recv_timeout(Duration::from_millis(1)), Err(RecvTimeoutError::Timeout));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    tx.send(1).unwrap();
    assert_eq!(rx.recv_timeout(Duration::from_millis(1)), Ok(1));
    drop(tx);
    assert_eq!(rx.recv_timeout(Duration::from_millis(1)), Err(RecvTimeoutError::Disconnected));
    let (tx, rx) = mpsc::channel::<u8>();
    drop(rx);
    assert_eq!(tx.send(2), Err(SendError(2)));
}

#[test]
fn what_is_left_can_be_taken() {
    let (tx, rx) = mpsc::channel();
    (0..3).for_each(|i| tx.send(i).unwrap());
    assert_eq!(
        (rx.try_iter().next(), format!("{rx:?}"), format!("{tx:?}")),
        (Some(0), "Receiver { .. }".to_owned(), "Sender { .. }".to_owned())
    );
    drop(tx);
    assert_eq!(rx.into_iter().collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn traits_are_those_of_std() {
    fn everything<T: Send + Sync + Clone>() {}
    fn moves<T: Send + IntoIterator>() {}
    everything::<Sender<u8>>();
    everything::<SyncSender<u8>>();
    moves::<Receiver<u8>>();
}
