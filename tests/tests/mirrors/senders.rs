//! Senders that are polled.

use crate::look::{run, until, wait_at};
use futures::{Sink, SinkExt};
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use taskscope::snapshot::{Op, ResourceKind};
use taskscope::tokio_util::sync::PollSender;

const FILE: &str = "mirrors/senders.rs";

/// A waker that counts.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// What polled senders and their receiver say at each step of a random program.
macro_rules! program {
    ($tokio:path, $sender:path, $seed:expr) => {{
        use $sender as PollSender;
        use $tokio as tokio;
        let mut state: u64 = $seed;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        let (sender, receiver) = tokio::sync::mpsc::channel(1 + $seed as usize % 3);
        let mut receiver = Some(receiver);
        let wakes = Arc::<Wakes>::default();
        let waker = Waker::from(wakes.clone());
        // Each with whether its last poll was ready: the rest would panic.
        let mut polled = vec![(PollSender::new(sender), false)];
        let mut said = vec![];
        for step in 0..120 {
            let n = next();
            let i = n % polled.len();
            let many = polled.len() > 1;
            let (sender, ready) = &mut polled[i];
            let done = match next() % 16 {
                0..=4 => match sender.poll_reserve(&mut Context::from_waker(&waker)) {
                    Poll::Ready(result) => {
                        *ready = true;
                        format!("{:?}", result.map_err(|error| (error.to_string(), error.into_inner())))
                    }
                    Poll::Pending => "pending".to_owned(),
                },
                5..=8 if *ready || sender.is_closed() => {
                    *ready = false;
                    format!("{:?}", sender.send_item(step).map_err(|error| error.into_inner()))
                }
                9 => {
                    *ready = false;
                    format!("{}", sender.abort_send())
                }
                10 if n % 3 == 0 => format!("{:?}", sender.close()),
                11 if n % 3 != 0 => {
                    let clone = sender.clone();
                    format!("{:?}", polled.push((clone, false)))
                }
                12 if many => {
                    drop(polled.remove(i));
                    "gone".to_owned()
                }
                13 | 14 => format!("{:?}", receiver.as_mut().map(|receiver| receiver.try_recv())),
                15 if n % 9 == 0 => format!("{:?}", receiver.take().map(drop)),
                _ => String::new(),
            };
            let seen = polled.iter().map(|(sender, _)| {
                let plain = sender.get_ref().map(|plain| (plain.capacity(), plain.strong_count()));
                (sender.is_closed(), plain)
            });
            let seen: Vec<_> = seen.collect();
            let left = receiver.as_ref().map(|receiver| (receiver.len(), receiver.is_closed()));
            said.push(format!("{done} {seen:?} {left:?} {}", wakes.0.load(SeqCst)));
        }
        said
    }};
}

#[test]
fn a_polled_sender_says_what_the_original_says() {
    for seed in 0..300 {
        let ours = program!(taskscope::tokio, taskscope::tokio_util::sync::PollSender, seed);
        let theirs = program!(::tokio, ::tokio_util::sync::PollSender, seed);
        assert_eq!(ours, theirs, "seed {seed}");
    }
}

/// A value that borrows, sent through the trait that other crates know.
#[test]
fn what_borrows_can_be_sent_as_through_any_sink() {
    fn any<T, S: Sink<T, Error = ::tokio_util::sync::PollSendError<T>> + Send + Sync + Unpin>(sink: S) -> S {
        sink
    }
    run(async {
        let text = "a b c d".to_owned();
        let (sender, mut receiver) = taskscope::tokio::sync::mpsc::channel(2);
        let mut sink = any(PollSender::new(sender));
        let (sent, received) = taskscope::tokio::join!(
            async {
                for word in text.split(' ') {
                    sink.feed(word).await.unwrap();
                }
                sink.flush().await.unwrap();
                SinkExt::close(&mut sink).await
            },
            async {
                let mut words = vec![];
                while let Some(word) = receiver.recv().await {
                    words.push(word);
                }
                words
            }
        );
        assert!(sent.is_ok() && sink.get_ref().is_none());
        assert_eq!(received, ["a", "b", "c", "d"]);
        assert_eq!(sink.send("e").await.unwrap_err().to_string(), "channel closed");
        assert_eq!(sink.send_item("f").unwrap_err().into_inner(), Some("f"));
    });
}

#[test]
#[should_panic(expected = "`send_item` called without first calling `poll_reserve`")]
fn nothing_is_sent_into_no_room() {
    let (sender, _receiver) = taskscope::tokio::sync::mpsc::channel(1);
    let _ = PollSender::new(sender).send_item(1);
}

#[test]
fn who_polls_a_sender_waits_for_room_and_holds_it() {
    run(async {
        let made = line!() + 1;
        let (sender, mut receiver) = taskscope::tokio::sync::mpsc::channel(1);
        sender.try_send(1).unwrap();
        let mut polled = PollSender::new(sender);
        let spawned = line!() + 1;
        let task = taskscope::tokio::spawn(async move {
            poll_fn(|cx| polled.poll_reserve(cx)).await.unwrap();
            polled
        });
        let seen = until(|s| wait_at(s, FILE, spawned + 1)).await;
        assert_eq!(seen, (spawned, Op::Send, Some((ResourceKind::Mpsc, made))));
        assert_eq!(receiver.recv().await, Some(1));
        let mut polled = task.await.unwrap();
        let holds = |s: &taskscope::snapshot::Snapshot| {
            let at = |place: taskscope::snapshot::Place| (place.file.ends_with(FILE), place.line);
            s.holds.iter().filter(|hold| at(hold.place) == (true, spawned + 1)).count()
        };
        assert_eq!(until(|s| Some(holds(s))).await, 1);
        polled.send_item(2).unwrap();
        assert_eq!(until(|s| Some(holds(s))).await, 0);
        assert_eq!(receiver.recv().await, Some(2));
        // A wait that is given up is none.
        polled.get_ref().unwrap().try_send(3).unwrap();
        let polls = line!() + 1;
        let pending = poll_fn(|cx| Poll::Ready(polled.poll_reserve(cx).is_pending())).await;
        let waits = |s: &taskscope::snapshot::Snapshot| s.waits.iter().any(|wait| wait.place.line == polls);
        assert!(pending && until(|s| Some(waits(s))).await);
        assert!(polled.abort_send() && !until(|s| Some(waits(s))).await);
    });
}
