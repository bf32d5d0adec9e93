//! What the attribute cannot bring inside is told by line in `/api/v1/coverage`, and what is inside is not.
#![forbid(unsafe_code)]
#![deny(warnings)]
#![expect(clippy::expect_used, reason = "an answer that is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "../../agent/tests/support/answers.rs"]
mod answers;

use serde_json::Value;
use std::net::SocketAddr;
use taskscope::Agent;

/// Executors that know nothing of the agent, each with another idea of what can be spawned.
mod executors {
    use std::error::Error;
    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::sync::Arc;
    use std::task::{Context, Poll, Wake};
    use std::thread;

    pub(crate) type PlainHandle = ::tokio::runtime::Handle;
    pub(crate) type PlainSender = ::tokio::sync::mpsc::Sender<u8>;

    /// Wakes a thread.
    struct Unpark(thread::Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    fn block_on<F: Future>(future: F) -> F::Output {
        let mut future = pin!(future);
        let waker = Arc::new(Unpark(thread::current())).into();
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return output;
            }
            thread::park();
        }
    }

    /// Takes what has a type already.
    pub(crate) struct Boxes;

    impl Boxes {
        pub(crate) fn spawn(&self, future: Pin<Box<dyn Future<Output = ()> + Send>>) {
            thread::spawn(|| block_on(future));
        }
    }

    /// Says what the output is.
    pub(crate) struct Fallible;

    impl Fallible {
        pub(crate) fn spawn<F>(&self, future: F)
        where
            F: Future<Output = Result<u8, Box<dyn Error + Send + Sync>>> + Send + 'static,
        {
            thread::spawn(|| block_on(future));
        }
    }

    /// Runs at once what may borrow and stay here.
    pub(crate) struct Here;

    impl Here {
        pub(crate) fn spawn<'a, F: Future + 'a>(&'a self, future: F) -> F::Output {
            block_on(future)
        }
    }

    /// Spawns no futures.
    pub(crate) struct Frogs(Vec<u8>);

    impl Frogs {
        pub(crate) fn new() -> Self {
            Self(Vec::new())
        }

        pub(crate) fn spawn<T: Into<u8>>(&mut self, frog: T) -> usize {
            self.0.push(frog.into());
            self.0.len()
        }
    }

    /// Spawns by the drop-in.
    pub(crate) struct Ours;

    impl Ours {
        pub(crate) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
            taskscope::tokio::spawn(future);
        }
    }
}

const SPAWNED: &str = "what is spawned here runs in no task that is seen";
const ABSOLUTE: &str = "a path that begins with `::tokio`";
const MADE: &str = "what is made here is no drop-in: who holds it and who waits for it is not seen";
const WAITED: &str = "what is awaited here is no drop-in: who could end the wait is not seen";
const AWAITED: &str = "this is awaited in no task that is seen";
const ESCAPED: &str = "what is made or brought in here is used outside of the drop-in too";

