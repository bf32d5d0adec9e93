//! Random programs against `watch`.

use crate::models::compare_if_alive;
use crate::poll::Polled;
use proptest::prelude::*;
use taskscope::snapshot::Op;

/// One step of a program. Numbers choose among what there is, modulo its length.
#[derive(Clone, Debug)]
enum Step {
    Send(usize),
    Modify(usize),
    ModifyIf(usize, bool),
    Replace(usize),
    Subscribe(usize),
    CloneSender(usize),
    DropSender(usize),
    CloneReceiver(usize),
    DropReceiver(usize),
    Closed(usize),
    Changed(usize),
    WaitFor(usize, usize),
    Poll(usize),
    Cancel(usize),
    Look(usize, bool),
    Mark(usize, bool),
}

fn step() -> impl Strategy<Value = Step> {
    let n = || 0..6usize;
    prop_oneof![
        4 => n().prop_map(Step::Send),
        2 => n().prop_map(Step::Modify),
        2 => (n(), any::<bool>()).prop_map(|(i, yes)| Step::ModifyIf(i, yes)),
        2 => n().prop_map(Step::Replace),
        2 => n().prop_map(Step::Subscribe),
        1 => n().prop_map(Step::CloneSender),
        1 => n().prop_map(Step::DropSender),
        2 => n().prop_map(Step::CloneReceiver),
        1 => n().prop_map(Step::DropReceiver),
        1 => n().prop_map(Step::Closed),
        5 => n().prop_map(Step::Changed),
        2 => (n(), 0..60usize).prop_map(|(i, least)| Step::WaitFor(i, least)),
        8 => n().prop_map(Step::Poll),
        2 => n().prop_map(Step::Cancel),
        3 => (n(), any::<bool>()).prop_map(|(i, update)| Step::Look(i, update)),
        2 => (n(), any::<bool>()).prop_map(|(i, changed)| Step::Mark(i, changed)),
    ]
}

/// What the record should say.
#[derive(Debug, PartialEq)]
struct Expected {
    senders: usize,
    receivers: usize,
    sent: u64,
    closed: bool,
    changed: usize,
    ends: usize,
}

