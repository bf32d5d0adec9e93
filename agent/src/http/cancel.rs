//! Tells work that nobody waits for it any longer.

use crate::primitive::Mutex;
use std::fmt;
use std::sync::Arc;

/// Whether a client went away or the listener stops; clones tell the same.
#[derive(Clone, Default)]
pub(crate) struct Cancel(Arc<Mutex<State>>);

/// Cancels when it is dropped: the future that stands for the client owns it.
#[derive(Debug)]
pub(crate) struct CancelOnDrop(Cancel);

#[derive(Default)]
struct State {
    cancelled: bool,
    actions: Vec<Box<dyn FnOnce() + Send>>,
}

impl Cancel {
    /// Cancels: runs what was registered, once.
    pub(crate) fn cancel(&self) {
        let actions = {
            let mut state = self.0.lock();
            state.cancelled = true;
            std::mem::take(&mut state.actions)
        };
        for action in actions {
            action();
        }
    }

    /// Whether it was cancelled.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.lock().cancelled
    }

    /// Runs `action` when it is cancelled, now if it was. The action must not block.
    pub(crate) fn on_cancel(&self, action: impl FnOnce() + Send + 'static) {
        {
            let mut state = self.0.lock();
            if !state.cancelled {
                state.actions.push(Box::new(action));
                return;
            }
        }
        action();
    }

    /// A guard whose drop cancels.
    pub(crate) fn when_dropped(&self) -> CancelOnDrop {
        CancelOnDrop(self.clone())
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cancel").field(&self.is_cancelled()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

    #[test]
    fn actions_run_once_before_and_after() {
        let (cancel, ran) = (Cancel::default(), Arc::new(AtomicU32::new(0)));
        let count = |ran: &Arc<AtomicU32>| {
            let ran = ran.clone();
            move || {
                ran.fetch_add(1, SeqCst);
            }
        };
        cancel.on_cancel(count(&ran));
        assert!(!cancel.is_cancelled() && ran.load(SeqCst) == 0);
        drop(cancel.when_dropped());
        assert!(cancel.is_cancelled() && ran.load(SeqCst) == 1);
        cancel.on_cancel(count(&ran));
        cancel.cancel();
        assert_eq!(ran.load(SeqCst), 2);
    }
}
