//! Queues, their ends, and what chooses among several.

use super::queues;
use super::queues::{
    Receiver, RecvError, RecvTimeoutError, Select, SendTimeoutError, Sender, TryRecvError, TrySendError,
    bounded, never, select, select_biased, unbounded,
};
use std::thread;
use std::time::{Duration, Instant};

const SHORT: Duration = Duration::from_millis(5);

#[test]
fn room_and_none() {
    let (sender, receiver) = bounded(1);
    assert_eq!((sender.capacity(), receiver.capacity(), sender.is_empty()), (Some(1), Some(1), true));
    assert_eq!(sender.send(1), Ok(()));
    assert_eq!((sender.is_full(), receiver.is_full(), sender.len(), receiver.len()), (true, true, 1, 1));
    assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
    assert_eq!(sender.send_timeout(2, SHORT), Err(SendTimeoutError::Timeout(2)));
    assert_eq!(sender.send_deadline(2, Instant::now() + SHORT), Err(SendTimeoutError::Timeout(2)));
    assert_eq!((receiver.recv(), receiver.is_empty()), (Ok(1), true));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(receiver.recv_timeout(SHORT), Err(RecvTimeoutError::Timeout));
    assert_eq!(receiver.recv_deadline(Instant::now() + SHORT), Err(RecvTimeoutError::Timeout));
    assert_eq!(sender.send_timeout(3, SHORT), Ok(()));
    assert_eq!(receiver.recv_timeout(SHORT), Ok(3));
    let (other, _receiver) = bounded::<u8>(1);
    assert!(sender.same_channel(&sender.clone()) && receiver.same_channel(&receiver.clone()));
    assert!(!other.same_channel(&bounded(1).0));
    assert_eq!(format!("{sender:?} {receiver:?}"), "Sender { .. } Receiver { .. }");
}

#[test]
fn the_end_of_a_queue() {
    let (sender, receiver) = unbounded();
    let (two, three) = (sender.clone(), receiver.clone());
    drop((sender, receiver));
    assert_eq!((two.capacity(), two.send(1)), (None, Ok(())));
    drop(two);
    assert_eq!((three.recv(), three.recv()), (Ok(1), Err(RecvError)));
    assert_eq!(three.try_recv(), Err(TryRecvError::Disconnected));
    assert_eq!(three.recv_timeout(SHORT), Err(RecvTimeoutError::Disconnected));
    let (sender, receiver) = bounded(1);
    drop(receiver);
    assert_eq!(sender.send(1).unwrap_err().into_inner(), 1);
    assert_eq!(sender.try_send(1), Err(TrySendError::Disconnected(1)));
    assert_eq!(sender.send_timeout(1, SHORT), Err(SendTimeoutError::Disconnected(1)));
}

#[test]
fn no_room_at_all() {
    let (sender, receiver) = bounded(0);
    assert_eq!(sender.try_send(1), Err(TrySendError::Full(1)));
    thread::scope(|scope| {
        scope.spawn(|| (0..100).for_each(|n| sender.send(n).unwrap()));
        assert_eq!((0..100).map(|_| receiver.recv().unwrap()).sum::<i32>(), 4950);
    });
}

#[test]
fn iterators() {
    let (sender, receiver) = unbounded();
    (0..4).for_each(|n| sender.send(n).unwrap());
    assert_eq!(receiver.try_iter().take(1).collect::<Vec<_>>(), [0]);
    assert_eq!(receiver.iter().take(1).collect::<Vec<_>>(), [1]);
    drop(sender);
    assert_eq!((&receiver).into_iter().next(), Some(2));
    assert_eq!(receiver.into_iter().collect::<Vec<_>>(), [3]);
}

#[test]
fn many_at_both_ends() {
    let (sender, receiver) = bounded(3);
    let total: u32 = thread::scope(|scope| {
        let takers: Vec<_> =
            (0..3).map(|_| receiver.clone()).map(|end| scope.spawn(move || end.iter().sum())).collect();
        for end in (0..3).map(|_| sender.clone()) {
            scope.spawn(move || (1..=100).for_each(|n| end.send(n).unwrap()));
        }
        drop((sender, receiver));
        takers.into_iter().map(|taker| -> u32 { taker.join().unwrap() }).sum()
    });
    assert_eq!(total, 3 * 5050);
}

/// What a program does that keeps a timer where there may be a queue.
fn or_never<T>(receiver: Option<&Receiver<T>>) -> Receiver<T> {
    receiver.cloned().unwrap_or_else(never)
}

#[test]
fn timers() {
    let start = Instant::now();
    let at: Instant = queues::after(SHORT).recv().unwrap();
    assert!(at >= start + SHORT);
    assert!(queues::at(start).recv().is_ok());
    assert_eq!(queues::tick(SHORT).iter().take(2).count(), 2);
    assert_eq!(or_never::<u8>(None).try_recv(), Err(TryRecvError::Empty));
}

fn first(left: &Receiver<u8>, right: &Receiver<u8>, out: &Sender<u8>) -> &'static str {
    select! {
        recv(left) -> message => if message == Ok(1) { "left" } else { "left is closed" },
        recv(right) -> message => if message == Ok(2) { "right" } else { "right is closed" },
        send(out, 3) -> result => if result.is_ok() { "sent" } else { "nobody receives" },
        default(SHORT) => "nothing",
    }
}

#[test]
fn one_of_several() {
    let (left_in, left) = bounded(1);
    let (right_in, right) = unbounded();
    let (out, sent) = bounded(1);
    out.send(0).unwrap();
    assert_eq!(first(&left, &right, &out), "nothing");
    left_in.send(1).unwrap();
    assert_eq!(first(&left, &right, &out), "left");
    right_in.send(2).unwrap();
    assert_eq!(first(&left, &right, &out), "right");
    assert_eq!(sent.recv(), Ok(0));
    assert_eq!((first(&left, &right, &out), sent.recv()), ("sent", Ok(3)));
    out.send(0).unwrap();
    drop(left_in);
    assert_eq!(first(&left, &or_never(Some(&right)), &out), "left is closed");
    let biased = select_biased! {
        recv(right) -> _ => 1,
        recv(queues::after(SHORT)) -> _ => 2,
    };
    assert_eq!(biased, 2);
}

#[test]
fn a_list_of_several() {
    let (sender, receiver) = bounded(1);
    let (_keep, idle) = bounded::<u8>(1);
    let mut select = Select::new();
    let (one, two) = (select.recv(&idle), select.recv(&receiver));
    assert!(select.try_select().is_err() && select.select_timeout(SHORT).is_err() && one < two);
    sender.send(5).unwrap();
    let operation = select.select();
    assert_eq!((operation.index(), operation.recv(&receiver)), (two, Ok(5)));
}
