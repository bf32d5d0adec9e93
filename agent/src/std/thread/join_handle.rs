//! The handles to threads.

use super::spawn::joining;
use crate::original::conversions;
use std::fmt;
use std::panic::Location;
use std::thread as real;
use std::thread::{Result, Thread};

macro_rules! handle {
    ($(#[$attribute:meta])* $name:ident<$($generic:tt),+>) => {
        $(#[$attribute])*
        pub struct $name<$($generic),+> {
            real: real::$name<$($generic),+>,
            /// The task's id, packed; 0 if the thread is not recorded.
            task: u64,
        }

        impl<$($generic),+> $name<$($generic),+> {
            pub(super) fn new(real: real::$name<$($generic),+>, task: u64) -> Self {
                Self { real, task }
            }

            /// The thread itself.
            pub fn thread(&self) -> &Thread {
                self.real.thread()
            }

            #[doc = concat!("Waits for the end of the thread, see [`std`](::std::thread::", stringify!($name), "::join).")]
            ///
            /// # Errors
            ///
            /// What the thread panicked with.
            #[track_caller]
            pub fn join(self) -> Result<T> {
                let place = Location::caller();
                let _waits = (!self.real.is_finished()).then(|| joining(self.task, place));
                self.real.join()
            }

            /// Whether the thread's function has ended.
            pub fn is_finished(&self) -> bool {
                self.real.is_finished()
            }

            /// std's own handle; a join of that is not recorded.
            pub fn into_inner(self) -> real::$name<$($generic),+> {
                self.real
            }

            /// Holds a handle of std's. The thread itself is not recorded: only the wait for its end is.
            pub fn from_inner(real: real::$name<$($generic),+>) -> Self {
                Self::new(real, 0)
            }
        }

        conversions! { [$($generic),+] $name<$($generic),+> as real::$name<$($generic),+>, into_inner }

        impl<$($generic),+> fmt::Debug for $name<$($generic),+> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.real.fmt(f)
            }
        }
    };
}

handle! {
    /// The handle to a thread: [`std::thread::JoinHandle`](::std::thread::JoinHandle), with the identity of its task, so that
    /// whoever joins it is shown as waiting for that task.
    JoinHandle<T>
}

handle! {
    /// The handle to a thread of a scope: [`std::thread::ScopedJoinHandle`](::std::thread::ScopedJoinHandle), with the
    /// identity of its task.
    ScopedJoinHandle<'scope, T>
}

#[cfg(unix)]
impl<T> std::os::unix::thread::JoinHandleExt for JoinHandle<T> {
    fn as_pthread_t(&self) -> std::os::unix::thread::RawPthread {
        self.real.as_pthread_t()
    }

    fn into_pthread_t(self) -> std::os::unix::thread::RawPthread {
        self.real.into_pthread_t()
    }
}
