//! The workloads: each does `n` operations.

use crate::peer;
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Their names.
pub const NAMES: &[&str] = &["spawn", "poll", "message", "mutex"];

/// Whether the peer sees anything of it.
pub fn is_covered(workload: &str) -> bool {
    match workload {
        "message" => peer::SEES_CHANNELS,
        "mutex" => peer::SEES_LOCKS,
        _ => true,
    }
}

/// Runs a workload on a runtime of one thread.
pub fn run(workload: &str, n: u64) {
    match workload {
        "spawn" => peer::block_on(spawn(n)),
        "poll" => peer::block_on(poll(n)),
        "message" => peer::block_on(message(n)),
        _ => peer::block_on(mutex(n)),
    }
}

/// Tasks that do nothing, each spawned and awaited, a thousand at a time.
async fn spawn(n: u64) {
    let mut handles = Vec::with_capacity(1000);
    for first in (0..n).step_by(1000) {
        handles.extend((first..n.min(first + 1000)).map(|_| peer::spawn(async {})));
        for handle in handles.drain(..) {
            handle.await.unwrap();
        }
    }
}

/// Pending as many times as it says, waking itself each time.
struct Wakes(u64);

impl Future for Wakes {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

async fn poll(n: u64) {
    peer::spawn(Wakes(n)).await.unwrap();
}

/// Messages through a bounded queue, between two tasks that are not recorded: what is counted is the queue.
async fn message(n: u64) {
    let (tx, mut rx) = peer::channel::<u64>(1024);
    let sender = tokio::spawn(async move {
        for i in 0..n {
            tx.send(i).await.unwrap();
        }
    });
    let receiver = tokio::spawn(async move {
        while let Some(i) = rx.recv().await {
            black_box(i);
        }
    });
    sender.await.unwrap();
    receiver.await.unwrap();
}

/// A lock that nobody else wants, taken by a task that is not recorded.
async fn mutex(n: u64) {
    let lock = peer::mutex(0u64);
    let task = tokio::spawn(async move {
        for _ in 0..n {
            *lock.lock().await += 1;
        }
        black_box(*lock.lock().await);
    });
    task.await.unwrap();
}
