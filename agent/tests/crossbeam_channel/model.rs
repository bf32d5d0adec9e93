//! Random programs do the same with a drop-in queue as with a plain one, and the record agrees with it after every step.

use crate::find::{next_line, resource_at};
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
enum Step {
    Send(u8),
    Receive(u8),
    CloneSender,
    CloneReceiver,
    DropSender,
    DropReceiver,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = prop_oneof![
        4 => any::<u8>().prop_map(Step::Send),
        4 => any::<u8>().prop_map(Step::Receive),
        1 => Just(Step::CloneSender),
        1 => Just(Step::CloneReceiver),
        1 => Just(Step::DropSender),
        1 => Just(Step::DropReceiver),
    ];
    prop::collection::vec(one, 0..50)
}

/// What a program sees of each step. It goes on until one side has no end.
macro_rules! run {
    ($ends:expr, $steps:expr, $look:expr) => {{
        let (sender, receiver) = $ends;
        let (mut senders, mut receivers) = (vec![sender], vec![receiver]);
        let (mut seen, mut sent, mut received) = (Vec::new(), 0, 0);
        for (number, step) in $steps.iter().copied().enumerate() {
            match step {
                Step::Send(with) => {
                    let sender = &senders[usize::from(with) % senders.len()];
                    let result = sender.try_send(number).map_err(|error| format!("{error:?}"));
                    sent += u64::from(result.is_ok());
                    seen.push((result.map(|()| number), sender.len()));
                }
                Step::Receive(with) => {
                    let receiver = &receivers[usize::from(with) % receivers.len()];
                    let result = receiver.try_recv().map_err(|error| format!("{error:?}"));
                    received += u64::from(result.is_ok());
                    seen.push((result, receiver.len()));
                }
                Step::CloneSender => senders.push(senders[0].clone()),
                Step::CloneReceiver => receivers.push(receivers[0].clone()),
                Step::DropSender => drop(senders.pop()),
                Step::DropReceiver => drop(receivers.pop()),
            }
            $look(senders.len(), receivers.len(), sent, received);
            if senders.is_empty() || receivers.is_empty() {
                seen.extend(
                    receivers.iter().flat_map(|receiver| receiver.try_iter()).map(|value| (Ok(value), 0)),
                );
                break;
            }
        }
        seen
    }};
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn same_as_crossbeam(steps in steps(), cap in 1usize..4) {
        let expected = run!(::crossbeam_channel::bounded(cap), steps, |_, _, _, _| ());
        let made = next_line!();
        let ends = taskscope::crossbeam_channel::bounded(cap);
        let found = run!(ends, steps, |senders: usize, receivers: usize, sent, received| {
            let Some(queue) = resource_at(made) else {
                panic!("it has {senders} senders and {receivers} receivers");
            };
            assert_eq!((queue.senders, queue.receivers), (Some(senders as u64), Some(receivers as u64)));
            assert_eq!((queue.sent, queue.received), (Some(sent), Some(received)));
            // What lies in a queue that nobody can receive from is lost.
            let depth = if receivers == 0 { 0 } else { sent - received };
            assert_eq!((queue.depth, queue.capacity), (Some(depth), Some(cap as u64)));
            assert_eq!(queue.closed, senders == 0 || receivers == 0);
        });
        prop_assert_eq!(found, expected);
    }
}
