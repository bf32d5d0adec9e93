//! The switch in its usual position: std.

use std::sync::{self, PoisonError};

pub(crate) use std::{hint, sync::atomic, thread};

/// A pointer that threads share, and that can be made in a constant.
#[cfg(all(feature = "parking-lot", not(taskscope_loom)))]
pub(crate) use atomic::AtomicPtr as ConstPtr;

/// A lock that knows no poison: what it guards is counts and lists, valid after every statement.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(sync::Mutex<T>);

/// What [`Mutex::lock`] returns.
pub(crate) type MutexGuard<'a, T> = sync::MutexGuard<'a, T>;

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(sync::Mutex::new(value))
    }

    /// Waits for the lock. A thread that panicked while it held the lock does not close it for the others.
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A static that a model has to its own in each of its runs.
#[cfg(not(taskscope_loom))]
macro_rules! global {
    ($($(#[$attribute:meta])* pub(crate) static $name:ident: $type:ty = $value:expr;)+) => {
        $($(#[$attribute])* pub(crate) static $name: $type = $value;)+
    };
}
#[cfg(not(taskscope_loom))]
pub(crate) use global;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_under_the_lock_does_not_close_it() {
        let lock = Mutex::new(1);
        let panicked = thread::scope(|scope| {
            scope
                .spawn(|| {
                    let mut value = lock.lock();
                    *value = 2;
                    panic!("under the lock");
                })
                .join()
        });
        assert!(panicked.is_err());
        assert_eq!(*lock.lock(), 2);
    }
}
