//! A task that waits for a time, a socket, a file, a signal or a process, as the API shows it: what for, at which line, and that no resource is.
#![expect(clippy::expect_used, reason = "an answer that is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/answers.rs"]
mod answers;

use serde_json::Value;
use std::path::{Path, PathBuf};
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
        let sockets = [accepted(listener), read(stream, other)];
        let others = [opened(), signalled(), ended()];
        [slept(), pinned(), ticked(), limited()].into_iter().chain(sockets).chain(others).collect()
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

    /// A pipe has a name, and nobody writes into it.
    fn opened() -> Case {
        let task = tokio::spawn(async {
            let _ = tokio::fs::File::open(super::pipe()).await;
        });
        (vec![("io", line!() - 2)], task)
    }

    fn signalled() -> Case {
        let kind = tokio::signal::unix::SignalKind::user_defined2();
        let mut signals = tokio::signal::unix::signal(kind).expect("no other handler");
        let task = tokio::spawn(async move {
            signals.recv().await;
        });
        (vec![("io", line!() - 2)], task)
    }

    fn ended() -> Case {
        let mut sleeper = tokio::process::Command::new("sleep");
        let mut child = sleeper.arg("3600").kill_on_drop(true).spawn().expect("a process");
        let task = tokio::spawn(async move {
            let _ = child.wait().await;
        });
        (vec![("io", line!() - 2)], task)
    }
}

/// Where the pipe is.
fn pipe() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("outside-{}.pipe", std::process::id()))
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
    let made = std::process::Command::new("mkfifo").arg(pipe()).status();
    assert!(made.is_ok_and(|status| status.success()), "a pipe");
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
    // A thread of the runtime waits for somebody who writes.
    drop(std::fs::File::options().write(true).open(pipe()).expect("the pipe"));
    std::fs::remove_file(pipe()).expect("the pipe");
    for (_, task) in cases {
        task.abort();
        let ended = runtime.block_on(task);
        assert!(ended.is_ok() || ended.is_err_and(|error| error.is_cancelled()));
    }
}
