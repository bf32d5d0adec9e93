//! Random programs do the same with a drop-in queue that always has room as with a plain one, futures cancelled at any point
//! included, and the record agrees with the queue after every step.

use crate::driver::{config, recorded, run, steps};
use crate::poll::polled;
use proptest::prelude::*;
use std::cell::RefCell;
use std::future::poll_fn;

/// What the record should say; `depth` and `receiver` of a queue whose receiver is there.
struct Expected {
    senders: usize,
    receiver: bool,
    depth: usize,
    sent: u64,
    closed: bool,
}

macro_rules! against {
    ($($mpsc:ident)::+, $steps:expr, $look:expr) => {{
        let (tx, rx) = $($mpsc)::+::unbounded_channel::<usize>();
        let (txs, weaks, rx) = (RefCell::new(vec![tx]), RefCell::new(Vec::new()), RefCell::new(Some(rx)));
        let mut sent = 0;
        // All of them receive; the one that was polled last is woken. One that waits for the end keeps a sender.
        let make = |n: usize| {
            let (txs, rx) = (&txs, &rx);
            let tx = txs.borrow().get(n % 6).cloned();
            match (n % 4, tx) {
                (0, Some(tx)) => polled(async move { format!("{:?}", tx.closed().await) }),
                (1, _) => polled(poll_fn(move |cx| match &mut *rx.borrow_mut() {
                    Some(rx) => {
                        let mut all = Vec::new();
                        rx.poll_recv_many(cx, &mut all, n % 3).map(|n| format!("{n} {all:?}"))
                    }
                    None => std::task::Poll::Ready("gone".to_owned()),
                })),
                _ => polled(poll_fn(move |cx| match &mut *rx.borrow_mut() {
                    Some(rx) => rx.poll_recv(cx).map(|got| format!("{got:?}")),
                    None => std::task::Poll::Ready("gone".to_owned()),
                })),
            }
        };
        let act = |n: usize| {
            let (mut txs, mut rx) = (txs.borrow_mut(), rx.borrow_mut());
            let chosen = |len: usize| (len > 0).then(|| n / 20 % len.max(1));
            let mut done = String::new();
            match n % 20 {
                0..8 => {
                    if let Some(i) = chosen(txs.len()) {
                        let result = txs[i].send(n);
                        sent += u64::from(result.is_ok());
                        done = format!("{result:?}");
                    }
                }
                8..11 => done = format!("{:?}", rx.as_mut().map(|rx| rx.try_recv())),
                // What does not come at once is cancelled.
                11 | 12 => done = format!("{:?}", rx.as_mut().map(|rx| polled(rx.recv()).poll())),
                13 | 14 => {
                    let tx = txs.first().cloned();
                    txs.extend(tx);
                }
                15 => drop(txs.pop()),
                16 => weaks.borrow_mut().extend(txs.first().map(|tx| tx.downgrade())),
                17 => txs.extend(weaks.borrow().last().and_then(|weak| weak.upgrade())),
                18 => rx.iter_mut().for_each(|rx| rx.close()),
                _ if n > 50 => drop(rx.take()),
                _ => {}
            }
            let senders = txs.first().map(|tx| (tx.strong_count(), tx.is_closed()));
            let receiver = rx.as_ref().map(|rx| (rx.len(), rx.is_closed(), rx.sender_strong_count()));
            if let Some((senders, closed)) = senders {
                let depth = receiver.map_or(0, |(len, ..)| len);
                $look(Expected { senders, receiver: rx.is_some(), depth, sent, closed });
            }
            format!("{done} {senders:?} {receiver:?}")
        };
        run($steps, make, act, |_| ())
    }};
}

fn look(expected: Expected) {
    let found = recorded("mpsc/model_unbounded.rs");
    let [queue] = &found.resources[..] else { panic!("not one queue: {:#?}", found.resources) };
    assert!(queue.covered);
    assert_eq!((queue.capacity, queue.closed), (None, expected.closed));
    assert_eq!(
        (queue.senders, queue.receivers),
        (Some(expected.senders as u64), Some(u64::from(expected.receiver)))
    );
    assert_eq!((queue.sent, queue.depth), (Some(expected.sent), Some(expected.depth as u64)));
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_programs_do_the_same(steps in steps()) {
        let plain = against!(tokio::sync::mpsc, &steps, |_| ());
        let dropin = against!(taskscope::tokio::sync::mpsc, &steps, look);
        prop_assert_eq!(plain, dropin);
        prop_assert_eq!(recorded("mpsc/model_unbounded.rs").resources.len(), 0);
    }
}
