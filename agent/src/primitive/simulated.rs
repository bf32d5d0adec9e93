//! The switch in its other position: loom, which runs a model under every interleaving of its threads.

use loom::sync;
use std::sync::OnceLock;

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

/// See the type of the same name in `real.rs`. A value of loom's cannot be made in a constant, so it is made at the first
/// use: in a run, for that run.
#[derive(Debug)]
pub(crate) struct ConstPtr<T> {
    first: std::sync::atomic::AtomicPtr<T>,
    own: OnceLock<atomic::AtomicPtr<T>>,
}

impl<T> ConstPtr<T> {
    pub(crate) const fn new(first: *mut T) -> Self {
        Self { first: std::sync::atomic::AtomicPtr::new(first), own: OnceLock::new() }
    }

    fn own(&self) -> &atomic::AtomicPtr<T> {
        self.own.get_or_init(|| atomic::AtomicPtr::new(self.first.load(atomic::Ordering::Relaxed)))
    }

    pub(crate) fn load(&self, order: atomic::Ordering) -> *mut T {
        self.own().load(order)
    }

    pub(crate) fn store(&self, value: *mut T, order: atomic::Ordering) {
        self.own().store(value, order);
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
