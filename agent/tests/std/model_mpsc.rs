//! Random programs do the same with a drop-in queue as with a plain one, and the record agrees with it after every step.

use crate::find::{next_line, resource_at};
use proptest::prelude::*;
use std::sync::mpsc as plain;
use std::time::Duration;
use taskscope::std::sync::mpsc as dropin;

#[derive(Clone, Copy, Debug)]
enum Step {
    Send,
    TryReceive,
    Receive,
    All,
    CloneSender,
    DropSender,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    use Step::*;
    let all = vec![Send, Send, Send, TryReceive, Receive, All, CloneSender, DropSender];
    prop::collection::vec(prop::sample::select(all), 0..40)
}

/// What a program sees of each step. It goes on until no sender is left, or until the receiver is `dropped`.
macro_rules! run {
    ($ends:expr, $send:ident, $steps:expr, $dropped:expr, $look:expr) => {{
        let (sender, receiver) = $ends;
        let (mut senders, mut receiver) = (vec![sender], Some(receiver));
        let (mut seen, mut sent, mut received) = (Vec::new(), 0, 0);
        for (number, step) in $steps.iter().copied().enumerate() {
            if number == $dropped {
                drop(receiver.take());
            }
            let Some(sender) = senders.last() else { break };
            let done = match (step, &receiver) {
                (Step::Send, _) => {
                    let result = sender.$send(number);
                    sent += u64::from(result.is_ok());
                    format!("{result:?}")
                }
                (Step::TryReceive | Step::Receive | Step::All, Some(receiver)) => {
                    let results = match step {
                        Step::TryReceive => receiver.try_recv().map(|n| vec![n]).map_err(|e| e.to_string()),
                        Step::Receive => {
                            receiver.recv_timeout(Duration::ZERO).map(|n| vec![n]).map_err(|e| e.to_string())
                        }
                        _ => Ok(receiver.try_iter().collect()),
                    };
                    received += results.as_ref().map_or(0, |all| all.len() as u64);
                    format!("{results:?}")
                }
                (Step::CloneSender, _) => {
                    senders.push(sender.clone());
                    String::new()
                }
                (Step::DropSender, _) => format!("{}", senders.pop().is_some()),
                (_, None) => "gone".to_owned(),
            };
            seen.push(format!("{step:?} {done}"));
            $look(senders.len() as u64, receiver.is_some(), sent, received);
        }
        let left = receiver.iter().flat_map(|receiver| receiver.try_iter());
        seen.extend(left.map(|number| number.to_string()));
        seen
    }};
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn queues_with_room_are_those_of_std(steps in steps(), dropped in 0usize..60) {
        let expected = run!(plain::channel(), send, steps, dropped, |_, _, _, _| ());
        let made = next_line!();
        let ends = dropin::channel();
        let look = |senders, receiver, sent, received| check(made, None, senders, receiver, sent, received);
        prop_assert_eq!(run!(ends, send, steps, dropped, look), expected);
    }

    #[test]
    fn queues_with_little_room_are_those_of_std(steps in steps(), dropped in 0usize..60, room in 0usize..4) {
        let expected = run!(plain::sync_channel(room), try_send, steps, dropped, |_, _, _, _| ());
        let made = next_line!();
        let ends = dropin::sync_channel(room);
        let room = (room > 0).then_some(room as u64);
        let look = |senders, receiver, sent, received| check(made, room, senders, receiver, sent, received);
        prop_assert_eq!(run!(ends, try_send, steps, dropped, look), expected);
    }
}

fn check(made: crate::find::At, room: Option<u64>, senders: u64, receiver: bool, sent: u64, received: u64) {
    let queue = resource_at(made);
    if senders == 0 && !receiver {
        assert!(queue.is_none(), "a slot was not freed");
        return;
    }
    let queue = queue.unwrap();
    assert_eq!((queue.senders, queue.receivers), (Some(senders), Some(u64::from(receiver))));
    assert_eq!((queue.sent, queue.received), (Some(sent), Some(received)));
    // What lies in a queue that nobody can receive from is lost.
    let depth = if receiver { sent - received } else { 0 };
    assert_eq!((queue.depth, queue.capacity), (Some(depth), room));
    assert_eq!((queue.closed, queue.covered), (senders == 0 || !receiver, true));
}
