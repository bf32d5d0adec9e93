//! Queues, barriers and what is done once: who waits, and for whom.

use crate::find::{holds_at, next_line, resource_at, task_at, thread_waits, until};
use std::time::Duration;
use taskscope::snapshot::{Detail, Op, ResourceKind, Snapshot};
use taskscope::std::sync::{Arc, Barrier, Once, OnceLock, mpsc};
use taskscope::std::thread;

#[test]
fn a_receiver_and_a_sender_that_wait() {
    let made = next_line!();
    let (tx, rx) = mpsc::sync_channel(1);
    let spawned = next_line!();
    let receiver = thread::spawn(move || {
        let first = rx.recv();
        let timed = rx.recv_timeout(Duration::from_secs(600));
        (first, timed, rx)
    });
    let (snapshot, task, wait) = thread_waits(made, spawned);
    assert_eq!((wait.op, wait.blocking, wait.timed, wait.place.line), (Op::Recv, true, false, spawned.1 + 1));
    assert!(snapshot.at >= wait.since);
    tx.send(1).unwrap();
    until(|_| {
        let (_, _, wait) = thread_waits(made, spawned);
        (wait.timed && wait.place.line == spawned.1 + 2).then_some(())
    });
    tx.try_send(2).unwrap();
    let (first, timed, rx) = receiver.join().unwrap();
    assert_eq!((first, timed), (Ok(1), Ok(2)));
    let queue = resource_at(made).unwrap();
    assert_eq!(
        (queue.sent, queue.received, queue.depth, queue.capacity),
        (Some(2), Some(2), Some(0), Some(1))
    );
    assert_eq!((queue.senders, queue.receivers, queue.last_receiver), (Some(1), Some(1), Some(task.id)));

    tx.send(3).unwrap();
    let other = tx.clone();
    let spawned = next_line!();
    let sender = thread::spawn(move || other.send(4));
    let (_, _, wait) = thread_waits(made, spawned);
    assert_eq!((wait.op, wait.blocking, wait.place.line), (Op::Send, true, spawned.1));
    assert_eq!(resource_at(made).unwrap().depth, Some(1));
    drop(tx);
    assert_eq!(rx.into_iter().collect::<Vec<_>>(), [3, 4]);
    sender.join().unwrap().unwrap();
    assert!(resource_at(made).is_none());
}

#[test]
fn an_iteration_waits_where_it_began() {
    let made = next_line!();
    let (tx, rx) = mpsc::channel::<u8>();
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
fn a_plain_end_is_the_end_of_coverage() {
    let made = next_line!();
    let (tx, rx) = mpsc::channel::<u8>();
    let plain: std::sync::mpsc::Sender<u8> = tx.into();
    let queue = resource_at(made).unwrap();
    assert_eq!((queue.covered, queue.closed, queue.depth), (false, false, None));
    plain.send(1).unwrap();
    assert_eq!(rx.recv(), Ok(1));
    let made = next_line!();
    let tx = mpsc::Sender::from(plain);
    assert!(!resource_at(made).unwrap().covered);
    tx.send(2).unwrap();
    assert_eq!(rx.into_inner().recv(), Ok(2));
}

#[test]
fn who_initializes_is_waited_for() {
    static CELL: OnceLock<u8> = OnceLock::new();
    let made = (file!(), line!() - 1);
    let (go, told) = std::sync::mpsc::channel::<()>();
    let first = next_line!();
    let init = thread::spawn(move || *CELL.get_or_init(|| told.recv().map_or(7, |()| 8)));
    let hold = until(|_| holds_at(made).pop());
    let snapshot = Snapshot::read(Detail::Full);
    let task = task_at(&snapshot, first).unwrap();
    assert_eq!((hold.task, hold.op, hold.place.line), (Some(task.id), Op::Init, first.1));
    let second = next_line!();
    let waiter = thread::spawn(|| *CELL.get_or_init(|| 9));
    let (_, _, wait) = thread_waits(made, second);
    assert_eq!((wait.op, wait.blocking, wait.place.line), (Op::Init, true, second.1));
    drop(go);
    assert_eq!((init.join().unwrap(), waiter.join().unwrap(), CELL.get()), (7, 7, Some(&7)));
    assert_eq!(holds_at(made), []);
    let snapshot = Snapshot::read(Detail::Full);
    let group = snapshot.group_of_resource(&resource_at(made).unwrap()).clone();
    assert_eq!((group.kind, group.wait.count()), (ResourceKind::OnceCell, 1));
}

#[test]
fn what_is_done_once_has_a_holder() {
    let made = next_line!();
    let once = Arc::new(Once::new());
    let (go, told) = std::sync::mpsc::channel::<()>();
    let theirs = once.clone();
    let first = thread::spawn(move || theirs.call_once(|| told.recv().unwrap_err().to_string().clear()));
    until(|_| holds_at(made).pop());
    let theirs = once.clone();
    let spawned = next_line!();
    let second = thread::spawn(move || theirs.wait());
    let (_, _, wait) = thread_waits(made, spawned);
    assert_eq!((wait.op, wait.place.line), (Op::Init, spawned.1));
    drop(go);
    first.join().unwrap();
    second.join().unwrap();
    assert!(once.is_completed());
    assert_eq!(holds_at(made), []);
}

#[test]
fn a_barrier_shows_who_has_arrived() {
    let made = next_line!();
    let barrier = Arc::new(Barrier::new(2));
    let theirs = barrier.clone();
    let spawned = next_line!();
    let thread = thread::spawn(move || theirs.wait().is_leader());
    let (_, _, wait) = thread_waits(made, spawned);
    assert_eq!((wait.op, wait.blocking, wait.place.line), (Op::Wait, true, spawned.1));
    assert_eq!(resource_at(made).map(|barrier| barrier.covered), Some(true));
    assert_ne!(barrier.wait().is_leader(), thread.join().unwrap());
}
