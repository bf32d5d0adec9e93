//! A task that waits for a time or for a socket, as the API shows it: what for, at which line, and that no resource is.
#![expect(clippy::expect_used, reason = "an answer that is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/answers.rs"]
mod answers;

use serde_json::Value;
use taskscope::{Agent, tokio};

/// Tasks that wait until they are aborted, with the operations and lines of what they wait for.
#[taskscope::instrument_pool(name = "outside")]
mod outside {
    use std::time::Duration;
    use tokio::io::AsyncReadExt;
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::mpsc;
    use tokio::task::JoinHandle;
    use tokio::time::{Instant, Sleep, interval_at, sleep, timeout};

    const HOUR: Duration = Duration::from_secs(3600);

    pub(super) type Case = (Vec<(&'static str, u32)>, JoinHandle<()>);

    pub(super) async fn all() -> Vec<Case> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let to = listener.local_addr().expect("an address");
        let stream = TcpStream::connect(to).await.expect("it listens");
        let (other, _) = listener.accept().await.expect("the client");
        vec![slept(), pinned(), ticked(), limited(), accepted(listener), read(stream, other)]
    }

    fn slept() -> Case {
        let task = tokio::spawn(async { sleep(HOUR).await });
        (vec![("sleep", line!() - 1)], task)
    }

    fn pinned() -> Case {
        let task = tokio::spawn(async {
            let mut boxed: std::pin::Pin<Box<Sleep>> = Box::pin(sleep(HOUR));
            boxed.as_mut().await;
        });
        (vec![("sleep", line!() - 2)], task)
    }

    fn ticked() -> Case {
        let task = tokio::spawn(async {
            let mut ticks = interval_at(Instant::now() + HOUR, HOUR);
            ticks.tick().await;
        });
        (vec![("sleep", line!() - 2)], task)
    }

    fn limited() -> Case {
        let (tx, mut rx) = mpsc::channel::<()>(1);
        let task = tokio::spawn(async move {
            let _ = timeout(HOUR, rx.recv()).await;
            drop(tx);
        });
        (vec![("recv", line!() - 3), ("sleep", line!() - 3)], task)
    }

    fn accepted(listener: TcpListener) -> Case {
        let task = tokio::spawn(async move {
            let _ = listener.accept().await;
        });
        (vec![("io", line!() - 2)], task)
    }

    fn read(mut stream: TcpStream, other: TcpStream) -> Case {
        let task = tokio::spawn(async move {
            let _ = stream.read_u8().await;
            drop(other);
        });
        (vec![("io", line!() - 3)], task)
    }
}

/// Whether an entry of `waiting_on` is of this operation and line, and names a resource only where there is one.
fn is(wait: &Value, (op, line): (&str, u32)) -> bool {
    let at = format!("tests/outside_api.rs:{line}:");
    wait["op"] == op
        && wait["at"].as_str().is_some_and(|place| place.contains(&at))
        && wait["resource"].is_null() == (op != "recv")
        && wait["for_seconds"].as_f64() > Some(0.0)
}

#[test]
fn what_comes_from_outside_is_told_by_the_type_of_its_future() {
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().expect("an agent");
    let addr = agent.local_addr().expect("a listener");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let cases = runtime.block_on(outside::all());
    for (waits, _) in &cases {
        answers::until(addr, "/api/v1/tasks?pool=outside&state=waiting", |tasks| {
            let mut tasks = tasks["tasks"].as_array()?.iter();
            let list = |task: &Value| task["waiting_on"].as_array().expect("a list").clone();
            let all = |list: Vec<Value>| {
                list.len() == waits.len() && list.iter().zip(waits).all(|(a, b)| is(a, *b))
            };
            tasks.any(|task| all(list(task))).then_some(())
        });
    }
    assert!(answers::json(addr, "/api/v1/findings")["findings"].as_array().is_some_and(Vec::is_empty));
    for (_, task) in cases {
        task.abort();
        assert!(runtime.block_on(task).is_err_and(|error| error.is_cancelled()));
    }
}
