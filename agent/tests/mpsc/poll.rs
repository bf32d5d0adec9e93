//! Futures polled by hand.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

/// A future that is polled when the test says so, with a waker that counts.
pub(crate) struct Polled<'a, R> {
    future: Pin<Box<dyn Future<Output = R> + 'a>>,
    wakes: Arc<Wakes>,
}

/// A waker that counts.
#[derive(Default)]
pub(crate) struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

impl Wakes {
    pub(crate) fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

pub(crate) fn polled<'a, R>(future: impl Future<Output = R> + 'a) -> Polled<'a, R> {
    Polled { future: Box::pin(future), wakes: Arc::default() }
}

impl<R> Polled<'_, R> {
    pub(crate) fn poll(&mut self) -> Poll<R> {
        let waker = Waker::from(self.wakes.clone());
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    /// Polls, and insists that it is not ready.
    pub(crate) fn pending(&mut self) {
        assert!(self.poll().is_pending(), "ready too early");
    }

    /// Polls, and insists that it is ready.
    pub(crate) fn ready(&mut self) -> R {
        match self.poll() {
            Poll::Ready(result) => result,
            Poll::Pending => panic!("not ready"),
        }
    }

    /// How often it was woken.
    pub(crate) fn wakes(&self) -> usize {
        self.wakes.count()
    }
}

/// The result of a future that is ready at once.
pub(crate) fn now<'a, R>(future: impl Future<Output = R> + 'a) -> R {
    polled(future).ready()
}

/// The message of the panic that `f` ends in, and its line.
pub(crate) fn panic_of(f: impl FnOnce()) -> (String, u32) {
    use std::panic;
    use std::sync::Mutex;
    static ONE: Mutex<()> = Mutex::new(());
    thread_local!(static PLACE: std::cell::Cell<u32> = const { std::cell::Cell::new(0) });
    let one = ONE.lock().unwrap_or_else(|poison| poison.into_inner());
    let before = panic::take_hook();
    panic::set_hook(Box::new(|info| PLACE.set(info.location().map_or(0, |l| l.line()))));
    let caught = panic::catch_unwind(panic::AssertUnwindSafe(f));
    panic::set_hook(before);
    drop(one);
    let payload = caught.expect_err("no panic");
    let text = payload.downcast_ref::<String>().cloned();
    (text.or_else(|| payload.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap(), PLACE.get())
}
