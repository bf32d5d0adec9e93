//! Random programs against `Notify`.

use crate::models::{compare, now_or_not};
use proptest::prelude::*;
use taskscope::snapshot::Op;

/// One step of a program. Numbers choose among the futures, modulo their number.
#[derive(Clone, Debug)]
enum Step {
    One,
    Last,
    Waiters,
    Make,
    MakeOwned,
    Enable(usize),
    Poll(usize),
    Cancel(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let n = 0..6usize;
    prop_oneof![
        3 => Just(Step::One),
        2 => Just(Step::Last),
        1 => Just(Step::Waiters),
        4 => Just(Step::Make),
        3 => Just(Step::MakeOwned),
        2 => n.clone().prop_map(Step::Enable),
        8 => n.clone().prop_map(Step::Poll),
        3 => n.prop_map(Step::Cancel),
    ]
}

/// Runs a program against the `Notify` of `$sync`; returns what every step gave.
macro_rules! run {
    ($($sync:ident)::+, $steps:expr, $check:expr) => {{
        use $($sync)::+ as sync;
        use sync::futures::{Notified, OwnedNotified};
        enum Made<'a> {
            Borrowed(std::pin::Pin<Box<Notified<'a>>>),
            Owned(std::pin::Pin<Box<OwnedNotified>>),
        }
        let check: fn(u64, usize) = $check;
        let notify = std::sync::Arc::new(sync::Notify::new());
        let mut futures: Vec<(Made<'_>, bool, std::sync::Arc<crate::poll::Wakes>)> = Vec::new();
        let (mut log, mut sent) = (Vec::new(), 0);
        for step in $steps {
            let i = |i: &usize| (!futures.is_empty()).then(|| i % futures.len());
            let done = match step {
                Step::One | Step::Last | Step::Waiters => {
                    sent += 1;
                    match step {
                        Step::One => notify.notify_one(),
                        Step::Last => notify.notify_last(),
                        _ => notify.notify_waiters(),
                    }
                    None
                }
                Step::Make => {
                    futures.push((Made::Borrowed(Box::pin(notify.notified())), false, Default::default()));
                    None
                }
                Step::MakeOwned => {
                    let made = Box::pin(notify.clone().notified_owned());
                    futures.push((Made::Owned(made), false, Default::default()));
                    None
                }
                Step::Enable(n) => i(n).map(|i| {
                    let (made, waits, _) = &mut futures[i];
                    let ready = match made {
                        Made::Borrowed(made) => made.as_mut().enable(),
                        Made::Owned(made) => made.as_mut().enable(),
                    };
                    *waits &= !ready;
                    ready
                }),
                Step::Poll(n) => i(n).map(|i| {
                    let (made, waits, wakes) = &mut futures[i];
                    let ready = match made {
                        Made::Borrowed(made) => now_or_not(made.as_mut(), wakes).is_some(),
                        Made::Owned(made) => now_or_not(made.as_mut(), wakes).is_some(),
                    };
                    *waits = !ready;
                    ready
                }),
                Step::Cancel(n) => i(n).map(|i| {
                    drop(futures.remove(i));
                    true
                }),
            };
            let wakes: Vec<usize> = futures.iter().map(|(_, _, wakes)| wakes.count()).collect();
            log.push(format!("{step:?} {done:?} {wakes:?}"));
            check(sent, futures.iter().filter(|(_, waits, _)| *waits).count());
        }
        log
    }};
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn random_programs_do_the_same(steps in prop::collection::vec(step(), 1..60)) {
        let plain = run!(tokio::sync, &steps, |_, _| ());
        let dropin = run!(taskscope::tokio::sync, &steps, |sent, waiting| {
            compare("models/notify.rs", |notify, waits| {
                assert_eq!(notify.sent, Some(sent));
                assert_eq!((notify.senders, notify.depth, notify.received), (None, None, None));
                assert!(notify.covered);
                assert_eq!(waits.len(), waiting);
                assert!(waits.iter().all(|wait| wait.op == Op::Notified));
            });
        });
        prop_assert_eq!(plain, dropin);
    }
}
