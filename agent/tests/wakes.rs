//! Who wakes whom, as the API shows it.
#![expect(clippy::expect_used, reason = "what is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/client.rs"]
mod client;

use serde_json::Value;
use std::time::{Duration, Instant};
use taskscope::{Agent, tokio};

#[taskscope::instrument_pool(name = "alarm")]
mod alarm {
    use std::future::poll_fn;
    use std::task::Poll;
    use std::time::Duration;
    use tokio::sync::mpsc;

    /// Starts all of them.
    pub(super) fn begin(ears: mpsc::Receiver<()>) {
        let (calls, queue) = mpsc::channel(1);
        tokio::spawn(restless());
        tokio::spawn(listener(queue));
        tokio::spawn(caller(calls));
        tokio::spawn(called_from_outside(ears));
    }

    /// Runs until it is aborted: wakes itself in every other poll.
    async fn restless() {
        loop {
            let mut polled = false;
            poll_fn(|cx| {
                cx.waker().wake_by_ref();
                if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn listener(mut calls: mpsc::Receiver<()>) {
        while calls.recv().await.is_some() {}
    }

    async fn caller(calls: mpsc::Sender<()>) {
        while calls.send(()).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn called_from_outside(mut calls: mpsc::Receiver<()>) {
        while calls.recv().await.is_some() {}
    }
}

/// The task with this name, once it shows what is asked for.
fn task(agent: &Agent, name: &str, shows: impl Fn(&Value) -> bool) -> Value {
    let addr = agent.local_addr().expect("it listens");
    let begun = Instant::now();
    loop {
        let (_, body) = client::get(addr, "/api/v1/tasks?pool=alarm");
        let document: Value = serde_json::from_str(&body).expect("it is JSON");
        let tasks = document["tasks"].as_array().expect("a list");
        if let Some(task) = tasks.iter().find(|task| task["name"] == name && shows(task)) {
            return task.clone();
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{name}: {document}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_task_is_woken_by_itself_by_another_by_the_runtime_or_from_outside() {
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().expect("no agent runs");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let (shouts, ears) = tokio::sync::mpsc::channel(1);
    let _entered = runtime.enter();
    alarm::begin(ears);
    let shouting = std::thread::spawn(move || {
        while shouts.blocking_send(()).is_ok() {
            std::thread::sleep(Duration::from_millis(2));
        }
    });

    let woken = |kind: &'static str| move |task: &Value| task["woken_by"]["kind"] == kind;
    let restless = task(&agent, "restless", |task| {
        task["self_wakes"].as_u64().is_some_and(|own| own > 10) && woken("runtime")(task)
    });
    let own = restless["self_wakes"].as_u64().expect("a number");
    let seen = restless["wakes_seen"].as_u64().expect("a number");
    assert!(own < seen && restless["woken_by"]["task"].is_null(), "timers wake it as well: {restless}");
    task(&agent, "restless", woken("self"));

    let caller = task(&agent, "caller", woken("runtime"));
    let listener = task(&agent, "listener", woken("task"));
    assert_eq!(listener["woken_by"]["task"], caller["id"]);
    assert_eq!(listener["self_wakes"], 0);
    let called = task(&agent, "called_from_outside", woken("outside"));
    assert!(called["woken_by"]["task"].is_null(), "{called}");

    let (_, body) = client::get(agent.local_addr().expect("it listens"), "/api/v1/pools?pool=alarm");
    let pools: Value = serde_json::from_str(&body).expect("it is JSON");
    for kind in ["self", "tasks", "runtime", "outside"] {
        assert!(pools["pools"][0]["wakes"][kind].as_u64().is_some_and(|n| n > 0), "{kind}: {pools}");
    }
    runtime.shutdown_background();
    shouting.join().expect("no panic");
}
