//! Random programs do the same with a drop-in semaphore as with a plain one, futures cancelled at any point included,
//! and the record agrees with the semaphore after every step.

use crate::poll::{Polled, polled};
use proptest::prelude::*;
use std::sync::Arc;
use std::task::Poll;
use taskscope::snapshot::{Detail, Snapshot};

/// One step of a program. Numbers choose among what there is, modulo its length, or say how many permits.
#[derive(Clone, Debug)]
enum Step {
    Acquire(u32),
    AcquireOwned(u32),
    TryAcquire(u32),
    TryAcquireOwned(u32),
    Poll(usize),
    Cancel(usize),
    Release(usize),
    Forget(usize),
    Merge(usize, usize),
    Split(usize, usize),
    Add(usize),
    TakeAway(usize),
    Close,
}

fn step() -> impl Strategy<Value = Step> {
    let (n, k) = (0..6usize, 0..4u32);
    prop_oneof![
        6 => k.clone().prop_map(Step::Acquire),
        6 => k.clone().prop_map(Step::AcquireOwned),
        3 => k.clone().prop_map(Step::TryAcquire),
        3 => k.prop_map(Step::TryAcquireOwned),
        14 => n.clone().prop_map(Step::Poll),
        4 => n.clone().prop_map(Step::Cancel),
        8 => n.clone().prop_map(Step::Release),
        1 => n.clone().prop_map(Step::Forget),
        3 => (n.clone(), n.clone()).prop_map(|(i, j)| Step::Merge(i, j)),
        3 => (n.clone(), 0..4usize).prop_map(|(i, k)| Step::Split(i, k)),
        3 => (0..3usize).prop_map(Step::Add),
        2 => n.prop_map(Step::TakeAway),
        1 => Just(Step::Close),
    ]
}

/// What the record should say.
#[derive(Debug, PartialEq)]
struct Facts {
    available: u64,
    /// Of each guard that has any.
    out: Vec<u64>,
    waiting: usize,
    closed: bool,
}

