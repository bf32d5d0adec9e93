//! What is tokio-util's.

use crate::find::{group_of_tasks, next_line, resource_at, run, task_at, until};
use std::future::{pending, poll_fn};
use taskscope::tokio::sync::mpsc;
use taskscope::tokio_util::sync::PollSender;
use taskscope::tokio_util::task::JoinMap;
use tokio_util::sync as plain;

#[test]
fn a_map_of_tasks() {
    run(2, async {
        let mut map = JoinMap::new();
        map.spawn("a", async { 1 });
        let mut map: tokio_util::task::JoinMap<_, _> = map.into();
        map.spawn("b", async { 2 });
        let mut map = JoinMap::from(map);
        map.spawn("c", async { 3 });
        let mut ends = Vec::new();
        while let Some((key, end)) = map.join_next().await {
            ends.push((key, end.unwrap()));
        }
        ends.sort_unstable();
        assert_eq!(ends, [("a", 1), ("b", 2), ("c", 3)]);
    });
}

#[test]
fn a_task_of_a_map_that_left_is_not_aborted_by_it() {
    run(2, async {
        let mut map = JoinMap::new();
        let spawned = next_line!();
        map.spawn(1, pending::<()>());
        until(|snapshot| (task_at(snapshot, spawned)?.polls > 0).then_some(()));
        drop(map.into_inner());
        // An abort that is not seen: the task was dropped, by whomever.
        let ends = until(|s| group_of_tasks(s, spawned).map(|g| g.finished).filter(|f| f.cancelled() == 1));
        assert_eq!((ends.aborted, ends.dropped), (0, 1));
    });
}

#[test]
fn a_sender_that_is_polled() {
    run(2, async {
        let (tx, mut rx) = tokio::sync::mpsc::channel(2);
        let mut plain = plain::PollSender::new(tx);
        poll_fn(|cx| plain.poll_reserve(cx)).await.unwrap();
        let made = next_line!();
        let mut sender = PollSender::from(plain);
        assert!(!resource_at(made).unwrap().covered);
        // The room that was reserved was given back.
        assert_eq!(sender.get_ref().unwrap().capacity(), 2);
        poll_fn(|cx| sender.poll_reserve(cx)).await.unwrap();
        sender.send_item(1).unwrap();
        poll_fn(|cx| sender.poll_reserve(cx)).await.unwrap();
        let mut plain = sender.into_inner();
        poll_fn(|cx| plain.poll_reserve(cx)).await.unwrap();
        plain.send_item(2).unwrap();
        plain.close();
        let mut closed = PollSender::from_inner(plain);
        assert!(closed.is_closed() && poll_fn(|cx| closed.poll_reserve(cx)).await.is_err());
        assert!(closed.into_inner().is_closed());
        assert_eq!((rx.recv().await, rx.recv().await, rx.recv().await), (Some(1), Some(2), None));
    });
}

#[test]
fn a_sender_that_left_is_the_end_of_coverage() {
    let made = next_line!();
    let (tx, rx) = mpsc::channel::<u8>(1);
    let sender = PollSender::new(tx);
    assert!(resource_at(made).unwrap().covered);
    let plain: plain::PollSender<u8> = sender.into();
    assert!(!resource_at(made).unwrap().covered);
    drop((plain, rx));
}
