//! What the programs have in common: a thread on which tasks run when a step says so, and tasks that end in a way of their
//! own.

use std::future::Future;
use std::task::Poll;
use taskscope::snapshot::{Detail, Snapshot};

/// A runtime without threads: its tasks run inside of [`turn`].
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

/// Lets each task that was woken run once, at least.
pub(crate) fn turn(runtime: &tokio::runtime::Runtime) {
    runtime.block_on(tokio::task::yield_now());
}

/// Pending for a few polls, which it asks for itself, or for ever; then it returns, or panics.
pub(crate) fn member(n: usize) -> impl Future<Output = usize> + Send + 'static {
    let mut left = n % 5;
    std::future::poll_fn(move |cx| {
        match (left, n % 7) {
            (0, 0) => std::panic::resume_unwind(Box::new(n)),
            (0, _) => return Poll::Ready(n),
            // It waits for nothing: only an abort ends it.
            (_, 1) => return Poll::Pending,
            _ => left -= 1,
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}

/// How a task ended, without what differs from program to program.
pub(crate) fn ended<T: std::fmt::Debug>(result: Result<T, tokio::task::JoinError>) -> String {
    match result {
        Ok(value) => format!("{value:?}"),
        Err(error) if error.is_panic() => format!("panic {:?}", error.into_panic().downcast_ref::<usize>()),
        Err(error) => format!("{} {}", error.is_cancelled(), error.is_panic()),
    }
}

/// How many live tasks were spawned in this file.
pub(crate) fn alive(file: &str) -> usize {
    let snapshot = Snapshot::read(Detail::Light);
    snapshot.tasks.iter().filter(|task| snapshot.group_of(task).place.file.ends_with(file)).count()
}
