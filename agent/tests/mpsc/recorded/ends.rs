//! Senders and receivers one by one: who made them, who used them last, who has them.

use crate::look::{At, next_line, queue_at, run, until};
use std::future::pending;
use taskscope::__private::{Body, Keeps, Own, OwnsEnd as _};
use taskscope::snapshot::{Detail, Endpoint, Known, Side, Snapshot};
use taskscope::tokio;
use tokio::sync::mpsc;

fn ends(snapshot: &Snapshot, at: At) -> Vec<Endpoint> {
    queue_at(snapshot, at).map(|queue| snapshot.ends_of(queue.id).to_vec()).unwrap_or_default()
}

#[test]
fn each_end_is_listed_as_long_as_it_lives() {
    let made = next_line!();
    let (tx, rx) = mpsc::channel::<u8>(4);
    let sides = || {
        let mut sides: Vec<_> =
            ends(&Snapshot::read(Detail::Light), made).iter().map(|end| end.side).collect();
        sides.sort();
        sides
    };
    assert_eq!(sides(), [Side::Sender, Side::Receiver]);
    let (second, weak) = (tx.clone(), tx.downgrade());
    assert_eq!(sides(), [Side::Sender, Side::Sender, Side::WeakSender, Side::Receiver]);
    let permit = second.try_reserve_owned().unwrap();
    let third = weak.upgrade().unwrap();
    assert_eq!(sides().len(), 5);
    drop((permit, third, rx));
    assert_eq!(sides(), [Side::Sender, Side::WeakSender]);
    drop(tx);
    assert_eq!(sides(), [Side::WeakSender]);
    assert!(weak.upgrade().is_none());
    assert_eq!(sides(), [Side::WeakSender]);
    drop(weak);
    assert_eq!(sides(), []);
}

#[test]
fn a_queue_from_outside_says_nothing_about_its_ends() {
    let (plain, _rx) = ::tokio::sync::mpsc::channel::<u8>(4);
    let made = next_line!();
    let tx = mpsc::Sender::from(plain);
    let _second = tx.clone();
    let snapshot = Snapshot::read(Detail::Light);
    let queue = queue_at(&snapshot, made).unwrap();
    assert_eq!((snapshot.senders_of(queue.id), snapshot.receivers_of(queue.id)), (None, None));
}

#[test]
fn the_makers_and_the_last_users_are_known() {
    run(2, async {
        let made = next_line!();
        let (tx, mut rx) = mpsc::channel(8);
        let task = tokio::spawn(async move {
            let second = tx.clone();
            second.send(1).await.unwrap();
            pending::<()>().await;
            drop((tx, second));
        });
        let _ = rx.recv().await;
        let second = until(|snapshot| {
            let ends = ends(snapshot, made);
            let used = ends.iter().find(|end| end.last_user.is_some())?;
            Some((*used, ends.len(), snapshot.senders_of(used.resource)))
        });
        assert_eq!((second.0.creator, second.0.owner, second.1), (second.0.last_user, None, 3));
        // The first one was never used: whoever has it may send.
        assert_eq!(second.2, None);
        task.abort();
        let _ = task.await;
    });
}

static CALL: Body = Body { file: file!(), start: (0, 0), end: (0, 0), keeps: Keeps::Call };
static JOB: Body = Body { file: file!(), start: (1, 1), end: (1, 1), keeps: Keeps::Job };

#[test]
fn an_owner_is_one_as_long_as_its_task_has_the_body() {
    run(2, async {
        let made = next_line!();
        let (tx, rx) = mpsc::channel::<u8>(8);
        let (stay, gone) = tokio::sync::oneshot::channel::<()>();
        let other = tx.clone();
        let task = tokio::spawn(async move {
            Own(&tx).__taskscope_own(&CALL);
            Own(&rx).__taskscope_own(&JOB);
            let _ = gone.await;
            (tx, rx)
        });
        let owner = |snapshot: &Snapshot, wanted: Side| {
            ends(snapshot, made).iter().filter(|end| end.side == wanted).find_map(|end| end.owner)
        };
        let owned = until(|snapshot| owner(snapshot, Side::Sender));
        let snapshot = Snapshot::read(Detail::Light);
        let queue = queue_at(&snapshot, made).unwrap().id;
        assert!(snapshot.task(owned).is_some());
        assert_eq!(snapshot.senders_of(queue), None, "one sender is not owned");
        assert_eq!(owner(&snapshot, Side::Receiver), None, "the task was spawned elsewhere");
        drop(other);
        let senders = Snapshot::read(Detail::Light).senders_of(queue).unwrap();
        assert_eq!((senders.tasks, senders.known), (vec![owned], Known::Shown));
        drop(stay);
        let _ends = task.await.unwrap();
        assert_eq!(
            until(|snapshot| snapshot.task(owned).is_none().then(|| snapshot.senders_of(queue))),
            None
        );
    });
}
