//! Asks again and again, with pauses that grow, until a problem is gone or is there to stay.
#![expect(clippy::disallowed_methods, reason = "that something has not ended can only be told after a time")]

use crate::primitive::real::Mutex;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

/// How many times a problem is looked for.
const LOOKS: u32 = 20;
/// The first pause; each is twice as long as the one before, up to `LONGEST`. All together they take half a second.
const FIRST: Duration = Duration::from_micros(1);
/// The longest pause.
const LONGEST: Duration = Duration::from_millis(100);

fn pauses() -> impl Iterator<Item = Duration> {
    (0..LOOKS - 1).map(|n| FIRST.saturating_mul(1 << n.min(30)).min(LONGEST))
}

/// The last answer of `look`; the first that is `None` is the last. The thread sleeps meanwhile.
pub(super) fn blocking<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    for pause in pauses() {
        look()?;
        thread::sleep(pause);
    }
    look()
}

/// The same in a task: its runtime goes on meanwhile, whether it has a clock or not.
pub(super) async fn yielding<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    for pause in pauses() {
        look()?;
        sleep(pause).await;
    }
    look()
}

/// Sleeps on a thread of its own: the runtime of a test may have no clock, or one that stands still.
async fn sleep(pause: Duration) {
    let bell = Arc::new(Bell::default());
    let ringer = bell.clone();
    thread::spawn(move || {
        thread::sleep(pause);
        ringer.ring();
    });
    poll_fn(|cx| if bell.has_rung(cx) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// Rings once, and wakes whoever waits for it.
#[derive(Debug, Default)]
pub(super) struct Bell {
    rung: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Bell {
    pub(super) fn ring(&self) {
        let mut waker = self.waker.lock();
        self.rung.store(true, Relaxed);
        let waker = waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Whether it has rung; if not, the task is woken when it does.
    pub(super) fn has_rung(&self, cx: &Context<'_>) -> bool {
        let mut waker = self.waker.lock();
        if !self.rung.load(Relaxed) {
            *waker = Some(cx.waker().clone());
        }
        self.rung.load(Relaxed)
    }
}
