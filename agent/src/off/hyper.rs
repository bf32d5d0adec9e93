//! The executor for hyper.

use std::future::Future;

/// An executor for hyper that spawns on the current tokio runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct Executor(());

impl Executor {
    /// An executor.
    pub const fn new() -> Self {
        Self(())
    }
}

impl<F> ::hyper::rt::Executor<F> for Executor
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    /// Spawns the future.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    fn execute(&self, future: F) {
        drop(::tokio::spawn(future));
    }
}
