//! A signal that the program handles or blocks itself is left alone.
//!
//! The scenario is one test because what is done on a signal is the same for the whole process.
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![expect(clippy::expect_used, reason = "what is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/answers.rs"]
mod answers;

use std::mem;
use std::net::SocketAddr;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, Sender, channel};
use taskscope::{Agent, tokio};

static HANDLED: AtomicUsize = AtomicUsize::new(0);

extern "C" fn handler(_signal: libc::c_int) {
    HANDLED.fetch_add(1, SeqCst);
}

fn zeroed() -> libc::sigaction {
    // SAFETY: all bits zero is a valid `sigaction`: the default disposition, an empty mask, no flags.
    unsafe { mem::zeroed() }
}

/// Installs a disposition for the signal.
fn install(action: libc::sighandler_t) {
    let mut new = zeroed();
    new.sa_sigaction = action;
    // SAFETY: the action is valid, and the handler only touches an atomic.
    assert_eq!(unsafe { libc::sigaction(libc::SIGURG, &new, ptr::null_mut()) }, 0);
}

fn installed() -> libc::sighandler_t {
    let mut old = zeroed();
    // SAFETY: a null pointer for the new action only asks.
    assert_eq!(unsafe { libc::sigaction(libc::SIGURG, ptr::null(), &mut old) }, 0);
    old.sa_sigaction
}

/// The calling thread blocks the signal, or does not.
fn block(how: libc::c_int) {
    let mut set = mem::MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: the set is memory of its type, which the call fills.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: the set is filled, and the signal is one.
    unsafe { libc::sigaddset(set.as_mut_ptr(), libc::SIGURG) };
    // SAFETY: the set is filled; the old one is not asked for.
    assert_eq!(unsafe { libc::pthread_sigmask(how, set.as_ptr(), ptr::null_mut()) }, 0);
}

/// Blocks the thread in a poll until the other end is dropped.
async fn waits(end: Receiver<()>) {
    let _ = end.recv();
}

async fn waits_deafly(end: Receiver<()>) {
    block(libc::SIG_BLOCK);
    let _ = end.recv();
    block(libc::SIG_UNBLOCK);
}

/// What the findings of this round say of their stack: why it is missing, or nothing if it is there.
fn missing(addr: SocketAddr, runtime: &tokio::runtime::Runtime, deaf: bool) -> Option<String> {
    let (end, other): (Sender<()>, Receiver<()>) = channel();
    let task = if deaf { runtime.spawn(waits_deafly(other)) } else { runtime.spawn(waits(other)) };
    let found = answers::until(addr, "/api/v1/findings?kind=blocking_poll&state=active", |document| {
        let settled = |found: &&serde_json::Value| {
            found["stack"].is_array()
                || found["stack_missing"].as_str().is_some_and(|why| why.contains("SIGURG"))
        };
        document["findings"].as_array().expect("a list").iter().find(settled).cloned()
    });
    drop(end);
    runtime.block_on(task).expect("it does not panic");
    answers::until(addr, "/api/v1/findings?kind=blocking_poll&state=active", |document| {
        document["findings"].as_array().expect("a list").is_empty().then_some(())
    });
    found["stack_missing"].as_str().map(str::to_owned)
}

#[test]
fn the_signal_of_the_program() {
    let theirs = handler as *const () as libc::sighandler_t;
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().expect("no agent runs");
    let addr = agent.local_addr().expect("it listens");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let of_the_program = Some("the program handles the signal SIGURG itself".to_owned());

    // A handler that was there first, and a signal that is ignored on purpose.
    for before in [theirs, libc::SIG_IGN] {
        install(before);
        assert_eq!(missing(addr, &runtime, false), of_the_program);
        assert_eq!(installed(), before);
    }

    // Nobody has it: there is a stack, unless the thread blocks it.
    install(libc::SIG_DFL);
    assert_eq!(missing(addr, &runtime, true), Some("the thread blocks the signal SIGURG".to_owned()));
    assert_eq!(missing(addr, &runtime, false), None);
    let ours = installed();
    assert!(![theirs, libc::SIG_DFL, libc::SIG_IGN].contains(&ours));
    assert_eq!(missing(addr, &runtime, false), None);
    assert_eq!(installed(), ours, "it stays");

    // A handler that comes afterwards has the signal.
    install(theirs);
    assert_eq!(missing(addr, &runtime, false), of_the_program);
    assert_eq!(installed(), theirs);
    assert_eq!(HANDLED.load(SeqCst), 0, "nobody has sent it");

    // Whoever takes what is done by default gives it back.
    install(libc::SIG_DFL);
    assert_eq!(missing(addr, &runtime, false), None);
}
