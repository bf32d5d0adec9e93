//! Counts, last users, time inside.

use crate::look::{group_at, look, next_line, queue_at, run, until, waits_at};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use taskscope::snapshot::{Detail, Snapshot};
use taskscope::tokio;
use tokio::sync::mpsc;

#[test]
fn counts_follow_every_operation() {
    let made = next_line!();
    let (tx, mut rx) = mpsc::channel(8);
    let counts = |what: &str, depth, sent, senders, receivers| {
        let queue = look(made);
        assert_eq!((queue.depth, queue.sent), (Some(depth), Some(sent)), "{what}");
        assert_eq!(queue.received, Some(sent - depth), "{what}");
        assert_eq!((queue.senders, queue.receivers), (Some(senders), Some(receivers)), "{what}");
        assert_eq!(queue.capacity, Some(8));
        assert!(queue.covered);
        queue.closed
    };
    assert!(!counts("made", 0, 0, 1, 1));
    tx.try_send(1).unwrap();
    tx.try_reserve().unwrap().send(2);
    tx.try_reserve_many(2).unwrap().for_each(|permit| permit.send(3));
    let tx = tx.try_reserve_owned().unwrap().send(4);
    tx.blocking_send(5).unwrap();
    counts("six sent", 6, 6, 1, 1);
    let second = tx.clone();
    let weak = tx.downgrade();
    counts("cloned", 6, 6, 2, 1);
    rx.try_recv().unwrap();
    rx.blocking_recv().unwrap();
    rx.blocking_recv_many(&mut Vec::new(), 3);
    counts("five received", 1, 6, 2, 1);
    drop((tx, second));
    assert!(counts("no sender left", 1, 6, 0, 1));
    assert!(weak.upgrade().is_none());
    assert!(counts("nor a new one", 1, 6, 0, 1));
    drop(rx);
    // What nobody can receive any more is not in the queue, and was not received.
    let queue = look(made);
    assert_eq!((queue.depth, queue.sent, queue.received), (Some(0), Some(6), Some(5)));
    drop(weak);
    let snapshot = Snapshot::read(Detail::Full);
    assert!(queue_at(&snapshot, made).is_none());
    let group = group_at(&snapshot, made);
    assert_eq!((group.created, group.sent, group.received), (1, 6, 5));
}

#[test]
fn an_unbounded_queue_counts_what_was_accepted() {
    let made = next_line!();
    let (tx, mut rx) = mpsc::unbounded_channel();
    for i in 0..100 {
        tx.send(i).unwrap();
    }
    rx.try_recv().unwrap();
    let queue = look(made);
    assert_eq!((queue.depth, queue.sent, queue.received), (Some(99), Some(100), Some(1)));
    assert_eq!((queue.capacity, queue.closed), (None, false));
    rx.close();
    assert!(tx.send(1).is_err());
    assert_eq!(look(made).sent, Some(100));
    assert!(look(made).closed);
}

#[test]
fn the_last_users_are_known() {
    let made = next_line!();
    let (tx, mut rx) = mpsc::channel(8);
    assert_eq!((look(made).last_sender, look(made).last_receiver), (None, None));
    run(2, async {
        let (stay, mut go) = tokio::sync::watch::channel(());
        let mut gone = go.clone();
        let tx2 = tx.clone();
        let sender = tokio::spawn(async move {
            tx2.send(1).await.unwrap();
            let _ = go.changed().await;
        });
        let receiver = tokio::spawn(async move {
            rx.recv().await.unwrap();
            let _ = gone.changed().await;
            rx
        });
        until(|snapshot| {
            let queue = queue_at(snapshot, made)?;
            let (sender, receiver) = (queue.last_sender?, queue.last_receiver?);
            let place = |id| snapshot.task(id).map(|task| snapshot.group_of(task).place.line);
            let sent_by = place(sender)?;
            (sent_by < place(receiver)?).then_some(())
        });
        drop(stay);
        sender.await.unwrap();
        let _rx = receiver.await.unwrap();
        std::thread::scope(|scope| scope.spawn(|| tx.try_send(2).unwrap()).join().unwrap());
        // Somebody else now, who is no task.
        assert_eq!(look(made).last_sender, None);
    });
}

#[test]
fn the_time_inside_is_sampled() {
    let made = next_line!();
    let (tx, mut rx) = mpsc::channel(64);
    let start = Instant::now();
    for round in 1..=5 {
        for i in 0..64 {
            tx.try_send(i).unwrap();
        }
        while start.elapsed() < Duration::from_millis(2) * round {
            std::hint::spin_loop();
        }
        while rx.try_recv().is_ok() {}
    }
    let all = start.elapsed();
    let snapshot = Snapshot::read(Detail::Full);
    let dwell = &group_at(&snapshot, made).dwell;
    // One probe at a time: the first message of a round carries it, and perhaps a later one.
    assert!((5..=20).contains(&dwell.count()), "{dwell:?}");
    assert!(Duration::from_nanos(dwell.sum) <= all, "{dwell:?} in {all:?}");
    assert!(Duration::from_nanos(dwell.sum) >= Duration::from_millis(8), "{dwell:?} in {all:?}");
}

