//! Who has which permits.

use crate::find::{exists, hold_at, holds_at, holds_in, resource_at};
use crate::look::{group_at, next_line, queue_at, run, until};
use crate::poll::now;
use std::sync::Arc;
use taskscope::snapshot::{Detail, Hold, ResourceKind, Snapshot};
use taskscope::tokio;
use tokio::sync::Semaphore;

fn amounts(holds: &[Hold]) -> Vec<u32> {
    let mut amounts: Vec<u32> = holds.iter().map(|hold| hold.amount).collect();
    amounts.sort_unstable();
    amounts
}

#[test]
fn each_guard_is_a_hold() {
    run(2, async {
        let made = next_line!();
        let semaphore = Arc::new(Semaphore::new(5));
        let one = semaphore.acquire().await.unwrap();
        let line = line!() - 1;
        let hold = hold_at(made);
        assert_eq!((hold.place.line, hold.amount, hold.movable), (line, 1, false));
        let many = semaphore.try_acquire_many(3).unwrap();
        assert_eq!(amounts(&holds_at(made)), [1, 3]);
        let resource = resource_at(made);
        assert_eq!((resource.permits, resource.permits_out, resource.closed), (Some(5), Some(4), false));
        drop(one);
        assert_eq!(amounts(&holds_at(made)), [3]);
        drop(many);
        assert_eq!((holds_at(made), resource_at(made).permits_out), (vec![], Some(0)));
        semaphore.close();
        assert!(resource_at(made).closed);
        assert!(semaphore.acquire().await.is_err());
        let snapshot = Snapshot::read(Detail::Full);
        let group = group_at(&snapshot, made);
        assert_eq!((group.kind, group.acquired), (ResourceKind::Semaphore, 2));
        drop(semaphore);
        assert!(!exists(made));
        assert_eq!(group_at(&Snapshot::read(Detail::Full), made).acquired, 2);
    });
}

#[test]
fn each_task_is_a_holder() {
    run(2, async {
        let made = next_line!();
        let semaphore = Arc::new(Semaphore::new(4));
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let tasks: Vec<_> = (0..3)
            .map(|_| {
                let (semaphore, mut stopped) = (semaphore.clone(), stopped.clone());
                tokio::spawn(async move {
                    let _permit = semaphore.acquire().await.unwrap();
                    stopped.wait_for(|stop| *stop).await.unwrap();
                })
            })
            .collect();
        let mut holders = until(|s| {
            let holds = holds_in(s, made);
            (holds.len() == 3).then(|| holds.into_iter().map(|hold| hold.task.unwrap()).collect::<Vec<_>>())
        });
        holders.sort_unstable();
        holders.dedup();
        assert_eq!(holders.len(), 3);
        stop.send(true).unwrap();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(holds_at(made), []);
    });
}

#[test]
fn every_way_to_take_them_says_where() {
    let made = next_line!();
    let semaphore = Arc::new(Semaphore::new(3));
    macro_rules! here {
        ($amount:literal, $movable:literal, $take:expr) => {{
            let permit = $take.unwrap();
            let hold = hold_at(made);
            assert_eq!((hold.place.line, hold.amount, hold.movable), (line!(), $amount, $movable));
            drop(permit);
            assert_eq!(holds_at(made), []);
        }};
    }
    here!(1, false, now(semaphore.acquire()));
    here!(2, false, now(semaphore.acquire_many(2)));
    here!(1, true, now(semaphore.clone().acquire_owned()));
    here!(3, true, now(semaphore.clone().acquire_many_owned(3)));
    here!(1, false, semaphore.try_acquire());
    here!(2, false, semaphore.try_acquire_many(2));
    here!(1, true, semaphore.clone().try_acquire_owned());
    here!(3, true, semaphore.clone().try_acquire_many_owned(3));
    here!(1, false, semaphore.blocking_acquire());
    here!(2, false, semaphore.blocking_acquire_many(2));
    here!(1, true, semaphore.clone().blocking_acquire_owned());
    here!(3, true, semaphore.clone().blocking_acquire_many_owned(3));
    assert_eq!(group_at(&Snapshot::read(Detail::Full), made).acquired, 12);
}

