//! Random programs against `broadcast`.

use crate::models::compare_if_alive;
use crate::poll::Polled;
use proptest::prelude::*;
use taskscope::snapshot::Op;

/// One step of a program. Numbers choose among what there is, modulo its length.
#[derive(Clone, Debug)]
enum Step {
    Send(usize),
    Subscribe(usize),
    Resubscribe(usize),
    CloneSender(usize),
    DropSender(usize),
    DropReceiver(usize),
    Downgrade(usize),
    Upgrade(usize),
    Closed(usize),
    Recv(usize),
    TryRecv(usize),
    Poll(usize),
    Cancel(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let n = || 0..6usize;
    prop_oneof![
        8 => n().prop_map(Step::Send),
        2 => n().prop_map(Step::Subscribe),
        1 => n().prop_map(Step::Resubscribe),
        1 => n().prop_map(Step::CloneSender),
        1 => n().prop_map(Step::DropSender),
        1 => n().prop_map(Step::DropReceiver),
        1 => n().prop_map(Step::Downgrade),
        1 => n().prop_map(Step::Upgrade),
        1 => n().prop_map(Step::Closed),
        4 => n().prop_map(Step::Recv),
        4 => n().prop_map(Step::TryRecv),
        8 => n().prop_map(Step::Poll),
        2 => n().prop_map(Step::Cancel),
    ]
}

/// What the record should say.
#[derive(Debug, PartialEq)]
struct Expected {
    capacity: u64,
    /// Not known to a program without a sender.
    depth: Option<u64>,
    senders: usize,
    receivers: usize,
    sent: u64,
    missed: u64,
    closed: bool,
    receiving: usize,
    ends: usize,
}

/// Runs a program against the channel of `$broadcast`; returns what every step gave. `$check` is called after each.
macro_rules! run {
    ($($broadcast:ident)::+, $capacity:expr, $steps:expr, $check:expr) => {{
        use $($broadcast)::+ as broadcast;
        use broadcast::error::{RecvError, TryRecvError};
        let check: fn(Expected) = $check;
        let (tx, rx) = broadcast::channel($capacity);
        let (mut txs, mut rxs, mut weaks, mut sent, mut missed) = (vec![tx], vec![rx], Vec::new(), 0, 0);
        enum Made {
            Sender(broadcast::Sender<usize>),
            Receiver(broadcast::Receiver<usize>, Result<usize, RecvError>),
        }
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
                Step::Subscribe(n) => i(n, txs.len()).map(|i| nothing(rxs.push(txs[i].subscribe()))),
                Step::Resubscribe(n) => i(n, rxs.len()).map(|i| nothing(rxs.push(rxs[i].resubscribe()))),
                Step::CloneSender(n) => i(n, txs.len()).map(|i| nothing(txs.push(txs[i].clone()))),
                Step::DropSender(n) => i(n, txs.len()).map(|i| nothing(drop(txs.remove(i)))),
                Step::DropReceiver(n) => i(n, rxs.len()).map(|i| nothing(drop(rxs.remove(i)))),
                Step::Downgrade(n) => i(n, txs.len()).map(|i| nothing(weaks.push(txs[i].downgrade()))),
                Step::Upgrade(n) => i(n, weaks.len()).map(|i| {
                    let strong = weaks[i].upgrade();
                    let text = strong.is_some().to_string();
                    txs.extend(strong);
                    text
                }),
                Step::Closed(n) => i(n, txs.len()).map(|i| {
                    let tx = txs.remove(i);
                    let future = crate::poll::polled(async move {
                        tx.closed().await;
                        Made::Sender(tx)
                    });
                    nothing(futures.push((future, true, false)))
                }),
                Step::Recv(n) => i(n, rxs.len()).map(|i| {
                    let mut rx = rxs.remove(i);
                    let future = crate::poll::polled(async move {
                        let result = rx.recv().await;
                        Made::Receiver(rx, result)
                    });
                    nothing(futures.push((future, false, false)))
                }),
                Step::TryRecv(n) => i(n, rxs.len()).map(|i| {
                    let result = rxs[i].try_recv();
                    if let Err(TryRecvError::Lagged(n)) = result {
                        missed += n;
                    }
                    format!("{result:?} {}", rxs[i].len())
                }),
                Step::Poll(n) => i(n, futures.len()).map(|i| match futures[i].0.poll() {
                    std::task::Poll::Pending => {
                        futures[i].2 = true;
                        "pending".to_owned()
                    }
                    std::task::Poll::Ready(made) => {
                        drop(futures.remove(i));
                        match made {
                            Made::Sender(tx) => nothing(txs.push(tx)),
                            Made::Receiver(rx, result) => {
                                if let Err(RecvError::Lagged(n)) = result {
                                    missed += n;
                                }
                                rxs.push(rx);
                                format!("{result:?}")
                            }
                        }
                    }
                }),
                Step::Cancel(n) => i(n, futures.len()).map(|i| nothing(drop(futures.remove(i)))),
            };
            let wakes: Vec<usize> = futures.iter().map(|future| future.0.wakes()).collect();
            let lengths: Vec<usize> = txs.iter().map(|tx| tx.len()).collect();
            log.push(format!("{step:?} {done:?} {wakes:?} {lengths:?}"));
            let senders = txs.len() + futures.iter().filter(|future| future.1).count();
            let receivers = rxs.len() + futures.iter().filter(|future| !future.1).count();
            if let Some(tx) = txs.first() {
                assert_eq!((tx.strong_count(), tx.receiver_count()), (senders, receivers));
            }
            let waiting = |ends| futures.iter().filter(|future| future.1 == ends && future.2).count();
            let (receiving, ends, closed) = (waiting(false), waiting(true), senders == 0);
            let capacity = usize::next_power_of_two($capacity) as u64;
            let depth = txs.first().map(|tx| tx.len() as u64);
            check(Expected { capacity, depth, senders, receivers, sent, missed, closed, receiving, ends });
            if senders + receivers == 0 {
                break;
            }
        }
        log
    }};
}

fn check(expected: Expected) {
    // What weak senders are left with says nothing any more.
    if expected.senders + expected.receivers == 0 {
        return;
    }
    compare_if_alive("models/broadcast.rs", true, |channel, waits| {
        let number = |fact: Option<u64>| usize::try_from(fact.unwrap()).unwrap();
        let found = Expected {
            capacity: channel.capacity.unwrap(),
            depth: expected.depth.and(channel.depth),
            senders: number(channel.senders),
            receivers: number(channel.receivers),
            sent: channel.sent.unwrap(),
            missed: channel.missed.unwrap(),
            closed: channel.closed,
            receiving: waits.iter().filter(|wait| wait.op == Op::Recv).count(),
            ends: waits.iter().filter(|wait| wait.op == Op::Wait).count(),
        };
        assert_eq!(found, expected);
        assert!(channel.covered && channel.depth.is_some());
        assert_eq!(channel.received, None);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn random_programs_do_the_same(capacity in 1usize..5, steps in prop::collection::vec(step(), 1..60)) {
        let plain = run!(tokio::sync::broadcast, capacity, steps, |_| ());
        let dropin = run!(taskscope::tokio::sync::broadcast, capacity, steps, check);
        prop_assert_eq!(plain, dropin);
    }
}