#[test]
fn what_goes_on_outside_is_not_claimed_to_be_known() {
    fn wants_plain(_: &::tokio::sync::mpsc::Sender<u8>) {}
    let made = next_line!();
    let (tx, rx) = mpsc::channel::<u8>(4);
    tx.try_send(1).unwrap();
    assert_eq!((look(made).covered, look(made).depth), (true, Some(1)));
    wants_plain(&tx);
    let queue = look(made);
    assert_eq!((queue.covered, queue.depth, queue.senders, queue.receivers), (false, None, None, None));
    assert_eq!((queue.capacity, queue.closed), (Some(4), false));
    let plain = tx.into_inner();
    assert!(!look(made).closed, "the plain sender is alive");
    let brought = next_line!();
    let tx = mpsc::Sender::from(plain);
    assert_eq!((look(brought).covered, look(brought).capacity), (false, Some(4)));
    drop(rx);
    assert!(look(brought).capacity.is_some() && tx.is_closed());
}

#[test]
fn a_million_messages_are_counted_exactly() {
    const EACH: u64 = 250_000;
    const CAPACITY: u64 = 100;
    static DONE: AtomicBool = AtomicBool::new(false);
    let made = next_line!();
    let (tx, mut rx) = mpsc::channel(CAPACITY as usize);
    let watcher = std::thread::spawn(move || {
        let (mut last, mut looks) = ((0, 0), 0);
        while !DONE.load(Relaxed) {
            let queue = look(made);
            let now = (queue.sent.unwrap(), queue.received.unwrap());
            assert!(now.0 >= last.0 && now.1 >= last.1, "{now:?} after {last:?}");
            assert!(now.0 >= now.1, "{now:?}");
            last = now;
            looks += 1;
        }
        looks
    });
    let rx = run(2, async move {
        for _ in 0..4 {
            let tx = tx.clone();
            tokio::spawn(async move {
                for i in 0..EACH {
                    tx.send(i).await.unwrap();
                }
            });
        }
        drop(tx);
        tokio::spawn(async move {
            while rx.recv().await.is_some() {}
            rx
        })
        .await
        .unwrap()
    });
    let queue = look(made);
    assert_eq!((queue.sent, queue.received, queue.depth), (Some(4 * EACH), Some(4 * EACH), Some(0)));
    assert_eq!((queue.senders, queue.receivers, queue.closed), (Some(0), Some(1), true));
    DONE.store(true, Relaxed);
    assert!(watcher.join().unwrap() > 0);
    drop(rx);
    let snapshot = Snapshot::read(Detail::Full);
    let group = group_at(&snapshot, made);
    assert_eq!((group.sent, group.received), (4 * EACH, 4 * EACH));
    assert!(group.dwell.count() > 0 && group.dwell.count() <= EACH / 4);
    assert_eq!(waits_at(&snapshot, made), []);
}

#[test]
fn totals_never_go_down_when_queues_come_and_go() {
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    static DONE: AtomicBool = AtomicBool::new(false);
    const ROUNDS: u64 = 1_500;
    let made = next_line!();
    let make = || mpsc::unbounded_channel();
    // The group exists before the first look.
    drop(make());
    let watcher = std::thread::spawn(move || {
        let mut last = (0, 0);
        while !DONE.load(Relaxed) {
            let snapshot = Snapshot::read(Detail::Light);
            let group = group_at(&snapshot, made);
            let now = (group.sent, group.received);
            assert!(now.0 >= last.0 && now.1 >= last.1, "{now:?} after {last:?}");
            last = now;
            LOOKS.fetch_add(1, Relaxed);
        }
    });
    for round in 0..ROUNDS {
        let (tx, mut rx) = make();
        for i in 0..20 {
            tx.send(i).unwrap();
        }
        while rx.try_recv().is_ok() {}
        // All of it was seen, and at some point of the next look the queue is gone.
        let looks = LOOKS.load(Relaxed);
        while LOOKS.load(Relaxed) < looks + 2 && !watcher.is_finished() {
            std::hint::spin_loop();
        }
        for _ in 0..round % 512 {
            std::hint::spin_loop();
        }
    }
    DONE.store(true, Relaxed);
    watcher.join().unwrap();
    let snapshot = Snapshot::read(Detail::Light);
    let group = group_at(&snapshot, made);
    assert_eq!((group.created, group.sent, group.received), (ROUNDS + 1, 20 * ROUNDS, 20 * ROUNDS));
}
