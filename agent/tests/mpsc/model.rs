//! Random programs do the same with a drop-in as with a plain queue, futures cancelled at any point included, and the
//! record agrees with the queue after every step.

use crate::poll::Polled;
use proptest::prelude::*;
use taskscope::snapshot::{Detail, Resource, Snapshot};

/// One step of a program. Numbers choose among what there is, modulo its length.
#[derive(Clone, Debug)]
enum Step {
    Send(usize),
    Reserve(usize),
    ReserveMany(usize, usize),
    ReserveOwned(usize),
    TrySend(usize),
    TryReserve(usize),
    Poll(usize),
    Cancel(usize),
    UsePermit(usize),
    DropPermit(usize),
    Recv,
    RecvMany(usize),
    TryRecv,
    Clone(usize),
    Drop(usize),
    Downgrade(usize),
    Upgrade(usize),
    Close,
    DropReceiver,
}

fn step() -> impl Strategy<Value = Step> {
    let n = 0..6usize;
    prop_oneof![
        6 => n.clone().prop_map(Step::Send),
        2 => n.clone().prop_map(Step::Reserve),
        2 => (n.clone(), 0..5usize).prop_map(|(i, k)| Step::ReserveMany(i, k)),
        2 => n.clone().prop_map(Step::ReserveOwned),
        2 => n.clone().prop_map(Step::TrySend),
        2 => n.clone().prop_map(Step::TryReserve),
        8 => n.clone().prop_map(Step::Poll),
        4 => n.clone().prop_map(Step::Cancel),
        4 => n.clone().prop_map(Step::UsePermit),
        2 => n.clone().prop_map(Step::DropPermit),
        6 => Just(Step::Recv),
        2 => (0..4usize).prop_map(Step::RecvMany),
        4 => Just(Step::TryRecv),
        2 => n.clone().prop_map(Step::Clone),
        1 => n.clone().prop_map(Step::Drop),
        1 => n.clone().prop_map(Step::Downgrade),
        1 => n.prop_map(Step::Upgrade),
        1 => Just(Step::Close),
        1 => Just(Step::DropReceiver),
    ]
}

/// What the record should say.
#[derive(Debug, PartialEq)]
struct Expected {
    depth: usize,
    senders: usize,
    receivers: usize,
    reserved: usize,
    closed: bool,
    waiting: usize,
}

/// A future of a program, and what it gave.
enum Made<P> {
    Text(String),
    Permits(Vec<P>),
}