type Told = Vec<(u32, &'static str)>;

#[taskscope::instrument_pool]
mod outside {
    use super::executors::{Boxes, Fallible, Here, PlainHandle, PlainSender};
    use super::{ABSOLUTE, AWAITED, ESCAPED, MADE, SPAWNED, Told};
    use std::future::pending;
    use std::rc::Rc;
    use tokio_util::task::TaskTracker;

    pub(super) fn plain_runtime(handle: &PlainHandle) -> Told {
        let task = handle.spawn(async move {
            pending::<()>().await;
        });
        drop(task);
        vec![(line!() - 4, SPAWNED), (line!() - 3, AWAITED)]
    }

    async fn worker() -> u8 {
        pending().await
    }

    pub(super) fn plain_tracker() -> Told {
        // No block is here that could tell, but the function's own awaits do.
        TaskTracker::new().spawn(worker());
        vec![(line!() - 6, AWAITED), (line!() - 1, MADE)]
    }

    pub(super) fn absolute() -> Told {
        use ::tokio as bare;
        bare::spawn(async { pending::<()>().await });
        ::tokio::task::spawn(pending::<()>());
        let first = line!() - 3;
        vec![(first, ABSOLUTE), (first + 1, SPAWNED), (first + 1, AWAITED), (first + 2, ABSOLUTE)]
    }

    pub(super) fn own_executors() -> Told {
        Boxes.spawn(Box::pin(async { pending::<()>().await }));
        let n = "7";
        Fallible.spawn(async move {
            let n: u8 = n.parse()?;
            pending::<()>().await;
            if n == 7 { Ok(n) } else { Err("another number".into()) }
        });
        vec![(line!() - 7, AWAITED), (line!() - 5, SPAWNED), (line!() - 3, AWAITED)]
    }

    /// On the test's own thread, which is no task.
    pub(super) fn here() -> Told {
        let (here, text) = (Here, Rc::new("borrowed".to_owned()));
        let words: Vec<&str> = here.spawn(async { text.split('o').collect() });
        assert_eq!(words, ["b", "rr", "wed"]);
        vec![(line!() - 2, SPAWNED)]
    }

    pub(super) fn brought_in(sender: PlainSender) -> (Told, tokio::sync::mpsc::Sender<u8>) {
        let ours = tokio::sync::mpsc::Sender::from_inner(sender);
        (vec![(line!() - 1, ESCAPED)], ours)
    }
}

/// Resources of other crates, and of tokio and std around the names that are the drop-ins.
#[taskscope::instrument_pool]
mod plain {
    use super::executors::PlainSender;
    use super::{MADE, Told, WAITED};
    use ::parking_lot::Mutex;
    use futures::StreamExt;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::time::timeout;
    use tokio_util::sync::CancellationToken;

    pub(super) type PlainReceiver = futures::channel::mpsc::Receiver<u8>;

    struct Shared {
        counts: Mutex<u8>,
        stop: CancellationToken,
        queue: (::crossbeam_channel::Sender<u8>, ::crossbeam_channel::Receiver<u8>),
    }

    fn shared() -> Arc<Shared> {
        Arc::new(Shared {
            counts: Mutex::new(1),
            stop: CancellationToken::new(),
            queue: ::crossbeam_channel::bounded(1),
        })
    }

    /// Waits for what came from outside, with a time limit and without, in two tasks.
    pub(super) fn run(sender: PlainSender, mut receiver: PlainReceiver) -> Told {
        let shared = shared();
        let first = line!() - 9;
        assert_eq!((*shared.counts.lock(), shared.queue.0.len()), (1, 0));
        tokio::spawn(async move { timeout(Duration::from_secs(3600), sender.send(1)).await });
        tokio::spawn(async move { receiver.next().await });
        let task = tokio::spawn(async move { shared.stop.cancelled().await });
        drop(task);
        let told = [(first, MADE), (first + 1, MADE), (first + 2, MADE)];
        let spawned = line!() - 3;
        told.into_iter().chain([(spawned - 2, WAITED), (spawned - 1, WAITED), (spawned, WAITED)]).collect()
    }
}

#[taskscope::instrument_pool]
mod inside {
    use super::executors::{Frogs, Here, Ours};
    use std::future::{pending, ready};
    use std::pin::pin;
    use std::sync::{LazyLock, Mutex, mpsc};
    use taskscope::tokio_util::sync::CancellationToken;
    use taskscope::tokio_util::task::TaskTracker;
    use tokio as other;
    use tokio::runtime::Handle;
    use tokio::task::{JoinSet, LocalSet, spawn_local};

    async fn worker() {
        pending::<()>().await
    }

    pub(super) async fn run() -> JoinSet<()> {
        tokio::spawn(async { pending::<()>().await });
        other::spawn(async { pending::<()>().await });
        other::task::spawn(worker());
        Handle::current().spawn(async { pending::<()>().await });
        TaskTracker::new().spawn(async { pending::<()>().await });
        Ours.spawn(async { pending::<()>().await });
        let (stop, lock) =
            (CancellationToken::new(), LazyLock::new(|| Mutex::new(parking_lot::Mutex::new(1))));
        let (sender, receiver) = mpsc::channel();
        sender.send(*lock.lock().expect("a lock").lock()).expect("a receiver");
        tokio::spawn(async move { stop.cancelled().await });
        assert_eq!(receiver.recv(), Ok(1));
        let mut set = JoinSet::new();
        set.spawn(async { pending::<()>().await });
        let local = LocalSet::new();
        let short = local.run_until(async { spawn_local(async { tokio::task::yield_now().await }).await });
        short.await.expect("it ends");
        // What runs in a task is seen as a part of it, whoever polls it.
        assert_eq!(tokio::task::block_in_place(|| Here.spawn(async { ready(3).await })), 3);
        let mut frogs = Frogs::new();
        assert_eq!((frogs.spawn(1), frogs.spawn(u8::from(true))), (1, 2));
        let mut inner = pin!(async { pending::<()>().await });
        assert!(futures::poll!(inner.as_mut()).is_pending());
        set
    }
}

/// A line of this file, and what is told of it.
type Line = (u32, String);

/// Waits until what is told of this file is as `wanted`.
fn until(addr: SocketAddr, wanted: impl Fn(&[Line]) -> bool) {
    let line_of = |one: &Value| {
        let place = one["at"].as_str()?.strip_prefix("tests/tests/uncovered_api.rs:")?;
        Some((place.split(':').next()?.parse().ok()?, one["why"].as_str()?.to_owned()))
    };
    answers::until(addr, "/api/v1/coverage", |document| {
        let mut told: Vec<Line> = document["uncovered"].as_array()?.iter().filter_map(line_of).collect();
        told.sort();
        wanted(&told).then_some(())
    });
}

#[test]
fn what_is_not_covered_is_told_by_its_line() {
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().expect("an agent");
    let addr = agent.local_addr().expect("a listener");
    let ours = taskscope::tokio::runtime::Runtime::new().expect("a runtime");
    let set = ours.block_on(inside::run());
    // All of them have been polled: each task waits.
    answers::until(addr, "/api/v1/pools", |pools| {
        let pools = pools["pools"].as_array()?.iter();
        let waiting: u64 = pools.filter_map(|pool| pool["tasks"]["waiting"].as_u64()).sum();
        (waiting >= 7).then_some(())
    });
    // Nothing but what the source itself says.
    until(addr, |told| told.len() == 2 && told.iter().all(|(_, why)| why == ABSOLUTE));

    let (queue, _held) = ::tokio::sync::mpsc::channel(1);
    queue.try_send(0).expect("room");
    let (_sender, receiver) = futures::channel::mpsc::channel(1);
    let made = ours.block_on(async { plain::run(queue, receiver) });

    let plain = ::tokio::runtime::Runtime::new().expect("a runtime");
    let _entered = plain.enter();
    let (sender, _receiver) = ::tokio::sync::mpsc::channel(1);
    let (brought, _sender) = outside::brought_in(sender);
    let parts = [
        outside::plain_runtime(plain.handle()),
        outside::plain_tracker(),
        outside::absolute(),
        outside::own_executors(),
        outside::here(),
        brought,
        made,
    ];
    let mut expected: Vec<Line> =
        parts.concat().into_iter().map(|(line, why)| (line, why.to_owned())).collect();
    expected.sort();
    until(addr, |told| told == expected);
    drop(set);
}
