//! What a thread was at when it was caught: the stack of a finding, and what it costs the thread.
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![expect(clippy::expect_used, reason = "what is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/answers.rs"]
mod answers;

use serde_json::Value;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use taskscope::{Agent, tokio};

/// There is one agent in a process.
static TURN: Mutex<()> = Mutex::new(());

/// What the tasks of the shop do until they are told to stop.
static STOP: AtomicBool = AtomicBool::new(false);

#[taskscope::instrument_pool(name = "shop")]
mod shop {
    use super::STOP;
    use std::future::poll_fn;
    use std::hint::black_box;
    use std::sync::atomic::Ordering::SeqCst;
    use std::sync::{Arc, Mutex};
    use std::task::Poll;
    use std::time::{Duration, Instant};

    #[inline(never)]
    fn naps_on_its_thread() {
        while !STOP.load(SeqCst) {
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    #[inline(never)]
    fn waits_for_a_lock(lock: &Mutex<u32>) -> u32 {
        *lock.lock().expect("nobody panics")
    }

    #[inline(never)]
    fn counts_for_long() -> u64 {
        let mut sum = 1_u64;
        while !STOP.load(SeqCst) {
            sum = black_box(sum.wrapping_mul(31) ^ 7);
        }
        sum
    }

    #[inline(never)]
    fn looks_around() {
        let start = Instant::now();
        while start.elapsed() < Duration::from_micros(100) {
            black_box(start);
        }
    }

    /// Is ready when it is polled for the second time, which it asks for at once.
    async fn again() {
        let mut polled = false;
        poll_fn(|cx| {
            cx.waker().wake_by_ref();
            if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    async fn nap() {
        naps_on_its_thread();
    }

    async fn lock(lock: Arc<Mutex<u32>>) {
        black_box(waits_for_a_lock(&lock));
    }

    async fn count() {
        black_box(counts_for_long());
    }

    async fn spin() {
        while !STOP.load(SeqCst) {
            looks_around();
            again().await;
        }
    }

    /// Starts all of them.
    pub(super) async fn open(one: Arc<Mutex<u32>>) {
        STOP.store(false, SeqCst);
        tokio::spawn(nap());
        tokio::spawn(lock(one));
        tokio::spawn(count());
        tokio::spawn(spin());
    }
}

/// An agent that takes stacks, or does not.
fn agent(stacks: bool) -> (Agent, SocketAddr) {
    let agent =
        Agent::builder().addr("127.0.0.1:0".parse().ok()).stacks(stacks).start().expect("no agent runs");
    let addr = agent.local_addr().expect("it listens");
    (agent, addr)
}

/// The finding of this kind about a task of this name, once it has or lacks a stack for good.
fn finding(addr: SocketAddr, kind: &str, task: &str, settled: impl Fn(&Value) -> bool) -> Value {
    answers::until(addr, &format!("/api/v1/findings?kind={kind}"), |document| {
        let all = document["findings"].as_array().expect("a list");
        all.iter().find(|found| found["tasks"][0]["name"] == task && settled(found)).cloned()
    })
}

/// The names of the functions in a stack that is there, innermost first.
fn functions(finding: &Value) -> Vec<&str> {
    assert_eq!(finding["stack_missing"], Value::Null, "{finding:#}");
    let frames = finding["stack"].as_array().expect("a stack");
    frames.iter().map(|frame| frame["function"].as_str().unwrap_or("?")).collect()
}

/// How many calls are under way inside of the function with this name.
fn depth(finding: &Value, function: &str) -> usize {
    let functions = functions(finding);
    for name in &functions {
        let runtime = ["taskscope::", "tokio::runtime::", "__rust_begin_short_backtrace"];
        assert!(!runtime.iter().any(|part| name.contains(part)), "not the program's: {functions:#?}");
    }
    let depth = functions.iter().position(|name| name.contains(function));
    let depth = depth.unwrap_or_else(|| panic!("{function} is not in {functions:#?}"));
    let frame = &finding["stack"][depth];
    if let Some(file) = frame["file"].as_str() {
        assert!(file.ends_with("tests/stacks.rs") && frame["line"].is_u64(), "{frame}");
    }
    assert_eq!(finding["stack_task"], finding["tasks"][0]["id"]);
    depth
}

#[test]
fn the_stack_says_what_a_thread_does_in_the_poll_that_was_caught() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (_agent, addr) = agent(true);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(5).build().expect("a runtime");
    let lock = Arc::new(taskscope::std::sync::Mutex::new(1));
    let held = lock.lock().expect("nobody panics");
    runtime.block_on(shop::open(lock.clone()));

    let has = |finding: &Value| finding["stack"].is_array();
    let nap = finding(addr, "blocking_poll", "nap", has);
    assert!(depth(&nap, "naps_on_its_thread") > 0, "it is in a call");
    let waits = finding(addr, "blocking_poll", "lock", has);
    assert!(depth(&waits, "waits_for_a_lock") > 0, "it is in a call");
    depth(&finding(addr, "blocking_poll", "count", has), "counts_for_long");
    depth(&finding(addr, "busy_loop", "spin", has), "shop::spin");

    STOP.store(true, SeqCst);
    drop(held);
    drop(runtime);
}

#[taskscope::instrument_pool(name = "post")]
mod post {
    use std::io::{ErrorKind, Read};
    use std::os::unix::net::UnixStream;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::time::Duration;

    /// How often the reads of the two tasks were interrupted.
    pub(super) static INTERRUPTED: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];

    /// Reads until the other end is gone. A read with a timeout is one of the calls that a signal ends.
    fn reads(mut stream: UnixStream, interrupted: &AtomicUsize) {
        stream.set_read_timeout(Some(Duration::from_secs(600))).expect("a stream");
        while let Err(error) = stream.read(&mut [0]) {
            match error.kind() {
                ErrorKind::Interrupted => interrupted.fetch_add(1, SeqCst),
                _ => return,
            };
        }
    }

    async fn letters(stream: UnixStream) {
        reads(stream, &INTERRUPTED[0]);
    }

    async fn parcels(stream: UnixStream) {
        reads(stream, &INTERRUPTED[1]);
    }

    /// Starts two tasks that block their threads until what is returned is dropped.
    pub(super) async fn open() -> [UnixStream; 2] {
        INTERRUPTED.iter().for_each(|count| count.store(0, SeqCst));
        let [(a, b), (c, d)] = std::array::from_fn(|_| UnixStream::pair().expect("a pair"));
        tokio::spawn(letters(a));
        tokio::spawn(parcels(c));
        [b, d]
    }
}

fn interrupted() -> [usize; 2] {
    post::INTERRUPTED.each_ref().map(|count| count.load(SeqCst))
}

#[test]
fn a_finding_costs_its_thread_one_signal() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (_agent, addr) = agent(true);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let ends = runtime.block_on(post::open());
    for name in ["letters", "parcels"] {
        let found = finding(addr, "blocking_poll", name, |finding| finding["stack"].is_array());
        assert!(depth(&found, "post::reads") > 0, "it is in a call");
    }
    // The agent looks several times a second; none of the looks to come may send another.
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(interrupted(), [1, 1]);
    drop(ends);
    drop(runtime);
}

#[test]
fn switched_off_no_thread_is_disturbed() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (_agent, addr) = agent(false);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let ends = runtime.block_on(post::open());
    for name in ["letters", "parcels"] {
        let found = finding(addr, "blocking_poll", name, |_| true);
        assert_eq!((&found["stack"], &found["stack_task"]), (&Value::Null, &Value::Null));
        assert!(found["stack_missing"].as_str().expect("a reason").contains("TASKSCOPE_STACKS"));
    }
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(interrupted(), [0, 0]);
    drop(ends);
    drop(runtime);
}