/// Runs a program against the queue of `$mpsc`; returns what every step gave. `$check` is called after each.
macro_rules! run {
    ($($mpsc:ident)::+, $capacity:expr, $steps:expr, $check:expr) => {{
        use $($mpsc)::+ as mpsc;
        type Permit = mpsc::OwnedPermit<usize>;
        let check: fn(Expected) = $check;
        let (tx, rx) = mpsc::channel::<usize>($capacity);
        let (mut txs, mut rx, mut weaks) = (vec![tx], Some(rx), Vec::new());
        let mut futures: Vec<Polled<'static, Made<Permit>>> = Vec::new();
        let mut waiting: Vec<bool> = Vec::new();
        let mut permits: Vec<Permit> = Vec::new();
        let mut log: Vec<String> = Vec::new();
        let mut message = 0;
        for step in $steps {
            message += 1;
            let i = |i: &usize, len: usize| (len > 0).then(|| i % len.max(1));
            let done = match step {
                Step::Send(n) => i(n, txs.len()).map(|i| {
                    let tx = txs[i].clone();
                    futures.push(crate::poll::polled(async move {
                        Made::Text(format!("{:?}", tx.send(message).await))
                    }));
                    waiting.push(false);
                    String::new()
                }),
                Step::Reserve(n) => i(n, txs.len()).map(|i| {
                    let tx = txs[i].clone();
                    futures.push(crate::poll::polled(async move {
                        let result = tx.reserve().await.map(|permit| permit.send(message));
                        Made::Text(format!("{result:?}"))
                    }));
                    waiting.push(false);
                    String::new()
                }),
                Step::ReserveMany(n, k) => i(n, txs.len()).map(|i| {
                    let (tx, k) = (txs[i].clone(), *k);
                    futures.push(crate::poll::polled(async move {
                        let result = tx.reserve_many(k).await.map(|permits| {
                            // The last one is given back.
                            let n = permits.len().saturating_sub(1);
                            permits.take(n).for_each(|permit| permit.send(message));
                        });
                        Made::Text(format!("{result:?}"))
                    }));
                    waiting.push(false);
                    String::new()
                }),
                Step::ReserveOwned(n) => i(n, txs.len()).map(|i| {
                    let tx = txs[i].clone();
                    futures.push(crate::poll::polled(async move {
                        match tx.reserve_owned().await {
                            Ok(permit) => Made::Permits(vec![permit]),
                            Err(error) => Made::Text(format!("{error:?}")),
                        }
                    }));
                    waiting.push(false);
                    String::new()
                }),
                Step::TrySend(n) => i(n, txs.len()).map(|i| format!("{:?}", txs[i].try_send(message))),
                Step::TryReserve(n) => i(n, txs.len()).map(|i| {
                    match txs[i].clone().try_reserve_owned() {
                        Ok(permit) => {
                            permits.push(permit);
                            "permit".to_owned()
                        }
                        Err(error) => error.to_string(),
                    }
                }),
                Step::Poll(n) => i(n, futures.len()).map(|i| match futures[i].poll() {
                    std::task::Poll::Pending => {
                        waiting[i] = true;
                        "pending".to_owned()
                    }
                    std::task::Poll::Ready(made) => {
                        drop(futures.remove(i));
                        waiting.remove(i);
                        match made {
                            Made::Text(text) => text,
                            Made::Permits(new) => {
                                permits.extend(new);
                                "permit".to_owned()
                            }
                        }
                    }
                }),
                Step::Cancel(n) => i(n, futures.len()).map(|i| {
                    drop(futures.remove(i));
                    waiting.remove(i);
                    String::new()
                }),
                Step::UsePermit(n) => i(n, permits.len()).map(|i| {
                    drop(permits.remove(i).send(message));
                    String::new()
                }),
                Step::DropPermit(n) => i(n, permits.len()).map(|i| {
                    drop(permits.remove(i));
                    String::new()
                }),
                Step::Recv => rx.as_mut().map(|rx| format!("{:?}", crate::poll::polled(rx.recv()).poll())),
                Step::RecvMany(limit) => rx.as_mut().map(|rx| {
                    let mut buffer = Vec::new();
                    let result = crate::poll::polled(rx.recv_many(&mut buffer, *limit)).poll();
                    format!("{result:?} {buffer:?}")
                }),
                Step::TryRecv => rx.as_mut().map(|rx| format!("{:?}", rx.try_recv())),
                Step::Clone(n) => i(n, txs.len()).map(|i| {
                    let tx = txs[i].clone();
                    txs.push(tx);
                    String::new()
                }),
                Step::Drop(n) => i(n, txs.len()).map(|i| {
                    drop(txs.remove(i));
                    String::new()
                }),
                Step::Downgrade(n) => i(n, txs.len()).map(|i| {
                    weaks.push(txs[i].downgrade());
                    String::new()
                }),
                Step::Upgrade(n) => i(n, weaks.len()).map(|i| {
                    let strong = weaks[i].upgrade();
                    let text = strong.is_some().to_string();
                    txs.extend(strong);
                    text
                }),
                Step::Close => rx.as_mut().map(|rx| {
                    rx.close();
                    String::new()
                }),
                Step::DropReceiver => rx.take().map(|rx| {
                    drop(rx);
                    String::new()
                }),
            };
            let senders = txs.len() + futures.len() + permits.len();
            let facts = Expected {
                depth: rx.as_ref().map_or(0, |rx| rx.len()),
                senders: txs.first().map_or(senders, |tx| tx.strong_count()),
                receivers: usize::from(rx.is_some()),
                reserved: permits.len(),
                closed: rx.as_ref().is_none_or(|rx| rx.is_closed()),
                waiting: waiting.iter().filter(|waits| **waits).count(),
            };
            let wakes: Vec<usize> = futures.iter().map(|future| future.wakes()).collect();
            log.push(format!("{step:?} {done:?} {facts:?} {wakes:?}"));
            check(facts);
        }
        log
    }};
}

/// The queue of the model that runs now, and how many waits it has.
fn recorded() -> Option<(Resource, usize)> {
    let snapshot = Snapshot::read(Detail::Light);
    let mut live = snapshot
        .resources
        .iter()
        .filter(|resource| snapshot.group_of_resource(resource).place.file.ends_with("model.rs"));
    let resource = live.next()?.clone();
    assert!(live.next().is_none(), "a slot was not freed");
    let waits = snapshot.waits.iter().filter(|wait| wait.resource == Some(resource.id)).count();
    Some((resource, waits))
}

fn compare(expected: Expected) {
    let Some((resource, waiting)) = recorded() else {
        assert_eq!((expected.senders, expected.receivers), (0, 0), "not recorded");
        return;
    };
    assert!(resource.covered);
    let number = |fact: Option<u64>| usize::try_from(fact.unwrap()).unwrap();
    let found = Expected {
        depth: number(resource.depth),
        senders: number(resource.senders),
        receivers: number(resource.receivers),
        reserved: number(resource.permits_out),
        closed: resource.closed,
        waiting,
    };
    assert_eq!(found, expected);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn random_programs_do_the_same(capacity in 1usize..4, steps in prop::collection::vec(step(), 1..60)) {
        let plain = run!(tokio::sync::mpsc, capacity, &steps, |_| ());
        let dropin = run!(taskscope::tokio::sync::mpsc, capacity, &steps, compare);
        prop_assert_eq!(plain, dropin);
    }
}
