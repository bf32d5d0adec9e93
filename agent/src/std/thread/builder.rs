//! Threads with a name or a stack size.

use super::spawn::seen;
use super::{JoinHandle, Scope, ScopedJoinHandle};
use crate::original::conversions;
use std::io;
use std::panic::Location;
use std::thread as real;

/// How a thread is to be made: [`std::thread::Builder`](::std::thread::Builder). What it spawns is recorded, under its name.
#[must_use = "must eventually spawn the thread"]
#[derive(Debug)]
pub struct Builder {
    real: real::Builder,
    name: Option<String>,
}

impl Builder {
    /// Neither a name nor a stack size of its own.
    #[expect(clippy::new_without_default, reason = "std's own has no default")]
    pub fn new() -> Self {
        Self { real: real::Builder::new(), name: None }
    }

    /// Names the thread.
    pub fn name(self, name: String) -> Self {
        Self { real: self.real.name(name.clone()), name: Some(name) }
    }

    /// Bytes of its stack.
    pub fn stack_size(self, size: usize) -> Self {
        Self { real: self.real.stack_size(size), ..self }
    }

    /// Spawns the thread, see [`std`](::std::thread::Builder::spawn).
    ///
    /// # Errors
    ///
    /// If the system cannot make one.
    ///
    /// # Panics
    ///
    /// If the name has a zero byte in it.
    #[track_caller]
    pub fn spawn<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (run, task) = seen(f, self.name.as_deref(), Location::caller());
        Ok(JoinHandle::new(self.real.spawn(run)?, task))
    }

    /// Spawns the thread without a check of lifetimes, see [`std`](::std::thread::Builder::spawn_unchecked).
    ///
    /// # Errors
    ///
    /// If the system cannot make one.
    ///
    /// # Panics
    ///
    /// If the name has a zero byte in it.
    ///
    /// # Safety
    ///
    /// The thread must end before anything that the function refers to does.
    #[track_caller]
    pub unsafe fn spawn_unchecked<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send,
        T: Send,
    {
        let (run, task) = seen(f, self.name.as_deref(), Location::caller());
        // SAFETY: what the recorded form refers to beyond the function itself lives for ever.
        Ok(JoinHandle::new(unsafe { self.real.spawn_unchecked(run) }?, task))
    }

    /// Spawns the thread in a scope, see [`std`](::std::thread::Builder::spawn_scoped).
    ///
    /// # Errors
    ///
    /// If the system cannot make one.
    ///
    /// # Panics
    ///
    /// If the name has a zero byte in it.
    #[track_caller]
    pub fn spawn_scoped<'scope, 'env, F, T>(
        self,
        scope: &'scope Scope<'scope, 'env>,
        f: F,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let (run, task) = seen(f, self.name.as_deref(), Location::caller());
        let handle = self.real.spawn_scoped(scope.real(), run)?;
        scope.add(task);
        Ok(ScopedJoinHandle::new(handle, task))
    }

    /// std's own builder; threads that it spawns are not recorded.
    pub fn into_inner(self) -> real::Builder {
        self.real
    }

    /// Records the thread of a builder of std's. std does not tell the name that it may have been given.
    pub fn from_inner(real: real::Builder) -> Self {
        Self { real, name: None }
    }
}

conversions! { [] Builder as real::Builder, into_inner }