macro_rules! run {
    ($($sync:ident)::+, $permits:expr, $steps:expr, $check:expr) => {{
        use $($sync)::+ as sync;
        enum Guard<'a> {
            Borrowed(sync::SemaphorePermit<'a>),
            Owned(sync::OwnedSemaphorePermit),
        }
        impl Guard<'_> {
            fn permits(&self) -> usize {
                match self {
                    Guard::Borrowed(permit) => permit.num_permits(),
                    Guard::Owned(permit) => permit.num_permits(),
                }
            }
        }
        type Made<'a> = Result<Guard<'a>, sync::AcquireError>;
        let check: fn(Facts) = $check;
        let semaphore = Arc::new(sync::Semaphore::new($permits));
        let mut futures: Vec<(Polled<'_, Made<'_>>, bool)> = Vec::new();
        let mut guards: Vec<Guard<'_>> = Vec::new();
        let mut log: Vec<String> = Vec::new();
        for step in $steps {
            let i = |n: &usize, len: usize| (len > 0).then(|| n % len.max(1));
            let done: Option<String> = match step {
                Step::Acquire(k) => {
                    let acquire = async { Ok(Guard::Borrowed(semaphore.acquire_many(*k).await?)) };
                    futures.push((polled(acquire), false));
                    None
                }
                Step::AcquireOwned(k) => {
                    let semaphore = semaphore.clone();
                    let acquire = async { Ok(Guard::Owned(semaphore.acquire_many_owned(*k).await?)) };
                    futures.push((polled(acquire), false));
                    None
                }
                Step::TryAcquire(k) => {
                    let result = semaphore.try_acquire_many(*k).map(|p| guards.push(Guard::Borrowed(p)));
                    Some(format!("{result:?}"))
                }
                Step::TryAcquireOwned(k) => {
                    let result = semaphore.clone().try_acquire_many_owned(*k);
                    let result = result.map(|p| guards.push(Guard::Owned(p)));
                    Some(format!("{result:?}"))
                }
                Step::Poll(n) => i(n, futures.len()).map(|i| match futures[i].0.poll() {
                    Poll::Ready(result) => {
                        drop(futures.remove(i));
                        format!("{:?}", result.map(|guard| guards.push(guard)))
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
                Step::Release(n) => i(n, guards.len()).map(|i| match guards.remove(i) {
                    Guard::Borrowed(permit) => format!("{permit:?}"),
                    Guard::Owned(permit) => {
                        let text = format!("{permit:?}");
                        std::thread::spawn(move || drop(permit)).join().unwrap();
                        text
                    }
                }),
                Step::Forget(n) => i(n, guards.len()).map(|i| {
                    match guards.remove(i) {
                        Guard::Borrowed(permit) => permit.forget(),
                        Guard::Owned(permit) => permit.forget(),
                    }
                    String::new()
                }),
                Step::Merge(n, m) => (guards.len() > 1).then(|| {
                    let other = guards.remove(n % guards.len());
                    let j = m % guards.len();
                    match (&mut guards[j], other) {
                        (Guard::Borrowed(one), Guard::Borrowed(other)) => one.merge(other),
                        (Guard::Owned(one), Guard::Owned(other)) => one.merge(other),
                        (_, other) => guards.push(other),
                    }
                    format!("{:?}", guards.iter().map(Guard::permits).collect::<Vec<_>>())
                }),
                Step::Split(n, k) => i(n, guards.len()).map(|i| {
                    let part = match &mut guards[i] {
                        Guard::Borrowed(permit) => permit.split(*k).map(Guard::Borrowed),
                        Guard::Owned(permit) => permit.split(*k).map(Guard::Owned),
                    };
                    guards.extend(part);
                    format!("{:?}", guards.iter().map(Guard::permits).collect::<Vec<_>>())
                }),
                Step::Add(k) => {
                    semaphore.add_permits(*k);
                    None
                }
                Step::TakeAway(k) => Some(semaphore.forget_permits(*k).to_string()),
                Step::Close => {
                    semaphore.close();
                    None
                }
            };
            let wakes: Vec<usize> = futures.iter().map(|(future, _)| future.wakes()).collect();
            log.push(format!("{step:?} {done:?} {wakes:?} {semaphore:?}"));
            let mut out: Vec<u64> = guards.iter().map(|g| g.permits() as u64).filter(|n| *n > 0).collect();
            out.sort_unstable();
            let waiting = futures.iter().filter(|(_, waits)| *waits).count();
            let available = semaphore.available_permits() as u64;
            check(Facts { available, out, waiting, closed: semaphore.is_closed() });
        }
        log
    }};
}

fn compare(expected: Facts) {
    let snapshot = Snapshot::read(Detail::Light);
    let mut live = snapshot
        .resources
        .iter()
        .filter(|resource| snapshot.group_of_resource(resource).place.file.ends_with("model_semaphore.rs"));
    let semaphore = live.next().unwrap();
    assert!(live.next().is_none(), "a slot was not freed");
    let mut out: Vec<u64> = snapshot
        .holds
        .iter()
        .filter(|hold| hold.resource == semaphore.id)
        .map(|hold| u64::from(hold.amount))
        .collect();
    out.sort_unstable();
    let all = semaphore.permits.unwrap();
    assert_eq!(semaphore.permits_out.unwrap(), out.iter().sum::<u64>());
    let waits = snapshot.waits.iter().filter(|wait| wait.resource == Some(semaphore.id));
    let found =
        Facts { available: expected.available, out, waiting: waits.count(), closed: semaphore.closed };
    // A future in the queue may have been given a part of what it waits for: that is neither free nor out.
    let free = all - semaphore.permits_out.unwrap();
    assert!(if found.waiting > 0 { free >= expected.available } else { free == expected.available });
    assert_eq!(found, expected);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn random_programs_do_the_same(permits in 0usize..5, steps in prop::collection::vec(step(), 1..60)) {
        let plain = run!(tokio::sync, permits, &steps, |_| ());
        let dropin = run!(taskscope::tokio::sync, permits, &steps, compare);
        prop_assert_eq!(plain, dropin);
    }
}
