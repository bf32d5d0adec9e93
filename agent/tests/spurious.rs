//! Polls that were asked for in vain, as the API shows them: counted where that is certain, and not told where it is not.
#![expect(clippy::expect_used, reason = "what is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/answers.rs"]
mod answers;

use serde_json::Value;
use std::net::SocketAddr;
use std::sync::mpsc::Sender;
use std::task::Waker;
use std::time::Duration;
use taskscope::{Agent, tokio};

#[taskscope::instrument_pool(name = "vain")]
mod vain {
    use super::{Sender, Waker};
    use std::future::poll_fn;
    use std::task::Poll;
    use std::time::Duration;
    use tokio::sync::mpsc;

    pub(super) fn begin(wakers: Sender<Waker>, quiet: mpsc::Receiver<()>, busy: mpsc::Receiver<()>) {
        tokio::spawn(waits(wakers.clone(), quiet));
        tokio::spawn(works(busy));
        tokio::spawn(sleeps(wakers));
    }

    /// Gives its waker away, as a future does that is dropped and leaves it somewhere.
    async fn give(wakers: &Sender<Waker>) {
        poll_fn(|cx| Poll::Ready(wakers.send(cx.waker().clone()).is_ok())).await;
    }

    async fn waits(wakers: Sender<Waker>, mut queue: mpsc::Receiver<()>) {
        give(&wakers).await;
        while queue.recv().await.is_some() {}
    }

    async fn works(mut queue: mpsc::Receiver<()>) {
        while queue.recv().await.is_some() {}
    }

    async fn sleeps(wakers: Sender<Waker>) {
        give(&wakers).await;
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
}

/// The task with this name, once it is as wanted.
fn task(addr: SocketAddr, name: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    answers::until(addr, "/api/v1/tasks?pool=vain", |tasks| {
        let mut tasks = tasks["tasks"].as_array()?.iter();
        tasks.find(|task| task["name"] == name && wanted(task)).cloned()
    })
}

/// The counter of the pool.
fn counted(addr: SocketAddr) -> u64 {
    let (_, text) = answers::client::get(addr, "/metrics");
    let line =
        text.lines().find_map(|line| line.strip_prefix("taskscope_spurious_polls_total{pool=\"vain\"} "));
    line.and_then(|number| number.parse().ok()).expect("a whole number")
}

#[test]
fn polls_in_vain_are_counted_where_that_is_certain() {
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().expect("an agent");
    let addr = agent.local_addr().expect("a listener");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let _entered = runtime.enter();
    let (wakers, given) = std::sync::mpsc::channel();
    let (quiet, queue) = tokio::sync::mpsc::channel(1);
    let (busy, jobs) = tokio::sync::mpsc::channel(1);
    vain::begin(wakers, queue, jobs);
    let all: Vec<Waker> = (0..2).map(|_| given.recv().expect("a waker")).collect();
    // None is known to have been in vain of a task that waits for a message; of one that sleeps that cannot be told.
    task(addr, "waits", |task| task["spurious_polls"] == 0);
    task(addr, "works", |task| task["spurious_polls"] == 0 && task["state"] == "waiting");
    task(addr, "sleeps", |task| task["spurious_polls"].is_null() && task["state"] == "waiting");

    let mut woken = 0;
    let vain = loop {
        for _ in 0..5 {
            all.iter().for_each(Waker::wake_by_ref);
            busy.blocking_send(()).expect("it receives");
            std::thread::sleep(Duration::from_millis(5));
            woken += 1;
        }
        let shown = task(addr, "waits", |task| task["state"] == "waiting");
        if shown["spurious_polls"].as_u64() >= Some(20) {
            break shown;
        }
    };
    let (polls, spurious) = (vain["polls"].as_u64(), vain["spurious_polls"].as_u64());
    assert!(spurious <= Some(woken) && spurious < polls, "{woken} wakes: {vain}");
    assert!(task(addr, "sleeps", |_| true)["spurious_polls"].is_null());
    let worked = task(addr, "works", |task| task["state"] == "waiting");
    assert_eq!(worked["spurious_polls"], 0, "a message came with each wake: {worked}");
    let pools = answers::json(addr, "/api/v1/pools?pool=vain");
    assert!(pools["pools"][0]["spurious_polls"].as_u64() >= spurious, "{pools}");
    let sorted = answers::json(addr, "/api/v1/tasks?pool=vain&sort=-spurious_polls");
    assert_eq!(sorted["tasks"][0]["name"], "waits");
    assert!(Some(counted(addr)) >= spurious, "{spurious:?}");

    // The task is gone, and with it what is told of it; not from the counter.
    drop(quiet);
    answers::until(addr, "/api/v1/tasks?pool=vain", |document| {
        let names = document["tasks"].as_array()?.iter().map(|task| &task["name"]);
        (!names.into_iter().any(|name| name == "waits")).then_some(())
    });
    answers::until(addr, "/api/v1/pools?pool=vain", |pools| {
        (pools["pools"][0]["spurious_polls"] == 0).then_some(())
    });
    assert!(Some(counted(addr)) >= spurious, "{spurious:?}");
    runtime.shutdown_background();
}
