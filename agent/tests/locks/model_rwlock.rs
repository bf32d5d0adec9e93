//! Random programs do the same with a drop-in reader-writer lock as with a plain one, futures cancelled at any point
//! included, and the record agrees with the lock after every step.

use crate::poll::{Polled, polled};
use proptest::prelude::*;
use std::fmt::Debug;
use std::sync::Arc;
use std::task::Poll;
use taskscope::snapshot::{Detail, Op, Snapshot};

/// One step of a program. Numbers choose among what there is, modulo its length.
#[derive(Clone, Debug)]
enum Step {
    Read,
    ReadOwned,
    Write,
    WriteOwned,
    TryRead,
    TryReadOwned,
    TryWrite,
    TryWriteOwned,
    Poll(usize),
    Cancel(usize),
    Unlock(usize),
    Map(usize),
    TryMap(usize),
    Downgrade(usize),
    DowngradeMap(usize),
    TryDowngradeMap(usize),
    Leave(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let n = 0..6usize;
    prop_oneof![
        4 => Just(Step::Read),
        4 => Just(Step::ReadOwned),
        3 => Just(Step::Write),
        3 => Just(Step::WriteOwned),
        2 => Just(Step::TryRead),
        2 => Just(Step::TryReadOwned),
        2 => Just(Step::TryWrite),
        2 => Just(Step::TryWriteOwned),
        18 => n.clone().prop_map(Step::Poll),
        4 => n.clone().prop_map(Step::Cancel),
        9 => n.clone().prop_map(Step::Unlock),
        2 => n.clone().prop_map(Step::Map),
        2 => n.clone().prop_map(Step::TryMap),
        2 => n.clone().prop_map(Step::Downgrade),
        2 => n.clone().prop_map(Step::DowngradeMap),
        2 => n.clone().prop_map(Step::TryDowngradeMap),
        1 => n.prop_map(Step::Leave),
    ]
}

/// What the record should say.
#[derive(Debug, PartialEq)]
struct Facts {
    readers: usize,
    writers: usize,
    waiting: usize,
}

/// Notes how an attempt ended.
fn tried<G, E: Debug>(done: &mut String, result: Result<G, E>) -> Option<G> {
    *done = format!("{:?}", result.as_ref().map(|_| ()));
    result.ok()
}

macro_rules! run {
    ($($sync:ident)::+, $steps:expr, $check:expr) => {{
        use $($sync)::+ as sync;
        use sync::{OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard};
        use sync::{RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard};
        type Value = (u32, u32);
        #[derive(Debug)]
        enum Guard<'a> {
            Read(RwLockReadGuard<'a, Value>),
            ReadPart(RwLockReadGuard<'a, u32>),
            ReadOwned(OwnedRwLockReadGuard<Value>),
            ReadOwnedPart(OwnedRwLockReadGuard<Value, u32>),
            Write(RwLockWriteGuard<'a, Value>),
            WritePart(RwLockMappedWriteGuard<'a, u32>),
            WriteOwned(OwnedRwLockWriteGuard<Value>),
            WriteOwnedPart(OwnedRwLockMappedWriteGuard<Value, u32>),
        }
        use Guard::*;
        impl Guard<'_> {
            fn writes(&self) -> bool {
                matches!(self, Write(_) | WritePart(_) | WriteOwned(_) | WriteOwnedPart(_))
            }
        }
        let check: fn(Facts) = $check;
        // So few readers that they run out.
        let lock = Arc::new(sync::RwLock::with_max_readers((0, 0), 3));
        let mut futures: Vec<(Polled<'_, Guard<'_>>, bool)> = Vec::new();
        let mut guards: Vec<Guard<'_>> = Vec::new();
        let mut log: Vec<String> = Vec::new();
        for step in $steps {
            let i = |n: &usize, len: usize| (len > 0).then(|| n % len.max(1));
            let mut done = String::new();
            match step {
                Step::Read => futures.push((polled(async { Read(lock.read().await) }), false)),
                Step::Write => futures.push((polled(async { Write(lock.write().await) }), false)),
                Step::ReadOwned => {
                    let lock = lock.clone();
                    futures.push((polled(async { ReadOwned(lock.read_owned().await) }), false));
                }
                Step::WriteOwned => {
                    let lock = lock.clone();
                    futures.push((polled(async { WriteOwned(lock.write_owned().await) }), false));
                }
                Step::TryRead => guards.extend(tried(&mut done, lock.try_read().map(Read))),
                Step::TryWrite => guards.extend(tried(&mut done, lock.try_write().map(Write))),
                Step::TryReadOwned => guards.extend(tried(&mut done, lock.clone().try_read_owned().map(ReadOwned))),
                Step::TryWriteOwned => guards.extend(tried(&mut done, lock.clone().try_write_owned().map(WriteOwned))),
                Step::Poll(n) => {
                    if let Some(i) = i(n, futures.len()) {
                        match futures[i].0.poll() {
                            Poll::Ready(guard) => {
                                drop(futures.remove(i));
                                done = format!("{guard:?}");
                                guards.push(guard);
                            }
                            Poll::Pending => futures[i].1 = true,
                        }
                    }
                }
                Step::Cancel(n) => {
                    if let Some(i) = i(n, futures.len()) {
                        drop(futures.remove(i));
                    }
                }
                Step::Unlock(n) => {
                    if let Some(i) = i(n, guards.len()) {
                        let mut guard = guards.remove(i);
                        match &mut guard {
                            Write(guard) => guard.0 += 1,
                            WriteOwned(guard) => guard.0 += 1,
                            WritePart(guard) => **guard += 1,
                            WriteOwnedPart(guard) => **guard += 1,
                            _ => {}
                        }
                        done = format!("{guard:?}");
                    }
                }
                Step::Map(n) => {
                    if let Some(i) = i(n, guards.len()) {
                        let mapped = match guards.remove(i) {
                            Read(g) => ReadPart(RwLockReadGuard::map(g, |v| &v.1)),
                            ReadPart(g) => ReadPart(RwLockReadGuard::map(g, |v| v)),
                            ReadOwned(g) => ReadOwnedPart(OwnedRwLockReadGuard::map(g, |v| &v.1)),
                            ReadOwnedPart(g) => ReadOwnedPart(OwnedRwLockReadGuard::map(g, |v| v)),
                            Write(g) => WritePart(RwLockWriteGuard::map(g, |v| &mut v.1)),
                            WritePart(g) => WritePart(RwLockMappedWriteGuard::map(g, |v| v)),
                            WriteOwned(g) => WriteOwnedPart(OwnedRwLockWriteGuard::map(g, |v| &mut v.1)),
                            WriteOwnedPart(g) => WriteOwnedPart(OwnedRwLockMappedWriteGuard::map(g, |v| v)),
                        };
                        done = format!("{mapped:?}");
                        guards.push(mapped);
                    }
                }
                Step::TryMap(n) => {
                    if let Some(i) = i(n, guards.len()) {
                        let odd = |v: &Value| v.0 % 2 == 1;
                        let mapped = match guards.remove(i) {
                            Read(g) => RwLockReadGuard::try_map(g, |v| odd(v).then_some(&v.1))
                                .map_or_else(Read, ReadPart),
                            ReadPart(g) => RwLockReadGuard::try_map(g, |_| None::<&u32>)
                                .map_or_else(ReadPart, ReadPart),
                            ReadOwned(g) => OwnedRwLockReadGuard::try_map(g, |v| odd(v).then_some(&v.1))
                                .map_or_else(ReadOwned, ReadOwnedPart),
                            ReadOwnedPart(g) => OwnedRwLockReadGuard::try_map(g, |_| None::<&u32>)
                                .map_or_else(ReadOwnedPart, ReadOwnedPart),
                            Write(g) => RwLockWriteGuard::try_map(g, |v| odd(v).then_some(&mut v.1))
                                .map_or_else(Write, WritePart),
                            WritePart(g) => RwLockMappedWriteGuard::try_map(g, |_| None::<&mut u32>)
                                .map_or_else(WritePart, WritePart),
                            WriteOwned(g) => OwnedRwLockWriteGuard::try_map(g, |v| odd(v).then_some(&mut v.1))
                                .map_or_else(WriteOwned, WriteOwnedPart),
                            WriteOwnedPart(g) => {
                                OwnedRwLockMappedWriteGuard::try_map(g, |_| None::<&mut u32>)
                                    .map_or_else(WriteOwnedPart, WriteOwnedPart)
                            }
                        };
                        done = format!("{mapped:?}");
                        guards.push(mapped);
                    }
                }
                Step::Downgrade(n) => {
                    if let Some(i) = i(n, guards.len()) {
                        let shared = match guards.remove(i) {
                            Write(g) => Read(g.downgrade()),
                            WriteOwned(g) => ReadOwned(g.downgrade()),
                            other => other,
                        };
                        done = format!("{shared:?}");
                        guards.push(shared);
                    }
                }
                Step::DowngradeMap(n) => {
                    if let Some(i) = i(n, guards.len()) {
                        let shared = match guards.remove(i) {
                            Write(g) => ReadPart(RwLockWriteGuard::downgrade_map(g, |v| &v.1)),
                            WriteOwned(g) => ReadOwnedPart(OwnedRwLockWriteGuard::downgrade_map(g, |v| &v.1)),
                            other => other,
                        };
                        done = format!("{shared:?}");
                        guards.push(shared);
                    }
                }
                Step::TryDowngradeMap(n) => {
                    if let Some(i) = i(n, guards.len()) {
                        let odd = |v: &Value| v.0 % 2 == 1;
                        let shared = match guards.remove(i) {
                            Write(g) => RwLockWriteGuard::try_downgrade_map(g, |v| odd(v).then_some(&v.1))
                                .map_or_else(Write, ReadPart),
                            WriteOwned(g) => {
                                OwnedRwLockWriteGuard::try_downgrade_map(g, |v| odd(v).then_some(&v.1))
                                    .map_or_else(WriteOwned, ReadOwnedPart)
                            }
                            other => other,
                        };
                        done = format!("{shared:?}");
                        guards.push(shared);
                    }
                }
                Step::Leave(n) => {
                    if let Some(i) = i(n, guards.len()) {
                        match guards.remove(i) {
                            ReadOwned(guard) => std::thread::spawn(move || drop(guard)).join().unwrap(),
                            WriteOwned(guard) => std::thread::spawn(move || drop(guard)).join().unwrap(),
                            left => drop(left),
                        }
                    }
                }
            }
            let wakes: Vec<usize> = futures.iter().map(|(future, _)| future.wakes()).collect();
            log.push(format!("{step:?} {done} {wakes:?} {lock:?} {}", guards.len()));
            let writers = guards.iter().filter(|guard| guard.writes()).count();
            let waiting = futures.iter().filter(|(_, waits)| *waits).count();
            check(Facts { readers: guards.len() - writers, writers, waiting });
        }
        log
    }};
}

fn compare(expected: Facts) {
    let snapshot = Snapshot::read(Detail::Light);
    let mut live = snapshot
        .resources
        .iter()
        .filter(|resource| snapshot.group_of_resource(resource).place.file.ends_with("model_rwlock.rs"));
    let lock = live.next().unwrap();
    assert!(live.next().is_none(), "a slot was not freed");
    let holds = |op| snapshot.holds.iter().filter(|hold| hold.resource == lock.id && hold.op == op).count();
    let waiting = snapshot.waits.iter().filter(|wait| wait.resource == Some(lock.id)).count();
    assert_eq!(Facts { readers: holds(Op::Read), writers: holds(Op::Write), waiting }, expected);
    assert!(lock.covered);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn random_programs_do_the_same(steps in prop::collection::vec(step(), 1..80)) {
        let plain = run!(tokio::sync, &steps, |_| ());
        let dropin = run!(taskscope::tokio::sync, &steps, compare);
        prop_assert_eq!(plain, dropin);
    }
}
