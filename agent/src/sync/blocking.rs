//! Blocks a thread on a future, as tokio's `blocking_` methods do.

use crate::task::Paused;
use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use tokio::sync::Semaphore;
use tokio::task::unconstrained;

/// Keeps a thread asleep: a permit is a wake that was not yet seen. tokio's own way of blocking is behind it, so the
/// thread's `park` token is left alone, and a thread that must not block panics as it does there.
#[derive(Debug)]
struct Parker(Semaphore);

impl Parker {
    const fn woken() -> Self {
        Self(Semaphore::const_new(1))
    }

    /// Sleeps until a wake.
    #[track_caller]
    fn park(&self) {
        if let Ok(wake) = self.0.blocking_acquire() {
            wake.forget();
        }
    }
}

impl Wake for Parker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.add_permits(1);
    }
}

thread_local! {
    static DRIVES: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside of [`block_on`]: a future that has to wait then blocks it.
pub(super) fn drives_future() -> bool {
    DRIVES.get()
}

/// Set until it is dropped, also by a panic.
struct Driving(bool);

impl Driving {
    fn new() -> Self {
        Self(DRIVES.replace(true))
    }
}

impl Drop for Driving {
    fn drop(&mut self) {
        DRIVES.set(self.0);
    }
}

/// Runs a future to its end on this thread.
///
/// # Panics
///
/// On a thread that drives asynchronous tasks.
#[track_caller]
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(unconstrained(future));
    // Asks whether this thread may block, whether or not there is something to wait for.
    Parker::woken().park();
    let driving = Driving::new();
    if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return output;
    }
    drop(driving);
    let parker = Arc::new(Parker::woken());
    let waker = Waker::from(parker.clone());
    loop {
        let paused = Paused::new();
        parker.park();
        drop(paused);
        let _driving = Driving::new();
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
    }
}