#[test]
fn the_total_goes_up_and_down() {
    let made = next_line!();
    let semaphore = Arc::new(Semaphore::new(5));
    let facts = || {
        let resource = resource_at(made);
        (resource.permits.unwrap(), resource.permits_out.unwrap(), semaphore.available_permits() as u64)
    };
    assert_eq!(facts(), (5, 0, 5));
    semaphore.add_permits(3);
    assert_eq!(facts(), (8, 0, 8));
    assert_eq!(semaphore.forget_permits(2), 2);
    assert_eq!(facts(), (6, 0, 6));
    let permit = now(semaphore.acquire_many(4)).unwrap();
    assert_eq!(facts(), (6, 4, 2));
    assert_eq!(semaphore.forget_permits(9), 2);
    assert_eq!(facts(), (4, 4, 0));
    permit.forget();
    assert_eq!(facts(), (0, 0, 0));
    semaphore.add_permits(2);
    now(semaphore.clone().acquire_owned()).unwrap().forget();
    assert_eq!(facts(), (1, 0, 1));
    // Forgotten by `mem::forget` it is out for ever, and shown so.
    std::mem::forget(now(semaphore.acquire()).unwrap());
    assert_eq!(facts(), (1, 1, 0));
}

#[test]
fn merged_and_split() {
    let made = next_line!();
    let semaphore = Semaphore::new(9);
    let mut permit = now(semaphore.acquire_many(2)).unwrap();
    let place = hold_at(made).place;
    permit.merge(now(semaphore.acquire_many(4)).unwrap());
    assert_eq!((hold_at(made).amount, hold_at(made).place), (6, place));
    let part = permit.split(4).unwrap();
    let holds = holds_at(made);
    assert_eq!(amounts(&holds), [2, 4]);
    // The part was taken where and when the whole was.
    assert!(holds.iter().all(|hold| (hold.place, hold.since) == (place, holds[0].since)));
    let none = permit.split(0).unwrap();
    assert_eq!(holds_at(made).len(), 2);
    let rest = permit.split(2).unwrap();
    assert_eq!((permit.num_permits(), amounts(&holds_at(made))), (0, vec![2, 4]));
    drop(permit);
    let mut none = none;
    none.merge(part);
    assert_eq!(amounts(&holds_at(made)), [2, 4]);
    drop(rest);
    assert_eq!(hold_at(made).amount, 4);
    drop(none);
    assert_eq!(holds_at(made), []);
    drop(now(semaphore.acquire_many(0)).unwrap());
    assert_eq!(holds_at(made), []);
}

/// Whoever splits an owned permit has it.
#[test]
fn an_owned_permit_that_is_split_elsewhere() {
    run(2, async {
        let made = next_line!();
        let semaphore = Arc::new(Semaphore::new(4));
        let mut permit = semaphore.clone().acquire_many_owned(4).await.unwrap();
        let before = hold_at(made);
        assert!(before.movable);
        let task = tokio::spawn(async move {
            let part = permit.split(1).unwrap();
            (holds_at(made), part, permit)
        });
        let (holds, part, permit) = task.await.unwrap();
        assert_eq!(amounts(&holds), [1, 3]);
        assert!(holds.iter().all(|hold| hold.movable && hold.task.is_some() && hold.task != before.task));
        assert_eq!(holds[0].task, holds[1].task);
        drop(part);
        drop(permit);
        assert_eq!(holds_at(made), []);
    });
}

/// Far more permits than a thread has slots at hand, given back by other threads in another order.
#[test]
fn many_at_a_time_and_across_threads() {
    let made = next_line!();
    let semaphore = Arc::new(Semaphore::new(1000));
    for round in 0..3 {
        let mut permits: Vec<_> = (0..300).map(|_| now(semaphore.clone().acquire_owned()).unwrap()).collect();
        assert_eq!(resource_at(made).permits_out, Some(300));
        let (even, odd): (Vec<_>, Vec<_>) = permits.drain(..).enumerate().partition(|(i, _)| i % 2 == 0);
        std::thread::spawn(move || drop(odd)).join().unwrap();
        assert_eq!(holds_at(made).len(), 150);
        drop(even);
        assert_eq!(holds_at(made), []);
        let snapshot = Snapshot::read(Detail::Full);
        assert_eq!(group_at(&snapshot, made).acquired, 300 * (round + 1));
        assert!(queue_at(&snapshot, made).is_some());
    }
}

#[test]
fn one_hold_of_sixteen_is_timed() {
    let made = next_line!();
    let semaphore = Semaphore::new(2);
    // The second one finds the thread's own slot taken.
    let first = now(semaphore.acquire()).unwrap();
    for _ in 0..800 {
        drop(now(semaphore.acquire()).unwrap());
    }
    drop(first);
    for _ in 0..799 {
        drop(now(semaphore.acquire()).unwrap());
    }
    let snapshot = Snapshot::read(Detail::Full);
    let group = group_at(&snapshot, made);
    assert_eq!((group.acquired, group.hold.count(), group.wait.count()), (1600, 100, 0));
}
