//! Random programs do the same with a drop-in mutex as with a plain one, futures cancelled at any point included, and
//! the record agrees with the mutex after every step.

use crate::poll::{Polled, polled};
use proptest::prelude::*;
use std::sync::Arc;
use std::task::Poll;
use taskscope::snapshot::{Detail, Snapshot};

/// One step of a program. Numbers choose among what there is, modulo its length.
#[derive(Clone, Debug)]
enum Step {
    Lock,
    LockOwned,
    TryLock,
    TryLockOwned,
    Poll(usize),
    Cancel(usize),
    Unlock(usize),
    Map(usize),
    TryMap(usize),
    Leave(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let n = 0..6usize;
    prop_oneof![
        4 => Just(Step::Lock),
        4 => Just(Step::LockOwned),
        2 => Just(Step::TryLock),
        2 => Just(Step::TryLockOwned),
        10 => n.clone().prop_map(Step::Poll),
        3 => n.clone().prop_map(Step::Cancel),
        6 => n.clone().prop_map(Step::Unlock),
        2 => n.clone().prop_map(Step::Map),
        2 => n.clone().prop_map(Step::TryMap),
        1 => n.prop_map(Step::Leave),
    ]
}

/// What the record should say: whether somebody holds it, and how many wait.
type Facts = (bool, usize);

macro_rules! run {
    ($($sync:ident)::+, $steps:expr, $check:expr) => {{
        use $($sync)::+ as sync;
        type Value = (u32, u32);
        enum Guard<'a> {
            Borrowed(sync::MutexGuard<'a, Value>),
            Mapped(sync::MappedMutexGuard<'a, u32>),
            Owned(sync::OwnedMutexGuard<Value>),
            OwnedMapped(sync::OwnedMappedMutexGuard<Value, u32>),
        }
        let check: fn(Facts) = $check;
        let lock = Arc::new(sync::Mutex::new((0, 0)));
        let mut futures: Vec<(Polled<'_, Guard<'_>>, bool)> = Vec::new();
        let mut guards: Vec<Guard<'_>> = Vec::new();
        let mut log: Vec<String> = Vec::new();
        for step in $steps {
            let i = |n: &usize, len: usize| (len > 0).then(|| n % len.max(1));
            let done: Option<String> = match step {
                Step::Lock => {
                    futures.push((polled(async { Guard::Borrowed(lock.lock().await) }), false));
                    None
                }
                Step::LockOwned => {
                    let lock = lock.clone();
                    futures.push((polled(async { Guard::Owned(lock.lock_owned().await) }), false));
                    None
                }
                Step::TryLock => {
                    let result = lock.try_lock().map(|guard| guards.push(Guard::Borrowed(guard)));
                    Some(format!("{result:?}"))
                }
                Step::TryLockOwned => {
                    let result = lock.clone().try_lock_owned().map(|guard| guards.push(Guard::Owned(guard)));
                    Some(format!("{result:?}"))
                }
                Step::Poll(n) => i(n, futures.len()).map(|i| match futures[i].0.poll() {
                    Poll::Ready(guard) => {
                        drop(futures.remove(i));
                        guards.push(guard);
                        "locked".to_owned()
                    }
                    Poll::Pending => {
                        futures[i].1 = true;
                        "pending".to_owned()
                    }
                }),
                Step::Cancel(n) => i(n, futures.len()).map(|i| {
                    drop(futures.remove(i));
                    String::new()
                }),
                Step::Unlock(n) => i(n, guards.len()).map(|i| match guards.remove(i) {
                    Guard::Borrowed(mut guard) => {
                        guard.0 += 1;
                        format!("{guard:?}")
                    }
                    Guard::Mapped(mut guard) => {
                        *guard += 1;
                        format!("{guard:?}")
                    }
                    Guard::Owned(mut guard) => {
                        guard.0 += 1;
                        format!("{guard:?}")
                    }
                    Guard::OwnedMapped(mut guard) => {
                        *guard += 1;
                        format!("{guard:?}")
                    }
                }),
                Step::Map(n) => i(n, guards.len()).map(|i| {
                    let mapped = match guards.remove(i) {
                        Guard::Borrowed(guard) => Guard::Mapped(sync::MutexGuard::map(guard, |v| &mut v.1)),
                        Guard::Mapped(guard) => Guard::Mapped(sync::MappedMutexGuard::map(guard, |v| v)),
                        Guard::Owned(guard) => {
                            Guard::OwnedMapped(sync::OwnedMutexGuard::map(guard, |v| &mut v.1))
                        }
                        Guard::OwnedMapped(guard) => {
                            Guard::OwnedMapped(sync::OwnedMappedMutexGuard::map(guard, |v| v))
                        }
                    };
                    guards.push(mapped);
                    String::new()
                }),
                Step::TryMap(n) => i(n, guards.len()).map(|i| {
                    let odd = |v: &mut Value| (v.0 % 2 == 1).then_some(()).map(|()| v.1);
                    let mapped = match guards.remove(i) {
                        Guard::Borrowed(mut guard) => match odd(&mut guard) {
                            Some(_) => sync::MutexGuard::try_map(guard, |v| Some(&mut v.1))
                                .map_or_else(Guard::Borrowed, Guard::Mapped),
                            None => sync::MutexGuard::try_map(guard, |_| None::<&mut u32>)
                                .map_or_else(Guard::Borrowed, Guard::Mapped),
                        },
                        Guard::Mapped(guard) => sync::MappedMutexGuard::try_map(guard, |_| None::<&mut u32>)
                            .map_or_else(Guard::Mapped, Guard::Mapped),
                        Guard::Owned(mut guard) => match odd(&mut guard) {
                            Some(_) => sync::OwnedMutexGuard::try_map(guard, |v| Some(&mut v.1))
                                .map_or_else(Guard::Owned, Guard::OwnedMapped),
                            None => sync::OwnedMutexGuard::try_map(guard, |_| None::<&mut u32>)
                                .map_or_else(Guard::Owned, Guard::OwnedMapped),
                        },
                        Guard::OwnedMapped(guard) => {
                            sync::OwnedMappedMutexGuard::try_map(guard, |_| None::<&mut u32>)
                                .map_or_else(Guard::OwnedMapped, Guard::OwnedMapped)
                        }
                    };
                    guards.push(mapped);
                    String::new()
                }),
                Step::Leave(n) => i(n, guards.len()).map(|i| {
                    let left = guards.remove(i);
                    if let Guard::Owned(guard) = left {
                        std::thread::spawn(move || drop(guard)).join().unwrap();
                    }
                    String::new()
                }),
            };
            let wakes: Vec<usize> = futures.iter().map(|(future, _)| future.wakes()).collect();
            log.push(format!("{step:?} {done:?} {wakes:?} {lock:?} {}", guards.len()));
            check((!guards.is_empty(), futures.iter().filter(|(_, waits)| *waits).count()));
        }
        log
    }};
}

fn compare(expected: Facts) {
    let snapshot = Snapshot::read(Detail::Light);
    let mut live = snapshot
        .resources
        .iter()
        .filter(|resource| snapshot.group_of_resource(resource).place.file.ends_with("model_mutex.rs"));
    let lock = live.next().unwrap();
    assert!(live.next().is_none(), "a slot was not freed");
    let holds = snapshot.holds.iter().filter(|hold| hold.resource == lock.id).count();
    let waits = snapshot.waits.iter().filter(|wait| wait.resource == Some(lock.id)).count();
    assert_eq!((holds == 1, waits), expected);
    assert!(lock.covered && holds <= 1);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn random_programs_do_the_same(steps in prop::collection::vec(step(), 1..60)) {
        let plain = run!(tokio::sync, &steps, |_| ());
        let dropin = run!(taskscope::tokio::sync, &steps, compare);
        prop_assert_eq!(plain, dropin);
    }
}