/// Runs a program against the channel of `$watch`; returns what every step gave. `$check` is called after each.
macro_rules! run {
    ($($watch:ident)::+, $steps:expr, $check:expr) => {{
        use $($watch)::+ as watch;
        let check: fn(Expected) = $check;
        let (tx, rx) = watch::channel(0usize);
        let (mut txs, mut rxs, mut sent) = (vec![tx], vec![rx], 0u64);
        type Made = (Option<watch::Sender<usize>>, Option<watch::Receiver<usize>>, String);
        // Whether it is for the end of the receivers, and whether it waits.
        let mut futures: Vec<(Polled<'static, Made>, bool, bool)> = Vec::new();
        let mut log: Vec<String> = Vec::new();
        for (number, step) in $steps.iter().enumerate() {
            let i = |i: &usize, len: usize| (len > 0).then(|| i % len.max(1));
            let nothing = |_| String::new();
            let done = match step {
                Step::Send(n) => i(n, txs.len()).map(|i| {
                    let result = txs[i].send(number);
                    sent += u64::from(result.is_ok());
                    format!("{result:?}")
                }),
                Step::Modify(n) => i(n, txs.len()).map(|i| {
                    sent += 1;
                    nothing(txs[i].send_modify(|value| *value += 1))
                }),
                Step::ModifyIf(n, yes) => i(n, txs.len()).map(|i| {
                    sent += u64::from(*yes);
                    format!("{}", txs[i].send_if_modified(|value| {
                        *value = number;
                        *yes
                    }))
                }),
                Step::Replace(n) => i(n, txs.len()).map(|i| {
                    sent += 1;
                    format!("{}", txs[i].send_replace(number))
                }),
                Step::Subscribe(n) => i(n, txs.len()).map(|i| nothing(rxs.push(txs[i].subscribe()))),
                Step::CloneSender(n) => i(n, txs.len()).map(|i| nothing(txs.push(txs[i].clone()))),
                Step::DropSender(n) => i(n, txs.len()).map(|i| nothing(drop(txs.remove(i)))),
                Step::CloneReceiver(n) => i(n, rxs.len()).map(|i| nothing(rxs.push(rxs[i].clone()))),
                Step::DropReceiver(n) => i(n, rxs.len()).map(|i| nothing(drop(rxs.remove(i)))),
                Step::Closed(n) => i(n, txs.len()).map(|i| {
                    let tx = txs.remove(i);
                    let future = crate::poll::polled(async move {
                        tx.closed().await;
                        (Some(tx), None, String::new())
                    });
                    nothing(futures.push((future, true, false)))
                }),
                Step::Changed(n) => i(n, rxs.len()).map(|i| {
                    let mut rx = rxs.remove(i);
                    let future = crate::poll::polled(async move {
                        let result = rx.changed().await;
                        (None, Some(rx), format!("{result:?}"))
                    });
                    nothing(futures.push((future, false, false)))
                }),
                Step::WaitFor(n, least) => i(n, rxs.len()).map(|i| {
                    let (mut rx, least) = (rxs.remove(i), *least);
                    let future = crate::poll::polled(async move {
                        let result = format!("{:?}", rx.wait_for(|value| *value >= least).await.map(|v| *v));
                        (None, Some(rx), result)
                    });
                    nothing(futures.push((future, false, false)))
                }),
                Step::Poll(n) => i(n, futures.len()).map(|i| match futures[i].0.poll() {
                    std::task::Poll::Pending => {
                        futures[i].2 = true;
                        "pending".to_owned()
                    }
                    std::task::Poll::Ready((tx, rx, text)) => {
                        drop(futures.remove(i));
                        txs.extend(tx);
                        rxs.extend(rx);
                        text
                    }
                }),
                Step::Cancel(n) => i(n, futures.len()).map(|i| nothing(drop(futures.remove(i)))),
                Step::Look(n, update) => i(n, rxs.len()).map(|i| {
                    let changed = rxs[i].has_changed();
                    let value = if *update { rxs[i].borrow_and_update() } else { rxs[i].borrow() };
                    format!("{changed:?} {} {}", *value, value.has_changed())
                }),
                Step::Mark(n, changed) => i(n, rxs.len()).map(|i| {
                    let mark = if *changed { watch::Receiver::mark_changed } else { watch::Receiver::mark_unchanged };
                    nothing(mark(&mut rxs[i]))
                }),
            };
            let wakes: Vec<usize> = futures.iter().map(|future| future.0.wakes()).collect();
            log.push(format!("{step:?} {done:?} {wakes:?}"));
            let senders = txs.len() + futures.iter().filter(|future| future.1).count();
            let receivers = rxs.len() + futures.iter().filter(|future| !future.1).count();
            if let Some(tx) = txs.first() {
                assert_eq!((tx.sender_count(), tx.receiver_count()), (senders, receivers));
            }
            let waiting = |ends| futures.iter().filter(|future| future.1 == ends && future.2).count();
            let (changed, ends) = (waiting(false), waiting(true));
            check(Expected { senders, receivers, sent, closed: senders == 0, changed, ends });
        }
        log
    }};
}

fn check(expected: Expected) {
    compare_if_alive("models/watch.rs", expected.senders + expected.receivers > 0, |channel, waits| {
        let number = |fact: Option<u64>| usize::try_from(fact.unwrap()).unwrap();
        let found = Expected {
            senders: number(channel.senders),
            receivers: number(channel.receivers),
            sent: channel.sent.unwrap(),
            closed: channel.closed,
            changed: waits.iter().filter(|wait| wait.op == Op::Changed).count(),
            ends: waits.iter().filter(|wait| wait.op == Op::Wait).count(),
        };
        assert_eq!(found, expected);
        assert!(channel.covered);
        assert_eq!((channel.depth, channel.capacity, channel.received), (None, None, None));
    });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn random_programs_do_the_same(steps in prop::collection::vec(step(), 1..60)) {
        let plain = run!(tokio::sync::watch, steps, |_| ());
        let dropin = run!(taskscope::tokio::sync::watch, steps, check);
        prop_assert_eq!(plain, dropin);
    }
}
