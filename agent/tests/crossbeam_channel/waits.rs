//! Queues in the snapshot: how full they are, who waits for them, and where.

use crate::find::{next_line, resource_at, thread_waits, until};
use std::time::Duration;
use taskscope::crossbeam_channel::{Select, bounded, unbounded};
use taskscope::snapshot::{Op, ResourceKind};
use taskscope::std::thread;

#[test]
fn a_receiver_and_a_sender_that_wait() {
    let made = next_line!();
    let (tx, rx) = bounded(1);
    let theirs = rx.clone();
    let spawned = next_line!();
    let receiver = thread::spawn(move || {
        let first = theirs.recv();
        let timed = theirs.recv_timeout(Duration::from_secs(600));
        (first, timed)
    });
    let (snapshot, task, wait) = thread_waits(made, spawned);
    assert_eq!((wait.op, wait.blocking, wait.timed, wait.place.line), (Op::Recv, true, false, spawned.1 + 1));
    assert_eq!(wait.place.file, file!());
    assert!(snapshot.at >= wait.since);
    tx.send(1).unwrap();
    until(|_| {
        let (_, _, wait) = thread_waits(made, spawned);
        (wait.timed && wait.place.line == spawned.1 + 2).then_some(())
    });
    let queue = resource_at(made).unwrap();
    assert_eq!((queue.senders, queue.receivers, queue.last_receiver), (Some(1), Some(2), Some(task.id)));
    tx.try_send(2).unwrap();
    assert_eq!(receiver.join().unwrap(), (Ok(1), Ok(2)));
    let queue = resource_at(made).unwrap();
    assert_eq!(
        (queue.sent, queue.received, queue.depth, queue.capacity, queue.receivers),
        (Some(2), Some(2), Some(0), Some(1), Some(1))
    );

    tx.send(3).unwrap();
    let other = tx.clone();
    let spawned = next_line!();
    let sender = thread::spawn(move || {
        other.send(4).unwrap();
        other.send_timeout(5, Duration::from_secs(600))
    });
    let (snapshot, _, wait) = thread_waits(made, spawned);
    assert_eq!((wait.op, wait.blocking, wait.timed, wait.place.line), (Op::Send, true, false, spawned.1 + 1));
    let queue = resource_at(made).unwrap();
    assert_eq!((queue.depth, queue.senders, queue.covered), (Some(1), Some(2), true));
    assert_eq!(snapshot.group_of_resource(&queue).kind, ResourceKind::Mpsc);
    assert_eq!(rx.recv(), Ok(3));
    until(|_| {
        let (_, _, wait) = thread_waits(made, spawned);
        (wait.timed && wait.place.line == spawned.1 + 2).then_some(())
    });
    drop(tx);
    assert_eq!(rx.into_iter().collect::<Vec<_>>(), [4, 5]);
    sender.join().unwrap().unwrap();
    assert!(resource_at(made).is_none());
}

#[test]
fn an_iteration_waits_where_it_began() {
    let made = next_line!();
    let (tx, rx) = unbounded::<u8>();
    let spawned = next_line!();
    let thread = thread::spawn(move || {
        let mut sum = 0;
        for value in &rx {
            sum += value;
        }
        sum
    });
    let (_, _, wait) = thread_waits(made, spawned);
    assert_eq!((wait.op, wait.place.line), (Op::Recv, spawned.1 + 2));
    tx.send(2).unwrap();
    drop(tx);
    assert_eq!(thread.join().unwrap(), 2);
}

#[test]
fn a_queue_is_closed_by_the_last_of_either_side() {
    let made = next_line!();
    let (tx, rx) = unbounded::<u8>();
    let other = rx.clone();
    drop(rx);
    assert!(!resource_at(made).unwrap().closed);
    drop(other);
    assert!(resource_at(made).unwrap().closed && tx.send(1).is_err());
    let made = next_line!();
    let (tx, rx) = unbounded::<u8>();
    let other = tx.clone();
    drop(tx);
    assert!(!resource_at(made).unwrap().closed);
    drop(other);
    assert!(resource_at(made).unwrap().closed && rx.recv().is_err());
}

#[test]
fn a_plain_end_is_the_end_of_coverage() {
    let made = next_line!();
    let (tx, rx) = bounded::<u8>(2);
    let mut select = Select::new();
    select.recv(&rx);
    assert!(select.try_select().is_err());
    let queue = resource_at(made).unwrap();
    assert_eq!((queue.covered, queue.closed, queue.depth), (false, false, None));
    let plain: ::crossbeam_channel::Sender<u8> = tx.into();
    plain.send(1).unwrap();
    assert_eq!(rx.recv(), Ok(1));
    let made = next_line!();
    let tx = taskscope::crossbeam_channel::Sender::from(plain);
    let queue = resource_at(made).unwrap();
    assert_eq!((queue.covered, queue.capacity), (false, Some(2)));
    tx.send(2).unwrap();
    assert_eq!(rx.into_inner().recv(), Ok(2));
}
