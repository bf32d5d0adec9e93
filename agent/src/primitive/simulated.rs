//! The switch in its other position: loom, which runs a model under every interleaving of its threads.

use loom::sync;

pub(crate) use loom::{sync::atomic, thread};

/// See the type of the same name in `real.rs`.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(sync::Mutex<T>);

/// What [`Mutex::lock`] returns.
pub(crate) type MutexGuard<'a, T> = sync::MutexGuard<'a, T>;

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(sync::Mutex::new(value))
    }

    /// Waits for the lock.
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(|poison| poison.into_inner())
    }
}

/// See the macro of the same name in `real.rs`.
macro_rules! global {
    ($($(#[$attribute:meta])* pub(crate) static $name:ident: $type:ty = $value:expr;)+) => {
        loom::lazy_static! { $($(#[$attribute])* pub(crate) static ref $name: $type = $value;)+ }
    };
}
pub(crate) use global;

#[cfg(test)]
mod loom_tests {
    use super::*;
    use atomic::{AtomicU64, Ordering::Relaxed};
    use loom::sync::Arc;

    /// Adds one in two steps, which is only right if nobody else is between them.
    fn add(shared: &(Mutex<()>, AtomicU64)) {
        let _held = shared.0.lock();
        let value = shared.1.load(Relaxed);
        shared.1.store(value + 1, Relaxed);
    }

    #[test]
    fn the_lock_keeps_two_threads_apart() {
        loom::model(|| {
            let shared = Arc::new((Mutex::new(()), AtomicU64::new(0)));
            let other = Arc::clone(&shared);
            let thread = thread::spawn(move || add(&other));
            add(&shared);
            thread.join().unwrap();
            assert_eq!(shared.1.load(Relaxed), 2);
        });
    }
}
