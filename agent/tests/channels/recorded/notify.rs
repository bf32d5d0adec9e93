//! Who waits for a notification, and who gave the last one.

use crate::look::{group_at, look, next_line, run, until, waits_at};
use std::sync::Arc;
use taskscope::snapshot::{Detail, Op, ResourceKind, Snapshot, TaskState};
use taskscope::tokio;
use tokio::sync::Notify;

#[test]
fn a_task_is_seen_waiting() {
    run(2, async {
        let made = next_line!();
        let notify = Arc::new(Notify::new());
        let waiting = notify.clone();
        let waiter = tokio::spawn(async move {
            waiting.notified().await;
            waiting.notified_owned().await;
        });
        let line = line!() - 3;
        let wait = until(|s| waits_at(s, made).into_iter().find(|wait| wait.current));
        assert_eq!((wait.op, wait.place.line, wait.own_waker), (Op::Notified, line, true));
        until(|s| (s.task(wait.task?)?.state == TaskState::Waiting).then_some(()));
        notify.notify_one();
        let second = until(|s| waits_at(s, made).into_iter().find(|wait| wait.place.line == line + 1));
        assert_eq!((second.op, second.task), (Op::Notified, wait.task));
        notify.notify_waiters();
        waiter.await.unwrap();
        let snapshot = Snapshot::read(Detail::Full);
        assert_eq!(waits_at(&snapshot, made), []);
        let group = group_at(&snapshot, made);
        assert_eq!((group.kind, group.wait.count(), group.sent), (ResourceKind::Notify, 2, 2));
    });
}

#[test]
fn who_notified_last_is_known() {
    run(2, async {
        let made = next_line!();
        let notify = Arc::new(Notify::new());
        assert_eq!((look(made).last_sender, look(made).sent), (None, Some(0)));
        let theirs = notify.clone();
        let task = tokio::spawn(async move {
            theirs.notify_one();
            look(made).last_sender.unwrap()
        });
        let notifier = task.await.unwrap();
        assert_eq!((look(made).last_sender, look(made).sent), (Some(notifier), Some(1)));
        notify.notified().await;
        assert!(look(made).covered);
        notify.as_tokio().notify_one();
        assert!(!look(made).covered);
    });
}

#[test]
fn one_of_a_constant_is_recorded_from_its_first_use_on() {
    const MADE: crate::look::At = next_line!();
    static NOTIFY: Notify = Notify::const_new();
    NOTIFY.notify_one();
    assert_eq!(look(MADE).sent, Some(1));
}

#[test]
fn to_be_enabled_is_not_to_wait() {
    let made = next_line!();
    let notify = Notify::new();
    let mut notified = Box::pin(notify.notified());
    assert!(!notified.as_mut().enable());
    assert_eq!(waits_at(&Snapshot::read(Detail::Full), made), []);
    let mut polled = crate::poll::polled(notified.as_mut());
    polled.pending();
    assert_eq!(waits_at(&Snapshot::read(Detail::Full), made).len(), 1);
    let wakes = polled.wakes();
    notify.notify_waiters();
    assert_eq!((wakes, polled.wakes()), (0, 1));
    drop(polled);
    assert!(notified.as_mut().enable());
    assert_eq!(waits_at(&Snapshot::read(Detail::Full), made), []);
}
