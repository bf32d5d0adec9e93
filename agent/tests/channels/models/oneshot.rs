//! Random programs against `oneshot`.

use crate::models::{compare_if_alive, now_or_not};
use proptest::prelude::*;

/// One step of a program.
#[derive(Clone, Debug)]
enum Step {
    Send,
    DropSender,
    PollClosed,
    Closed,
    Recv,
    TryRecv,
    Close,
    DropReceiver,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Send),
        1 => Just(Step::DropSender),
        3 => Just(Step::PollClosed),
        2 => Just(Step::Closed),
        5 => Just(Step::Recv),
        3 => Just(Step::TryRecv),
        1 => Just(Step::Close),
        1 => Just(Step::DropReceiver),
    ]
}

/// What the record should say.
#[derive(Debug, PartialEq)]
struct Expected {
    depth: u64,
    senders: u64,
    receivers: u64,
    sent: u64,
    received: u64,
    closed: bool,
    waiting: usize,
}

/// Runs a program against the channel of `$oneshot`; returns what every step gave. `$check` is called after each.
macro_rules! run {
    ($($oneshot:ident)::+, $steps:expr, $check:expr) => {{
        use $($oneshot)::+ as oneshot;
        let check: fn(Expected) = $check;
        let (tx, rx) = oneshot::channel::<u8>();
        let (mut tx, mut rx) = (Some(tx), Some(rx));
        let (mut tx_waits, mut rx_waits) = (false, false);
        let (mut sent, mut received, mut closed) = (0, 0, false);
        let wakes = std::sync::Arc::<crate::poll::Wakes>::default();
        let mut log = Vec::new();
        for step in $steps {
            let waker = std::task::Waker::from(wakes.clone());
            let mut cx = std::task::Context::from_waker(&waker);
            let done = match step {
                Step::Send => tx.take().map(|tx| {
                    (tx_waits, closed) = (false, true);
                    let result = tx.send(7);
                    sent += u64::from(result.is_ok());
                    format!("{result:?}")
                }),
                Step::DropSender => tx.take().map(|_| {
                    (tx_waits, closed) = (false, true);
                    String::new()
                }),
                Step::PollClosed => tx.as_mut().map(|tx| {
                    tx_waits = tx.poll_closed(&mut cx).is_pending();
                    format!("{tx_waits} {}", tx.is_closed())
                }),
                // A future that is polled once and given up. What was polled by hand has lost its place.
                Step::Closed => tx.as_mut().filter(|_| !tx_waits).map(|tx| {
                    format!("{:?}", now_or_not(std::pin::pin!(tx.closed()), &wakes))
                }),
                Step::Recv => rx.as_mut().filter(|rx| !rx.is_terminated()).map(|rx| {
                    let result = now_or_not(std::pin::Pin::new(rx), &wakes);
                    rx_waits = result.is_none();
                    received += u64::from(matches!(result, Some(Ok(_))));
                    format!("{result:?}")
                }),
                Step::TryRecv => rx.as_mut().map(|rx| {
                    let result = rx.try_recv();
                    rx_waits &= matches!(result, Err(oneshot::error::TryRecvError::Empty));
                    received += u64::from(result.is_ok());
                    format!("{result:?} {} {}", rx.is_terminated(), rx.is_empty())
                }),
                Step::Close => rx.as_mut().map(|rx| {
                    closed = true;
                    rx.close();
                    String::new()
                }),
                Step::DropReceiver => rx.take().map(|_| {
                    (rx_waits, closed) = (false, true);
                    String::new()
                }),
            };
            log.push(format!("{step:?} {done:?} {}", wakes.count()));
            let depth = rx.as_ref().map_or(0, |rx| u64::from(!rx.is_empty()));
            // A receiver that got the value, or learned that there is none, is no end any more.
            let receives = rx.as_ref().is_some_and(|rx| !rx.is_terminated());
            let (senders, receivers) = (u64::from(tx.is_some()), u64::from(receives));
            let waiting = usize::from(tx_waits) + usize::from(rx_waits);
            check(Expected { depth, senders, receivers, sent, received, closed, waiting });
        }
        log
    }};
}

fn check(expected: Expected) {
    let alive = expected.senders + expected.receivers > 0;
    compare_if_alive("models/oneshot.rs", alive, |channel, waits| {
        let found = Expected {
            depth: channel.depth.unwrap(),
            senders: channel.senders.unwrap(),
            receivers: channel.receivers.unwrap(),
            sent: channel.sent.unwrap(),
            received: channel.received.unwrap(),
            closed: channel.closed,
            waiting: waits.len(),
        };
        assert_eq!(found, expected);
        assert!(channel.covered);
        assert_eq!((channel.capacity, channel.missed), (None, None));
    });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn random_programs_do_the_same(steps in prop::collection::vec(step(), 1..20)) {
        let plain = run!(tokio::sync::oneshot, &steps, |_| ());
        let dropin = run!(taskscope::tokio::sync::oneshot, &steps, check);
        prop_assert_eq!(plain, dropin);
    }
}
