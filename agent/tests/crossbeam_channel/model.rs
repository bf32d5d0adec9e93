//! Random programs do the same with a drop-in queue as with a plain one, and the record agrees with it after every step.

use crate::find::{At, next_line, resource_at};
use proptest::prelude::*;
use std::thread;
use std::time::Duration;

/// One step of a program. Numbers choose among the ends.
#[derive(Clone, Copy, Debug)]
enum Step {
    Send(u8),
    SendFor(u8),
    Receive(u8),
    ReceiveFor(u8),
    /// One thread sends and another receives: whoever has to wait waits for the other.
    Meet(u8),
    /// The first of both that can be done at once.
    Select(u8),
    CloneSender,
    CloneReceiver,
    DropSender,
    DropReceiver,
}

/// Programs; with `selects` the queue may be used in a way that is not recorded.
fn steps(selects: bool) -> impl Strategy<Value = Vec<Step>> {
    let one = prop_oneof![
        4 => any::<u8>().prop_map(Step::Send),
        2 => any::<u8>().prop_map(Step::SendFor),
        4 => any::<u8>().prop_map(Step::Receive),
        2 => any::<u8>().prop_map(Step::ReceiveFor),
        1 => any::<u8>().prop_map(Step::Meet),
        3 => any::<u8>().prop_map(move |n| if selects { Step::Select(n) } else { Step::Send(n) }),
        1 => Just(Step::CloneSender),
        1 => Just(Step::CloneReceiver),
        1 => Just(Step::DropSender),
        1 => Just(Step::DropReceiver),
    ];
    prop::collection::vec(one, 0..50)
}

/// What the record should say.
struct Expected {
    senders: usize,
    receivers: usize,
    sent: u64,
    received: u64,
    /// Not after a selection.
    covered: bool,
}

/// What a program sees of each step. It goes on until there is no end left.
macro_rules! run {
    ($ends:expr, $steps:expr, $look:expr) => {{
        let (sender, receiver) = $ends;
        let (mut senders, mut receivers) = (vec![sender], vec![receiver]);
        let (mut seen, mut sent, mut received, mut covered) = (Vec::new(), 0, 0, true);
        for (number, step) in $steps.iter().copied().enumerate() {
            let ends = |n| {
                let n = usize::from(n);
                (senders.get(n % senders.len().max(1)), receivers.get(n % receivers.len().max(1)))
            };
            let mut went = |into: bool, out: bool| {
                sent += u64::from(into);
                received += u64::from(out);
            };
            let done = match step {
                Step::Send(n) => {
                    let result = ends(n).0.map(|sender| sender.try_send(number));
                    went(result == Some(Ok(())), false);
                    format!("{result:?}")
                }
                Step::SendFor(n) => {
                    let result = ends(n).0.map(|sender| sender.send_timeout(number, Duration::ZERO));
                    went(result == Some(Ok(())), false);
                    format!("{result:?}")
                }
                Step::Receive(n) => {
                    let result = ends(n).1.map(|receiver| receiver.try_recv());
                    went(false, matches!(result, Some(Ok(_))));
                    format!("{result:?}")
                }
                Step::ReceiveFor(n) => {
                    let result = ends(n).1.map(|receiver| receiver.recv_timeout(Duration::ZERO));
                    went(false, matches!(result, Some(Ok(_))));
                    format!("{result:?}")
                }
                Step::Meet(n) => match ends(n) {
                    (Some(sender), Some(receiver)) => {
                        let results = thread::scope(|scope| {
                            let other = scope.spawn(|| receiver.recv());
                            (sender.send(number), other.join().unwrap())
                        });
                        went(true, true);
                        format!("{results:?}")
                    }
                    _ => String::new(),
                },
                Step::Select(n) => match ends(n) {
                    (Some(sender), _) if n % 3 == 0 => {
                        covered = false;
                        ::crossbeam_channel::select_biased! {
                            send(sender, number) -> result => format!("{result:?}"),
                            default => "nothing".to_owned(),
                        }
                    }
                    (Some(sender), Some(receiver)) => {
                        covered = false;
                        ::crossbeam_channel::select_biased! {
                            recv(receiver) -> result => format!("{result:?}"),
                            send(sender, number) -> result => format!("{result:?}"),
                            default => "nothing".to_owned(),
                        }
                    }
                    _ => String::new(),
                },
                Step::CloneSender => {
                    let sender = senders.first().cloned();
                    senders.extend(sender);
                    String::new()
                }
                Step::CloneReceiver => {
                    let receiver = receivers.first().cloned();
                    receivers.extend(receiver);
                    String::new()
                }
                Step::DropSender => format!("{}", senders.pop().is_some()),
                Step::DropReceiver => format!("{}", receivers.pop().is_some()),
            };
            let (into, out) = (senders.first(), receivers.first());
            let facts = into.map(|end| (end.len(), end.is_full(), end.is_empty(), end.capacity()));
            seen.push((done, facts, out.map(|end| end.len())));
            if senders.is_empty() && receivers.is_empty() {
                break;
            }
            $look(Expected { senders: senders.len(), receivers: receivers.len(), sent, received, covered });
        }
        seen
    }};
}

/// What is received of timers that are due at once, or never.
macro_rules! timers {
    ($queues:path, $receipts:expr) => {{
        use $queues as queues;
        let (now, later) = (Duration::ZERO, Duration::from_secs(3600));
        let timers = [queues::after(now), queues::after(later), queues::tick(later), queues::never()];
        let one = |(which, waits): &(u8, bool)| {
            let timer = &timers[usize::from(*which)];
            let error = match waits {
                true => timer.recv_timeout(now).map_err(|error| error.to_string()).err(),
                false => timer.try_recv().map_err(|error| error.to_string()).err(),
            };
            (error, timer.len(), timer.is_empty(), timer.is_full(), timer.capacity())
        };
        $receipts.iter().map(one).collect::<Vec<_>>()
    }};
}

fn check(made: At, capacity: Option<u64>, expected: Expected) {
    let Some(queue) = resource_at(made) else {
        panic!("it has {} senders and {} receivers", expected.senders, expected.receivers);
    };
    assert_eq!((queue.capacity, queue.covered), (capacity, expected.covered));
    if !expected.covered {
        return;
    }
    let Expected { senders, receivers, sent, received, .. } = expected;
    assert_eq!((queue.senders, queue.receivers), (Some(senders as u64), Some(receivers as u64)));
    assert_eq!((queue.sent, queue.received), (Some(sent), Some(received)));
    // What lies in a queue that nobody can receive from is lost.
    assert_eq!(queue.depth, Some(if receivers == 0 { 0 } else { sent - received }));
    assert_eq!(queue.closed, senders == 0 || receivers == 0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Without room a message is only handed from one thread to another.
    #[test]
    fn queues_with_little_room_are_those_of_crossbeam(steps in any::<bool>().prop_flat_map(steps), room in 0usize..4) {
        let expected = run!(::crossbeam_channel::bounded(room), steps, |_| ());
        let made = next_line!();
        let ends = taskscope::crossbeam_channel::bounded(room);
        let capacity = (room > 0).then_some(room as u64);
        prop_assert_eq!(run!(ends, steps, |facts| check(made, capacity, facts)), expected);
    }

    #[test]
    fn queues_with_room_are_those_of_crossbeam(steps in any::<bool>().prop_flat_map(steps)) {
        let expected = run!(::crossbeam_channel::unbounded(), steps, |_| ());
        let made = next_line!();
        let ends = taskscope::crossbeam_channel::unbounded();
        prop_assert_eq!(run!(ends, steps, |facts| check(made, None, facts)), expected);
    }

    /// What is no queue gives its messages at times, which are not compared.
    #[test]
    fn timers_are_those_of_crossbeam(receipts in prop::collection::vec((0u8..4, any::<bool>()), 0..20)) {
        let expected = timers!(::crossbeam_channel, receipts);
        prop_assert_eq!(timers!(taskscope::crossbeam_channel, receipts), expected);
    }
}
